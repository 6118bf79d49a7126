// SPDX-License-Identifier: MIT

import COverlap
import ComplexModule

/// How an array lies in memory.
enum Layout: CaseIterable {
  /// The last axis fastest, without strides.
  case plain
  /// The first axis fastest, as Fortran has it.
  case columns
  /// All axes backwards.
  case reversed
  /// Every third element, rows apart.
  case spread
  /// At an odd address.
  case unaligned
}

/// An array as the C interface takes it, in memory of its own.
@safe final class CArray<Element> {
  let shape: [Int]
  private let offsets: [Int]
  private let memory: UnsafeMutableRawPointer
  private let numbers: UnsafeMutablePointer<Int64>
  private let array: UnsafeMutablePointer<overlap_array>

  var pointer: UnsafePointer<overlap_array> { unsafe UnsafePointer(array) }

  init(_ elements: [Element], _ shape: [Int], _ layout: Layout = .plain) {
    let size = MemoryLayout<Element>.stride
    self.shape = shape
    let rank = shape.count
    var strides = [Int](repeating: size, count: rank)
    let order = layout == .columns ? Array(0..<rank) : (0..<rank).reversed()
    var step = layout == .spread ? 3 * size : size
    for axis in order {
      strides[axis] = step
      step *= max(1, shape[axis]) + (layout == .spread ? 1 : 0)
    }
    var first = layout == .unaligned ? 1 : 0
    if layout == .reversed {
      for axis in 0..<rank {
        first += max(0, shape[axis] - 1) * strides[axis]
        strides[axis].negate()
      }
    }
    var offsets = [first]
    for axis in 0..<rank {
      offsets = offsets.flatMap { offset in
        (0..<shape[axis]).map { offset + $0 * strides[axis] }
      }
    }
    self.offsets = offsets
    unsafe memory = .allocate(byteCount: max(step, size) + 1, alignment: 16)
    unsafe numbers = .allocate(capacity: max(1, 2 * rank))
    for axis in 0..<rank {
      unsafe numbers[axis] = Int64(shape[axis])
      unsafe numbers[rank + axis] = Int64(strides[axis])
    }
    unsafe array = .allocate(capacity: 1)
    unsafe array.initialize(
      to: overlap_array(
        data: memory + first, rank: Int32(rank), shape: numbers,
        strides: layout == .plain ? nil : numbers + rank))
    for (offset, element) in zip(offsets, elements) {
      unsafe withUnsafeBytes(of: element) {
        unsafe (memory + offset).copyMemory(from: $0.baseAddress!, byteCount: size)
      }
    }
  }

  /// An array that is written: what it holds before is `element`.
  convenience init(repeating element: Element, _ shape: [Int], _ layout: Layout = .plain) {
    self.init(
      [Element](repeating: element, count: shape.reduce(1, *)), shape, layout)
  }

  /// The elements, the last axis fastest.
  var elements: [Element] {
    offsets.map { offset in
      unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: 1) { place in
        unsafe UnsafeMutableRawPointer(place.baseAddress!).copyMemory(
          from: memory + offset, byteCount: MemoryLayout<Element>.stride)
        return unsafe place[0]
      }
    }
  }

  deinit {
    unsafe memory.deallocate()
    unsafe numbers.deallocate()
    unsafe array.deallocate()
  }
}

/// What the last call that failed says.
var message: String { unsafe String(cString: overlap_error_message()) }

/// The types of elements by Swift's.
func cType<Element>(_: Element.Type) -> overlap_type {
  switch Element.self {
  case is Float.Type: OVERLAP_FLOAT32
  case is Double.Type: OVERLAP_FLOAT64
  case is Complex<Float>.Type: OVERLAP_COMPLEX64
  case is Complex<Double>.Type: OVERLAP_COMPLEX128
  case is Int8.Type: OVERLAP_INT8
  case is Int16.Type: OVERLAP_INT16
  case is Int32.Type: OVERLAP_INT32
  case is Int64.Type, is Int.Type: OVERLAP_INT64
  case is UInt8.Type: OVERLAP_UINT8
  case is UInt16.Type: OVERLAP_UINT16
  case is UInt32.Type: OVERLAP_UINT32
  default: OVERLAP_UINT64
  }
}

/// Options, with the axes and lags that they point to.
struct TestOptions {
  var mode = OVERLAP_FULL
  var boundary = OVERLAP_ZERO
  var constant = 0.0
  var method = OVERLAP_AUTOMATIC
  var threads = 0
  var resultType = overlap_type(rawValue: 0)
  var axes: [Int]?
  var lags: [ClosedRange<Int>] = []

  func with<Result>(_ body: (UnsafePointer<overlap_options>) -> Result) -> Result {
    let axisNumbers = (axes ?? []).map(Int64.init)
    let lagNumbers = lags.flatMap { [Int64($0.lowerBound), Int64($0.upperBound)] }
    return unsafe axisNumbers.withUnsafeBufferPointer { axisNumbers in
      unsafe lagNumbers.withUnsafeBufferPointer { lagNumbers in
        var options = unsafe overlap_options()
        unsafe options.mode = mode
        unsafe options.boundary = boundary
        unsafe options.constant.0 = constant
        unsafe options.method = method
        unsafe options.threads = Int32(threads)
        unsafe options.result_type = resultType
        if axes != nil {
          // An empty list of axes is not the absence of one.
          unsafe options.axes = axisNumbers.baseAddress ?? UnsafePointer(bitPattern: 8)
          unsafe options.axis_count = Int32(axisNumbers.count)
        }
        unsafe options.lags = lags.isEmpty ? nil : lagNumbers.baseAddress
        return unsafe withUnsafePointer(to: options) { unsafe body($0) }
      }
    }
  }

  /// The shape of a result, or nil and a message.
  func resultShape(_ signal: [Int], _ kernel: [Int]) -> [Int]? {
    var shape = [Int64](repeating: -1, count: max(1, signal.count))
    let status = unsafe with { options in
      unsafe overlap_result_shape(
        Int32(signal.count), signal.map(Int64.init), Int32(kernel.count), kernel.map(Int64.init),
        options, &shape)
    }
    return status == OVERLAP_OK ? shape.prefix(signal.count).map { Int($0) } : nil
  }
}

/// The status of one call, and what it writes.
func run<Element, Result>(
  correlates: Bool = false, _ signal: CArray<Element>, _ kernel: CArray<Element>,
  into output: CArray<Result>, _ options: TestOptions = TestOptions()
) -> overlap_status {
  unsafe options.with { options in
    correlates
      ? unsafe overlap_correlate(
        cType(Element.self), signal.pointer, kernel.pointer, output.pointer, options)
      : unsafe overlap_convolve(
        cType(Element.self), signal.pointer, kernel.pointer, output.pointer, options)
  }
}
