public import ComplexModule

/// The discrete Fourier transform of real signals of a fixed length.
///
/// Of the spectrum it holds the frequencies 0…length/2; the others are their conjugates. See
/// ``SpectralTransform`` for the definition and scaling. The inverse ignores the imaginary part of
/// frequency 0, and of frequency length/2 when the length is even.
public struct RealTransform<Scalar: FourierScalar>: SpectralTransform {
  /// The number of samples.
  public let length: Int
  private let plans: TransformPlans<Scalar>

  /// The number of frequencies: `length / 2 + 1`.
  public var spectrumCount: Int { length / 2 + 1 }

  /// Plans transforms of `length` real samples.
  ///
  /// - Throws: ``TransformError/invalidLength(_:)`` if `length` is below 1.
  public init(length: Int, rigor: PlanningRigor = .estimate) throws(TransformError) {
    guard 1...maximumTransformLength ~= length else { throw .invalidLength(length) }
    self.length = length
    plans = TransformPlans(
      .real, TransformLayout(length: length), samples: length, frequencies: length / 2 + 1,
      rigor: rigor)
  }

  /// Writes the spectrum of `signal` (``length`` samples) to `spectrum`
  /// (``spectrumCount`` frequencies).
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func forward(
    _ signal: Span<Scalar>, into spectrum: inout MutableSpan<Complex<Scalar>>
  ) throws(TransformError) {
    try checkCounts(signal: signal.count, spectrum: spectrum.count)
    plans.forward.execute(signal, &spectrum)
  }

  /// Writes `length` times the inverse of `spectrum` to `signal`.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func unscaledInverse(
    consuming spectrum: inout MutableSpan<Complex<Scalar>>, into signal: inout MutableSpan<Scalar>
  ) throws(TransformError) {
    try checkCounts(signal: signal.count, spectrum: spectrum.count)
    plans.inverse.execute(destroying: &spectrum, &signal)
  }

  /// The product `sample · factor`.
  public static func scaled(_ sample: Scalar, by factor: Scalar) -> Scalar { sample * factor }
}
