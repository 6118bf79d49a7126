// SPDX-License-Identifier: MIT

internal import COverlap
internal import ComputeSupport

/// An array in a caller's memory, or a block of one: its shape and strides are sound, and its memory is
/// the caller's to answer for.
///
/// This file, ContiguousLine.swift and StridedCopy.swift are the only ones that touch the memory of arrays.
@safe struct ArrayView: @unchecked Sendable {
  // @unchecked: several threads read, and each writes blocks of its own.

  let type: ElementType
  private(set) var shape: [Int]
  /// In bytes.
  private(set) var strides: [Int]
  /// Where the element 0, …, 0 is; of no use where there are no elements.
  private let start: UnsafeMutableRawPointer

  /// NumPy's arrays have as many dimensions at most.
  static var mostAxes: Int { 64 }

  var rank: Int { shape.count }
  var count: Int { shape.reduce(1, *) }
  var isEmpty: Bool { shape.contains(0) }

  /// Checks an array.
  ///
  /// - Parameter name: what messages call it.
  init(
    _ array: UnsafePointer<overlap_array>?, _ type: ElementType, _ name: String,
    isWritten: Bool = false
  ) throws(InterfaceError) {
    guard let array = unsafe array?.pointee else { throw .argument("\(name) is NULL") }
    let shape = unsafe try checkedShape(array.rank, array.shape, name)
    var strides = contiguousStrides(shape, type.size)
    if let given = unsafe array.strides {
      var reach = 0
      for axis in shape.indices where shape[axis] > 1 {
        strides[axis] = Int(unsafe given[axis])
        let (bytes, overflows) = (shape[axis] - 1).multipliedReportingOverflow(
          by: Int(clamping: strides[axis].magnitude))
        guard !overflows, bytes < mostBytes, reach < mostBytes else {
          throw .shape("\(name) has a stride of \(strides[axis]) bytes, beyond any memory")
        }
        reach += bytes
        guard !isWritten || strides[axis] != 0 else {
          throw .shape("\(name) is written, and its stride along axis \(axis) is 0")
        }
      }
    }
    let data = unsafe array.data
    let isMissing = unsafe data == nil
    guard shape.contains(0) || !isMissing else { throw .argument("\(name) has no data") }
    self.type = type
    self.shape = shape
    self.strides = strides
    // An array without elements is never read: any address will do.
    unsafe start = data ?? UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped
  }

  private init(
    _ start: UnsafeMutableRawPointer, _ type: ElementType, _ shape: [Int], _ strides: [Int]
  ) {
    unsafe self.start = start
    self.type = type
    self.shape = shape
    self.strides = strides
  }

  /// The array of these axes alone, `offset` bytes further.
  func block(offset: Int, axes: [Int]) -> ArrayView {
    unsafe ArrayView(start + offset, type, axes.map { shape[$0] }, axes.map { strides[$0] })
  }

  /// The indices `range` along an axis.
  func extracting(_ range: Range<Int>, axis: Int = 0) -> ArrayView {
    precondition(range.lowerBound >= 0 && range.upperBound <= shape[axis])
    var view = unsafe ArrayView(
      start + range.lowerBound * strides[axis], type, shape, strides)
    view.shape[axis] = range.count
    return view
  }

  /// The same elements with one more axis, of one index, before the others.
  var inserted: ArrayView { unsafe ArrayView(start, type, [1] + shape, [0] + strides) }

  /// The same elements with one more axis, of one index, after the others.
  var appended: ArrayView { unsafe ArrayView(start, type, shape + [1], strides + [type.size]) }

  /// Whether the elements from axis `first` on lie side by side, as a type that is computed with.
  func isInPlace<Element>(_: Element.Type, from first: Int = 0) -> Bool {
    guard ElementType.isMemory(type, of: Element.self) else { return false }
    var expected = type.size
    for axis in shape.indices[first...].reversed() where shape[axis] != 1 {
      guard strides[axis] == expected else { return false }
      expected *= shape[axis]
    }
    guard unsafe UInt(bitPattern: start) % UInt(type.alignment) == 0 else { return false }
    return shape.indices[..<first].allSatisfy {
      shape[$0] == 1 || strides[$0] % type.alignment == 0
    }
  }

  /// Lets `body` read the elements where they are.
  ///
  /// - Precondition: ``isInPlace(_:from:)``.
  func withSpan<Element, Value>(
    _: Element.Type, _ body: (Span<Element>) throws(InterfaceError) -> Value
  ) throws(InterfaceError) -> Value {
    precondition(isInPlace(Element.self))
    return unsafe try body(
      Span(
        _unsafeElements: UnsafeBufferPointer(
          start: start.assumingMemoryBound(to: Element.self), count: count)))
  }

  /// Lets `body` read the block at an index of axis 0 where it is.
  ///
  /// - Precondition: ``isInPlace(_:from:)`` from axis 1 on.
  func withLine<Element, Value>(
    _ index: Int, _: Element.Type, _ body: (Span<Element>) throws(InterfaceError) -> Value
  ) throws(InterfaceError) -> Value {
    precondition(0..<shape[0] ~= index)
    let count = shape.dropFirst().reduce(1, *)
    return unsafe try body(
      Span(
        _unsafeElements: UnsafeBufferPointer(
          start: (start + index * strides[0]).assumingMemoryBound(to: Element.self), count: count)))
  }

