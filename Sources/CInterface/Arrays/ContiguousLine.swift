// SPDX-License-Identifier: MIT

internal import COverlap

/// A line of samples that lie side by side in a caller's memory as they are computed with: what most
/// calls are about, and all that need be known of it.
@safe struct ContiguousLine<Element> {
  let count: Int
  private let start: UnsafeMutablePointer<Element>

  /// nil if the array is anything else, or if there is something wrong with it.
  @inline(__always)
  init?(_ array: UnsafePointer<overlap_array>?) {
    guard let array = unsafe array?.pointee, unsafe array.rank == 1,
      let length = unsafe array.shape?.pointee, 1..<Int64(mostBytes) ~= length,
      let data = unsafe array.data,
      UInt(bitPattern: data) % UInt(MemoryLayout<Element>.alignment) == 0,
      unsafe array.strides.map({ unsafe $0.pointee == Int64(MemoryLayout<Element>.stride) }) ?? true
    else { return nil }
    count = Int(length)
    unsafe start = data.assumingMemoryBound(to: Element.self)
  }

  @inline(__always)
  func withSpan<Value>(
    _ body: (Span<Element>) throws(InterfaceError) -> Value
  ) throws(InterfaceError) -> Value {
    unsafe try body(Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count)))
  }

  @inline(__always)
  func withMutableSpan<Value>(
    _ body: (inout MutableSpan<Element>) throws(InterfaceError) -> Value
  ) throws(InterfaceError) -> Value {
    var span = unsafe MutableSpan(
      _unsafeElements: UnsafeMutableBufferPointer(start: start, count: count))
    return try body(&span)
  }
}
