// SPDX-License-Identifier: MIT

import ComputeSupport
import Platform

/// Arrays that a kernel is given, each in pages of its own between two that nobody may touch: an
/// access beyond them ends the process. What else is in the array's own pages is filled with ones,
/// NaN in either precision, and found again afterwards.
@safe final class GuardedArrays {
  @unsafe private struct Array {
    var region: UnsafeMutableRawPointer
    var start: UnsafeMutableRawPointer
    var byteCount: Int
    /// What an input held.
    var content: [UInt8]?
  }

  private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
  /// The bytes of each array at most.
  private static let capacity = 1 << 20
  private static let filling: UInt8 = 0xff
  private var regions: [UnsafeMutableRawPointer] = unsafe []
  private var arrays: [Array] = unsafe []

  /// Where in its pages an array is.
  enum Place { case atStart, atEnd, between(Int) }

  /// Memory for an array and, at the end of its pages, for `beyond` elements more that may be read
  /// but not used.
  private func allocate<T>(
    _ values: [T], beyond: Int, _ place: Place, isInput: Bool
  ) -> UnsafeMutablePointer<T> {
    if unsafe regions.count == arrays.count { unsafe regions.append(Self.makeRegion()) }
    let region = unsafe regions[arrays.count]
    let size = MemoryLayout<T>.stride
    let byteCount = values.count * size
    let room = Self.capacity - byteCount - beyond * size
    precondition(room >= 0)
    let offset =
      switch place {
      case .atStart: 0
      case .atEnd: room
      case .between(let number): number * size % (room + 1) / size * size
      }
    let start = unsafe region + offset
    unsafe fill(around: start, byteCount, in: region)
    let elements = unsafe start.bindMemory(to: T.self, capacity: values.count)
    for (index, value) in values.enumerated() {
      unsafe (elements + index).initialize(to: value)
    }
    let content =
      unsafe isInput ? [UInt8](UnsafeRawBufferPointer(start: start, count: byteCount)) : nil
    unsafe arrays.append(
      Array(region: region, start: start, byteCount: byteCount, content: content))
    return unsafe elements
  }

  func input<T>(_ values: [T], beyond: Int = 0, _ place: Place) -> UnsafePointer<T> {
    unsafe UnsafePointer(allocate(values, beyond: beyond, place, isInput: true))
  }

  func output<T>(_ values: [T], _ place: Place) -> UnsafeMutablePointer<T> {
    unsafe allocate(values, beyond: 0, place, isInput: false)
  }

  /// What was written where it should not have been, if anything; then all arrays are given up.
  func finish() -> String? {
    defer { unsafe arrays = [] }
    for index in unsafe arrays.indices {
      let array = unsafe arrays[index]
      let (before, after) = unsafe Self.surroundings(array.start, array.byteCount, in: array.region)
      if unsafe !before.allSatisfy({ $0 == Self.filling }) {
        return "array \(index) was written to before its start"
      }
      if unsafe !after.allSatisfy({ $0 == Self.filling }) {
        return "array \(index) was written to beyond its end"
      }
      let bytes = unsafe UnsafeRawBufferPointer(start: array.start, count: array.byteCount)
      if let content = unsafe array.content, unsafe !bytes.elementsEqual(content) {
        return "array \(index), an input, was written to"
      }
    }
    return nil
  }

  private static func makeRegion() -> UnsafeMutableRawPointer {
    let whole = unsafe mmap(
      nil, capacity + 2 * pageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let whole = unsafe whole, Int(bitPattern: whole) != -1 else {
      preconditionFailure("no memory")
    }
    let end = unsafe whole + pageSize + capacity
    precondition(unsafe mprotect(whole, pageSize, PROT_NONE) == 0)
    precondition(unsafe mprotect(end, pageSize, PROT_NONE) == 0)
    return unsafe whole + pageSize
  }

  /// The bytes beside an array that are watched.
  private static func surroundings(
    _ start: UnsafeMutableRawPointer, _ byteCount: Int, in region: UnsafeMutableRawPointer
  ) -> (before: UnsafeMutableRawBufferPointer, after: UnsafeMutableRawBufferPointer) {
    let end = unsafe start + byteCount
    let before = unsafe min(start - region, 512)
    let after = unsafe min(region + capacity - end, 512)
    return unsafe (
      UnsafeMutableRawBufferPointer(start: start - before, count: before),
      UnsafeMutableRawBufferPointer(start: end, count: after)
    )
  }

  private func fill(
    around start: UnsafeMutableRawPointer, _ byteCount: Int, in region: UnsafeMutableRawPointer
  ) {
    let (before, after) = unsafe Self.surroundings(start, byteCount, in: region)
    unsafe before.initializeMemory(as: UInt8.self, repeating: Self.filling)
    unsafe after.initializeMemory(as: UInt8.self, repeating: Self.filling)
  }
}
