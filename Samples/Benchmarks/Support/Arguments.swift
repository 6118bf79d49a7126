// SPDX-License-Identifier: MIT

import ArgumentParser
import Convolution

/// The four types of samples, as NumPy names them.
public enum Dtype: String, ExpressibleByArgument, CaseIterable, Encodable, Sendable {
  /// `Float` and `Double`.
  case float32, float64
  /// `Complex` of them.
  case complex64, complex128

  /// The bytes of a sample.
  public var byteCount: Int {
    switch self {
    case .float32: 4
    case .float64, .complex64: 8
    case .complex128: 16
    }
  }
}

/// A mode by its name.
public enum Mode: String, ExpressibleByArgument, CaseIterable, Encodable, Sendable {
  /// The mode of this name.
  case full, same, valid

  /// The library's.
  public var mode: ConvolutionMode {
    switch self {
    case .full: .full
    case .same: .same
    case .valid: .valid
    }
  }
}
