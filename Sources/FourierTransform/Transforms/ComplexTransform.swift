public import ComplexModule

/// The discrete Fourier transform of complex signals of a fixed length.
///
/// The spectrum has as many frequencies as the signal has samples, from 0 upwards. See
/// ``SpectralTransform`` for the definition and scaling.
public struct ComplexTransform<Scalar: FourierScalar>: SpectralTransform {
  /// The number of samples.
  public let length: Int
  private let plans: TransformPlans<Scalar>

  /// The number of frequencies: `length`.
  public var spectrumCount: Int { length }

  /// Plans transforms of `length` complex samples.
  ///
  /// - Throws: ``TransformError/invalidLength(_:)`` if `length` is below 1.
  public init(length: Int, rigor: PlanningRigor = .estimate) throws(TransformError) {
    guard 1...maximumTransformLength ~= length else { throw .invalidLength(length) }
    self.length = length
    plans = TransformPlans(
      .complex, TransformLayout(length: length), samples: length, frequencies: length,
      rigor: rigor)
  }

  // Specialised because other modules call them for every row of a matrix: looking up the generic
  // types at run time would take as long as a short transform.

  /// Writes the spectrum of `signal` (``length`` samples) to `spectrum`
  /// (``spectrumCount`` frequencies).
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward(
    _ signal: Span<Complex<Scalar>>, into spectrum: inout MutableSpan<Complex<Scalar>>
  ) throws(TransformError) {
    try checkCounts(signal: signal.count, spectrum: spectrum.count)
    plans.forward.execute(signal, &spectrum)
  }

  /// Writes `length` times the inverse of `spectrum` to `signal`.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func unscaledInverse(
    consuming spectrum: inout MutableSpan<Complex<Scalar>>,
    into signal: inout MutableSpan<Complex<Scalar>>
  ) throws(TransformError) {
    try checkCounts(signal: signal.count, spectrum: spectrum.count)
    plans.inverse.execute(destroying: &spectrum, &signal)
  }

  /// The product `sample · factor`.
  public static func scaled(_ sample: Complex<Scalar>, by factor: Scalar) -> Complex<Scalar> {
    sample.multiplied(by: factor)
  }
}
