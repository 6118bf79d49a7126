// SPDX-License-Identifier: MIT

/// How a convolution is evaluated.
public enum ConvolutionMethod: String, Sendable, Hashable, Codable, CaseIterable {
  /// The sum of products, term by term.
  case direct
  /// One pass along the rows and one along the columns, for a kernel that is an outer product of a
  /// column and a row, or a sum of two of them. A volume's kernel is the product of a line along the
  /// planes and of a plane, which may be separable or not. Other kernels, and all in one dimension, are
  /// done by direct sums.
  case separable
  /// One product of spectra, of the whole signal or image.
  case fft
  /// Products of spectra of overlapping blocks.
  case overlapSave

  /// The place among all methods.
  var place: Int {
    switch self {
    case .direct: 0
    case .separable: 1
    case .fft: 2
    case .overlapSave: 3
    }
  }
}
