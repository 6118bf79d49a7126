public import ComplexModule
public import FourierTransform
public import RealModule

/// A type of samples that can be convolved: `Float`, `Double`, and `Complex` of either.
public protocol ConvolutionElement: AlgebraicField, Sendable {
  /// The real type of the computation.
  associatedtype Scalar: ConvolutionScalar
  /// The transform that takes samples of this type to their spectrum.
  associatedtype Transform: SpectralTransform
  where Transform.Scalar == Scalar, Transform.Sample == Self

  /// The complex conjugate; a real number is its own.
  var conjugated: Self { get }
  /// True if every component is neither infinite nor NaN.
  var isFinite: Bool { get }
  /// True if a component is NaN.
  var hasNaN: Bool { get }
  /// A number whose every component is NaN.
  static var notANumber: Self { get }
  /// The product with a real number, component by component.
  func scaled(by factor: Scalar) -> Self
  /// The largest magnitude of a component.
  var componentMagnitude: Scalar { get }

  /// How many overlap-save blocks one complex transform does at once: a real signal's blocks go in
  /// pairs, one as the real part and one as the imaginary part.
  static var blocksPerTransform: Int { get }

  /// Writes `output[i] = Σ_j signal[i + j] · taps[j]`, for every i of `output`.
  ///
  /// `signal` has at least `output.count + taps.count - 1` elements.
  static func slidingDot(
    _ signal: Span<Self>, _ taps: Span<Self>, into output: inout MutableSpan<Self>)

  /// Writes the largest magnitude of a component in each `chunk` elements of `samples`; not finite
  /// where the chunk holds something that is not.
  static func chunkMaxima(
    of samples: Span<Self>, chunk: Int, into maxima: inout MutableSpan<Scalar>)

  /// Writes `factor` times each of `source` to `target`, as many as that has.
  static func scale(
    _ source: Span<Self>, by factor: Scalar, into target: inout MutableSpan<Self>)

  /// Packs ``blocksPerTransform`` blocks, each times its factor, into complex numbers.
  ///
  /// Where there is only one block for a transform that takes two, both are the same one and the
  /// second factor is zero.
  static func pack(
    _ first: Span<Self>, by firstFactor: Scalar, _ second: Span<Self>, by secondFactor: Scalar,
    into packed: inout MutableSpan<Complex<Scalar>>)

  /// Takes apart what ``pack(_:by:_:by:into:)`` put together, each block times its factor.
  static func unpack(
    _ packed: Span<Complex<Scalar>>, by firstFactor: Scalar, into first: inout MutableSpan<Self>,
    by secondFactor: Scalar, into second: inout MutableSpan<Self>)

  /// Writes the one block of a transform that holds only one, times its factor.
  static func unpack(
    _ packed: Span<Complex<Scalar>>, by factor: Scalar, into output: inout MutableSpan<Self>)
}

/// A real type of samples: `Float` or `Double`.
public protocol ConvolutionScalar: FourierScalar, ConvolutionElement
where Scalar == Self, Transform == RealTransform<Self> {
  /// The C kernels for this precision. Not for use outside this module.
  static var _kernels: VectorKernelTable { get }
}
