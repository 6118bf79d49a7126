// SPDX-License-Identifier: MIT

internal import COverlap
internal import ComplexModule
internal import Platform

/// A copy of an array's elements from some strides to others, by tiles where both memories would be read
/// or written in long steps otherwise.
struct StridedCopy {
  private struct Axis {
    var count: Int
    /// In bytes.
    var from: Int
    var to: Int
  }

  /// The outer axes, and the two of a tile.
  private let outer: [Axis]
  private let rows: Axis
  private let columns: Axis
  private let isEmpty: Bool

  init(_ shape: [Int], from: [Int], to: [Int]) {
    var axes: [Axis] = []
    for index in shape.indices where shape[index] != 1 {
      let axis = Axis(count: shape[index], from: from[index], to: to[index])
      // Two axes that are one in both memories.
      if let last = axes.last, last.from == axis.from * axis.count,
        last.to == axis.to * axis.count
      {
        axes[axes.count - 1] = Axis(
          count: last.count * axis.count, from: axis.from, to: axis.to)
      } else {
        axes.append(axis)
      }
    }
    isEmpty = shape.contains(0)
    // The columns of a tile are written, its rows read in the shortest steps.
    let one = Axis(count: 1, from: 0, to: 0)
    columns =
      axes.indices.min { axes[$0].to.magnitude < axes[$1].to.magnitude }.map {
        axes.remove(at: $0)
      } ?? one
    rows =
      axes.indices.min { axes[$0].from.magnitude < axes[$1].from.magnitude }.map {
        axes.remove(at: $0)
      } ?? one
    outer = axes
  }

  /// Copies elements as they are.
  @unsafe func copy(
    from: UnsafeRawPointer, to: UnsafeMutableRawPointer, _ type: ElementType
  ) {
    guard !isEmpty else { return }
    if columns.from == type.size && columns.to == type.size {
      let byteCount = columns.count * type.size
      return forEachTile { first, second in
        for row in 0..<rows.count {
          unsafe memcpy(
            to + (second + row * rows.to), from + (first + row * rows.from), byteCount)
        }
      }
    }
    switch type.size {
    case 1: unsafe convert(from, to) { (value: UInt8) in value }
    case 2: unsafe convert(from, to) { (value: UInt16) in value }
    case 4: unsafe convert(from, to) { (value: UInt32) in value }
    case 8: unsafe convert(from, to) { (value: UInt64) in value }
    default: unsafe convert(from, to) { (value: SIMD2<UInt64>) in value }
    }
  }

  /// Copies elements of a type as those it is computed with.
  @unsafe func gather<Element: ComputedElement>(
    _ type: ElementType, from: UnsafeRawPointer, as: Element.Type, to: UnsafeMutableRawPointer
  ) {
    if ElementType.isMemory(type, of: Element.self) {
      return unsafe copy(from: from, to: to, type)
    }
    guard !isEmpty else { return }
    // All others are integers of up to 32 bits or int64, which are computed with as Int.
    switch type.cType {
    case OVERLAP_INT8: unsafe convert(from, to) { (value: Int8) in Int(value) }
    case OVERLAP_INT16: unsafe convert(from, to) { (value: Int16) in Int(value) }
    case OVERLAP_INT32: unsafe convert(from, to) { (value: Int32) in Int(value) }
    case OVERLAP_UINT8: unsafe convert(from, to) { (value: UInt8) in Int(value) }
    case OVERLAP_UINT16: unsafe convert(from, to) { (value: UInt16) in Int(value) }
    default: unsafe convert(from, to) { (value: UInt32) in Int(value) }
    }
  }