  /// Lets `body` write the elements where they are.
  ///
  /// - Precondition: ``isInPlace(_:from:)``.
  func withMutableSpan<Element, Value>(
    _: Element.Type, _ body: (inout MutableSpan<Element>) throws(InterfaceError) -> Value
  ) throws(InterfaceError) -> Value {
    precondition(isInPlace(Element.self))
    var span = unsafe MutableSpan(
      _unsafeElements: UnsafeMutableBufferPointer(
        start: start.assumingMemoryBound(to: Element.self), count: count))
    return try body(&span)
  }

  /// Reads all elements, the last axis fastest.
  func gather<Element: ComputedElement>(into target: inout MutableSpan<Element>, threads: Int? = 1)
  {
    precondition(target.count == count)
    unsafe target.withUnsafeMutableBufferPointer { elements in
      guard let start = elements.baseAddress else { return }
      let to = unsafe SharedAddress(start)
      let steps = contiguousStrides(shape, MemoryLayout<Element>.stride)
      forEachPart(threads) { part, axis, index in
        unsafe StridedCopy(part.shape, from: part.strides, to: steps).gather(
          type, from: UnsafeRawPointer(part.start), as: Element.self,
          to: to.start + index * (rank == 0 ? 0 : steps[axis]))
        return true
      }
    }
  }

  /// All elements, the last axis fastest.
  func elements<Element: ComputedElement>(
    _: Element.Type, threads: Int? = 1
  ) throws(InterfaceError) -> [Element] {
    try makeElements(count) { gather(into: &$0, threads: threads) }
  }

  /// Writes all elements; false where one of `source` does not fit the type.
  ///
  /// - Parameters:
  ///   - sourceShape: the shape of the source, which is that of the array but for axis 1; nil for just that.
  ///   - first: where the array's elements begin along axis 1 of the source.
  func scatter<Element>(
    _ source: Span<Element>, of sourceShape: [Int]? = nil, from first: Int = 0, threads: Int? = 1
  ) -> Bool {
    let whole = sourceShape ?? shape
    precondition(source.count == whole.reduce(1, *) && whole.count == rank)
    precondition(
      whole.indices.allSatisfy { whole[$0] >= shape[$0] + ($0 == 1 ? first : 0) })
    let steps = contiguousStrides(whole, MemoryLayout<Element>.stride)
    let offset = first == 0 ? 0 : first * steps[1]
    return unsafe source.withUnsafeBufferPointer { elements in
      guard let start = elements.baseAddress else { return true }
      let from = unsafe SharedAddress(UnsafeMutablePointer(mutating: start))
      return forEachPart(threads) { part, axis, index in
        unsafe StridedCopy(part.shape, from: steps, to: part.strides).scatter(
          Element.self, from: from.start + offset + index * (rank == 0 ? 0 : steps[axis]),
          to: part.start, as: type)
      }
    }
  }

  /// Calls `body` for parts of the array along one of its axes, with that and the index of each part's
  /// first element along it, on several threads where that is worth it; false if one of the calls is.
  @discardableResult
  private func forEachPart(
    _ threads: Int?, _ body: @Sendable (_ part: ArrayView, _ axis: Int, _ index: Int) -> Bool
  ) -> Bool {
    // To start a thread takes about as long as to copy a few ten thousand elements.
    guard threads != 1, count > 1 << 16, let axis = shape.firstIndex(where: { $0 > 1 }) else {
      return body(self, 0, 0)
    }
    let parts = (0..<shape[axis]).evenPieces(ofAtMost: max(1, shape[axis] / 16), inStepsOf: 1)
    return parallelMap(parts.count, threads: threadCount(threads)) { index in
      body(extracting(parts[index], axis: axis), axis, parts[index].lowerBound)
    }.allSatisfy { $0 }
  }

  /// Memory of which each thread touches another part.
  @safe private struct SharedAddress: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    init<Element>(_ pointer: UnsafeMutablePointer<Element>) {
      unsafe start = UnsafeMutableRawPointer(pointer)
    }
  }

  /// Sets all elements to zero.
  func clear() {
    unsafe StridedCopy(shape, from: shape.map { _ in 0 }, to: strides).clear(start, type)
  }
}

/// A copy of an array that lives as long as this.
final class KeptArray: Sendable {
  let view: ArrayView
  private let owner: Memory

  /// Memory that this frees.
  @safe private final class Memory: @unchecked Sendable {
    // @unchecked: nobody writes once it is copied.
    let bytes: UnsafeMutableRawBufferPointer
    init(count: Int) {
      unsafe bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    }
    deinit { unsafe bytes.deallocate() }
  }

  init(_ array: ArrayView) throws(InterfaceError) {
    try requireMemory(array.count * array.type.size)
    owner = Memory(count: max(16, array.count * array.type.size))
    view = unsafe ArrayView(copying: array, to: owner.bytes)
  }
}

extension ArrayView {
  fileprivate init(copying array: ArrayView, to bytes: UnsafeMutableRawBufferPointer) {
    let strides = contiguousStrides(array.shape, array.type.size)
    // Never empty.
    let start = unsafe bytes.baseAddress.unsafelyUnwrapped
    unsafe StridedCopy(array.shape, from: array.strides, to: strides)
      .copy(from: array.start, to: start, array.type)
    unsafe self.init(start, array.type, array.shape, strides)
  }
}
