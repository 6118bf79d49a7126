// SPDX-License-Identifier: MIT

internal import COverlap
internal import Convolution

/// The options of a convolution, checked as far as they can be without the arrays.
struct ArrayOptions: Sendable {
  enum Mode { case full, same, valid, lags }

  let mode: Mode
  let boundary: Boundary<Double>
  let imaginaryConstant: Double
  let method: ConvolutionMethod?
  /// nil for one a processor.
  let threads: Int?
  /// That of the inputs if nil.
  let resultType: ElementType?
  /// As they were given; nil for all, or the last.
  let axes: [Int]?
  /// For each of the axes, with ``Mode/lags``.
  let lags: [ClosedRange<Int>]

  /// - Parameter kernelRank: how many axes there are where none are named.
  init(
    _ given: UnsafePointer<overlap_options>?, kernelRank: Int
  ) throws(InterfaceError) {
    let options = unsafe given?.pointee ?? overlap_options()
    switch unsafe options.mode {
    case OVERLAP_FULL: mode = .full
    case OVERLAP_SAME: mode = .same
    case OVERLAP_VALID: mode = .valid
    case OVERLAP_LAGS: mode = .lags
    default: throw .argument("a mode is one of 0 to 3, not \(unsafe options.mode.rawValue)")
    }
    switch unsafe options.boundary {
    case OVERLAP_ZERO: boundary = .zero
    case OVERLAP_CONSTANT: boundary = unsafe .constant(options.constant.0)
    case OVERLAP_WRAP: boundary = .wrap
    case OVERLAP_SYMMETRIC: boundary = .symmetric
    case OVERLAP_REFLECT: boundary = .reflect
    case OVERLAP_REPLICATE: boundary = .replicate
    default:
      throw .argument("a boundary is one of 0 to 5, not \(unsafe options.boundary.rawValue)")
    }
    imaginaryConstant = unsafe options.constant.1
    method = unsafe try Self.method(options.method)
    threads = unsafe try Self.threads(options.threads)
    resultType =
      unsafe options.result_type.rawValue == 0 ? nil : unsafe try ElementType(options.result_type)
    if let pointer = unsafe options.axes {
      guard unsafe 0...Int32(ArrayView.mostAxes) ~= options.axis_count else {
        throw .argument(
          "there are \(unsafe options.axis_count) axes, and 0 to \(ArrayView.mostAxes) are possible"
        )
      }
      axes = unsafe (0..<Int(options.axis_count)).map { Int(unsafe pointer[$0]) }
    } else {
      axes = nil
    }
    guard mode == .lags else {
      lags = []
      return
    }
    guard let pointer = unsafe options.lags else { throw .argument("the lags are NULL") }
    var ranges: [ClosedRange<Int>] = []
    for axis in 0..<(axes?.count ?? kernelRank) {
      let (first, last) = unsafe (pointer[2 * axis], pointer[2 * axis + 1])
      // Far beyond any array, and far from overflowing.
      let possible = Int64(-1) << 50...Int64(1) << 50
      guard first <= last, possible ~= first, possible ~= last else {
        throw .argument("the lags from \(first) to \(last) are impossible")
      }
      ranges.append(Int(first)...Int(last))
    }
    lags = ranges
  }

  static func threads(_ count: Int32) throws(InterfaceError) -> Int? {
    guard count >= 0 else { throw .argument("the number of threads is negative: \(count)") }
    return count == 0 ? nil : Int(count)
  }

  private static func method(
    _ method: overlap_method
  ) throws(InterfaceError) -> ConvolutionMethod? {
    switch method {
    case OVERLAP_AUTOMATIC: nil
    case OVERLAP_DIRECT: .direct
    case OVERLAP_SEPARABLE: .separable
    case OVERLAP_FFT: .fft
    case OVERLAP_OVERLAP_SAVE: .overlapSave
    default: throw .argument("a method is one of 0 to 4, not \(method.rawValue)")
    }
  }
}
