// SPDX-License-Identifier: MIT

public import ComplexModule
public import RealModule

/// A type of samples: `Float`, `Double`, and `Complex` of either.
///
/// No other type can conform to it.
public protocol SignalElement: AlgebraicField, Sendable {
  /// The real type of the computation.
  associatedtype Scalar: FourierScalar

  /// What is compiled for the precision of ``Scalar``. Not for use outside the package.
  static var _operations: _Operations<Scalar> { get }
}

extension Complex: SignalElement where RealType: FourierScalar {
  /// The type of the two parts.
  public typealias Scalar = RealType

  /// Those of the type of the two parts. Not for use outside the package.
  public static var _operations: _Operations<RealType> { RealType._operations }
}

// What algorithms ask of a sample. A sample is one real number or two, and nothing else can
// conform: so all of this is written once, and the compiler drops the branch that does not apply.
extension SignalElement {
  /// Whether samples are real numbers: else they are pairs of them.
  @inlinable @inline(__always) package static var isReal: Bool {
    MemoryLayout<Self>.size == MemoryLayout<Scalar>.size
  }

  /// The real and the imaginary part, which is 0 for a real number.
  @inlinable @inline(__always) package var parts: (real: Scalar, imaginary: Scalar) {
    // Safe: `Complex` is two numbers of its real type, the real part first.
    Self.isReal
      ? (unsafe unsafeBitCast(self, to: Scalar.self), 0)
      : unsafe unsafeBitCast(self, to: (real: Scalar, imaginary: Scalar).self)
  }

  /// The sample with these parts; a real one has no use for the imaginary part.
  @inlinable @inline(__always) package init(real: Scalar, imaginary: Scalar) {
    self =
      Self.isReal
      ? unsafe unsafeBitCast(real, to: Self.self)
      : unsafe unsafeBitCast((real, imaginary), to: Self.self)
  }

  /// The complex conjugate, of numbers that are not finite too; a real number is its own.
  @inlinable @inline(__always) package var conjugated: Self {
    Self.isReal ? self : Self(real: parts.real, imaginary: -parts.imaginary)
  }

  /// Whether a part is NaN.
  @inlinable @inline(__always) package var hasNaN: Bool {
    parts.real.isNaN || parts.imaginary.isNaN
  }

  /// Whether no part is infinite or NaN.
  @inlinable @inline(__always) package var hasFiniteParts: Bool {
    parts.real.isFinite && parts.imaginary.isFinite
  }

  /// A sample whose every part is NaN.
  @inlinable package static var notANumber: Self { Self(real: .nan, imaginary: .nan) }

  /// The larger magnitude of the two parts; NaN if either is.
  @inlinable @inline(__always) package var largestPart: Scalar {
    if Self.isReal { return parts.real.magnitude }
    return hasNaN ? .nan : max(parts.real.magnitude, parts.imaginary.magnitude)
  }

  /// The product of all parts with a real number.
  @inlinable @inline(__always) package func scaled(by factor: Scalar) -> Self {
    Self(real: parts.real * factor, imaginary: parts.imaginary * factor)
  }
}