  /// Copies results to elements of a type; false where one does not fit.
  @unsafe func scatter<Element>(
    _: Element.Type, from: UnsafeRawPointer, to: UnsafeMutableRawPointer, as type: ElementType
  ) -> Bool {
    if ElementType.isMemory(type, of: Element.self) {
      unsafe copy(from: from, to: to, type)
      return true
    }
    guard !isEmpty else { return true }
    return switch type.cType {
    case OVERLAP_INT8: unsafe narrow(from, to, Int8.self)
    case OVERLAP_INT16: unsafe narrow(from, to, Int16.self)
    case OVERLAP_INT32: unsafe narrow(from, to, Int32.self)
    case OVERLAP_UINT8: unsafe narrow(from, to, UInt8.self)
    case OVERLAP_UINT16: unsafe narrow(from, to, UInt16.self)
    case OVERLAP_UINT32: unsafe narrow(from, to, UInt32.self)
    default: unsafe narrow(from, to, UInt64.self)
    }
  }

  /// Sets elements to zero, which is all bits zero of every type.
  @unsafe func clear(_ to: UnsafeMutableRawPointer, _ type: ElementType) {
    unsafe withUnsafeTemporaryAllocation(byteCount: 16, alignment: 16) { zero in
      unsafe zero.initializeMemory(as: UInt8.self, repeating: 0)
      // Sixteen bytes are never no memory.
      unsafe copy(from: UnsafeRawPointer(zero.baseAddress.unsafelyUnwrapped), to: to, type)
    }
  }

  @unsafe private func narrow<Target: FixedWidthInteger & BitwiseCopyable>(
    _ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _: Target.Type
  ) -> Bool {
    var fits = true
    unsafe convert(from, to) { (value: Int) in
      let narrowed = Target(truncatingIfNeeded: value)
      fits = fits && Int(exactly: narrowed) == value
      return narrowed
    }
    return fits
  }

  /// Writes what `body` makes of each element.
  @inline(__always)
  @unsafe private func convert<Source: BitwiseCopyable, Target: BitwiseCopyable>(
    _ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ body: (Source) -> Target
  ) {
    // Columns that lie within a line of the cache are read as they come; others by tiles of sixteen
    // rows and columns, which are as many lines, or a few more, in either direction.
    let (tileRows, tileColumns) =
      columns.from.magnitude <= 64 ? (1, columns.count) : (16, 16)
    let (fromStep, toStep) = (columns.from, columns.to)
    forEachTile { first, second in
      for top in stride(from: 0, to: rows.count, by: tileRows) {
        for left in stride(from: 0, to: columns.count, by: tileColumns) {
          let count = min(tileColumns, columns.count - left)
          for row in top..<min(top + tileRows, rows.count) {
            var source = unsafe from + (first + row * rows.from + left * fromStep)
            var target = unsafe to + (second + row * rows.to + left * toStep)
            for _ in 0..<count {
              unsafe target.storeBytes(
                of: body(source.loadUnaligned(as: Source.self)), as: Target.self)
              unsafe source += fromStep
              unsafe target += toStep
            }
          }
        }
      }
    }
  }

  /// Calls `body` with the offsets, in bytes, of each pair of rows and columns in both memories.
  @inline(__always)
  private func forEachTile(_ body: (_ from: Int, _ to: Int) -> Void) {
    var place = [Int](repeating: 0, count: outer.count)
    var (from, to) = (0, 0)
    while true {
      body(from, to)
      var axis = outer.count - 1
      while axis >= 0 {
        place[axis] += 1
        from += outer[axis].from
        to += outer[axis].to
        if place[axis] < outer[axis].count { break }
        from -= place[axis] * outer[axis].from
        to -= place[axis] * outer[axis].to
        place[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}

extension ElementType {
  /// Whether elements of the type lie in memory as Swift's do.
  static func isMemory<Element>(_ type: ElementType, of _: Element.Type) -> Bool {
    switch type.cType {
    case OVERLAP_FLOAT32: Element.self == Float.self
    case OVERLAP_FLOAT64: Element.self == Double.self
    case OVERLAP_COMPLEX64: Element.self == Complex<Float>.self
    case OVERLAP_COMPLEX128: Element.self == Complex<Double>.self
    case OVERLAP_INT64: Element.self == Int.self
    case OVERLAP_UINT64: Element.self == UInt64.self
    default: false
    }
  }
}
