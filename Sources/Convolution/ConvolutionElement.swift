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
  /// The C kernels for this type, if it is real. Not for use outside this module.
  static var _vectorKernels: VectorKernelTable<Self>? { get }

  /// How many complex numbers ``pack(_:by:_:from:into:)`` makes of `count` samples: as many for
  /// complex samples, half as many for real ones.
  static func packedCount(_ count: Int) -> Int

  /// The weights of packed blocks of `packedCount` complex numbers.
  static func packingWeights(packedCount: Int) -> GeometricTable<Scalar>

  /// Writes `output[i] = Σ_j signal[i + j] · taps[j]`, for every i of `output`.
  ///
  /// `signal` has at least `output.count + taps.count - 1` elements.
  static func slidingDot(
    _ signal: Span<Self>, _ taps: Span<Self>, into output: inout MutableSpan<Self>)

  /// Writes `output[r][i] = Σ_a Σ_b signal[r + a][i + b] · taps[a][b]`, for r below `rows` and i
  /// below `columns`.
  ///
  /// Rows of `signal` and of `output` are some distance apart; those of `taps` have `tapColumns`.
  /// With `streams` results may be stored past the caches: for outputs too large for them.
  static func slidingDot2D(
    _ signal: Span<Self>, rowDistance: Int, _ taps: Span<Self>, tapColumns: Int,
    into output: inout MutableSpan<Self>, rowDistance outputDistance: Int, rows: Int, columns: Int,
    streams: Bool)

  /// Writes `output[r][i] = Σ_b signal[r][i + b] · taps[b]`, for r below `rows` and i below
  /// `columns`.
  ///
  /// Rows of `signal` and of `output` are some distance apart. Two samples may be added before they
  /// are multiplied, so that the result is not finite where their sum is not.
  ///
  /// - Parameter symmetry: 1 where the taps are the same backwards, -1 where they change their sign,
  ///   0 where neither is known.
  /// - Parameter room: made as large as is needed, to be used again.
  static func filterRows(
    _ signal: Span<Self>, rowDistance: Int, _ taps: Span<Self>, symmetry: Int,
    into output: inout MutableSpan<Self>, rowDistance outputDistance: Int, rows: Int, columns: Int,
    room: inout [Self])

  /// Writes `output[r][i] = Σ_a signal[r + a][i] · taps[a]`, for r below `rows` and i below
  /// `columns`; whether all of them are finite.
  ///
  /// With `streams` results may be stored past the caches; the rest is as in
  /// ``filterRows(_:rowDistance:_:symmetry:into:rowDistance:rows:columns:room:)``.
  static func filterColumns(
    _ signal: Span<Self>, rowDistance: Int, _ taps: Span<Self>, symmetry: Int,
    into output: inout MutableSpan<Self>, rowDistance outputDistance: Int, rows: Int, columns: Int,
    streams: Bool, room: inout [Self]
  ) -> Bool

  /// Writes the largest magnitude of a component in each `chunk` elements of `samples`; not finite
  /// where the chunk holds something that is not.
  static func chunkMaxima(
    of samples: Span<Self>, chunk: Int, into maxima: inout MutableSpan<Scalar>)

  /// Raises each of `maxima` to the magnitude of its counterpart among the components of `samples`,
  /// if that is larger. NaN counts as larger than an infinity.
  static func raise(
    _ maxima: inout MutableSpan<Scalar>, toMagnitudesOf samples: Span<Self>)

  /// Writes `factor` times each of `source` to `target`, as many as that has.
  static func scale(
    _ source: Span<Self>, by factor: Scalar, into target: inout MutableSpan<Self>)

  /// Writes some of the complex numbers that a block is packed into, times `factor`.
  ///
  /// A product of transforms of packed blocks is the transform of the packed convolution.
  ///
  /// - Parameter samples: the block; where it is shorter than what is packed, zeros follow.
  /// - Parameter weights: those of the block, from ``packingWeights(packedCount:)``.
  /// - Parameter from: which of the block's numbers is the first of `packed`.
  static func pack(
    _ samples: Span<Self>, by factor: Scalar, _ weights: GeometricTable<Scalar>, from: Int,
    into packed: inout MutableSpan<Complex<Scalar>>)

  /// Takes out the results that some of a block's packed numbers hold, times `factor`.
  ///
  /// - Parameter packed: the numbers of the block from `from` on.
  /// - Parameter results: the indices in the block of the results that `output` holds, one for one.
  static func unpack(
    _ packed: Span<Complex<Scalar>>, by factor: Scalar, _ weights: GeometricTable<Scalar>,
    from: Int, results: Range<Int>, into output: inout MutableSpan<Self>)
}
