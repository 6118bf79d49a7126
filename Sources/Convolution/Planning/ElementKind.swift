// SPDX-License-Identifier: MIT

public import FourierTransform

/// The four types of samples, as the planner tells them apart; named as NumPy names them.
public enum ElementKind: String, Sendable, Hashable, CaseIterable, Codable {
  /// `Float`
  case float32
  /// `Double`
  case float64
  /// `Complex<Float>`
  case complex64
  /// `Complex<Double>`
  case complex128

  /// The kind of an element type.
  public init<Element: SignalElement>(_ type: Element.Type) {
    switch (Element.Scalar.significandBitCount, Element.isReal) {
    case (...23, true): self = .float32
    case (...23, _): self = .complex64
    case (_, true): self = .float64
    case (_, _): self = .complex128
    }
  }

  /// Whether samples are complex numbers.
  var isComplex: Bool { self == .complex64 || self == .complex128 }

  /// The bytes of a complex number of this precision.
  var complexBytes: Int { self == .float32 || self == .complex64 ? 8 : 16 }

  /// The bytes of an element.
  var byteCount: Int { isComplex ? complexBytes : complexBytes / 2 }
}
