// SPDX-License-Identifier: MIT

/// What can be wrong with a request for a convolution.
public enum ConvolutionError: Error, Hashable, CustomStringConvertible {
  /// A kernel must have at least one sample.
  case emptyKernel
  /// The caller's buffer does not have one element for each result.
  case wrongOutputCount(expected: Int, actual: Int)
  /// An image does not have `rows · columns` elements.
  case wrongImageCount(rows: Int, columns: Int, actual: Int)
  /// A volume does not have `planes · rows · columns` elements.
  case wrongVolumeCount(planes: Int, rows: Int, columns: Int, actual: Int)
  /// A gradient does not have one element for each result.
  case wrongGradientCount(expected: Int, actual: Int)
  /// A filter's latency must be at least 0.
  case invalidLatency(Int)
  /// An integer result does not fit the result's type.
  case overflow(index: Int)
  /// An integer is beyond the range of `Int64` and of `UInt64`.
  case integerTooLarge(index: Int)

  /// The problem in one sentence, with the expected and the actual.
  public var description: String {
    switch self {
    case .emptyKernel:
      "a kernel needs at least one sample, and this one has none"
    case .wrongOutputCount(let expected, let actual):
      "this convolution has \(expected) results, and the buffer for them has \(actual) elements"
    case .wrongImageCount(let rows, let columns, let actual):
      "an image of \(rows) x \(columns) has as many elements, not \(actual)"
    case .wrongVolumeCount(let planes, let rows, let columns, let actual):
      "a volume of \(planes) x \(rows) x \(columns) has as many elements, not \(actual)"
    case .wrongGradientCount(let expected, let actual):
      "there are \(expected) results, and \(actual) elements of the gradient with respect to them"
    case .invalidLatency(let latency):
      "a filter's latency must be at least 0 samples, not \(latency)"
    case .overflow(let index):
      "result \(index) of this integer convolution is beyond the range of Int"
    case .integerTooLarge(let index):
      "integer \(index) of an input has more than 64 bits"
    }
  }
}

extension ConvolutionError {
  static func checkOutput(_ actual: Int, expected: Int) throws(ConvolutionError) {
    guard actual == expected else { throw .wrongOutputCount(expected: expected, actual: actual) }
  }

  static func checkImage(_ actual: Int, rows: Int, columns: Int) throws(ConvolutionError) {
    let (expected, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, actual == expected else {
      throw .wrongImageCount(rows: rows, columns: columns, actual: actual)
    }
  }

  static func checkVolume(_ actual: Int, _ size: VolumeSize) throws(ConvolutionError) {
    let (area, overflow) = size.rows.multipliedReportingOverflow(by: size.columns)
    let (expected, overflows) = size.planes.multipliedReportingOverflow(by: area)
    guard size.planes >= 0, size.rows >= 0, size.columns >= 0, !overflow, !overflows,
      actual == expected
    else {
      throw .wrongVolumeCount(
        planes: size.planes, rows: size.rows, columns: size.columns, actual: actual)
    }
  }
}
