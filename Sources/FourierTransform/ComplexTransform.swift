public import ComplexModule

/// The discrete Fourier transform of complex signals of a fixed length.
///
/// The spectrum has as many frequencies as the signal has samples, from 0 upwards. See
/// ``SpectralTransform`` for the definition and scaling.
public struct ComplexTransform<Scalar: FourierScalar>: SpectralTransform {
  /// The number of samples.
  public let length: Int
  private let forwardPlan: FFTWPlan<Scalar>
  private let inversePlan: FFTWPlan<Scalar>

  /// The number of frequencies: `length`.
  public var spectrumCount: Int { length }

  /// Plans transforms of `length` complex samples.
  ///
  /// - Throws: ``TransformError/invalidLength(_:)`` if `length` is below 1.
  public init(length: Int, rigor: PlanningRigor = .estimate) throws(TransformError) {
    guard 1...maximumTransformLength ~= length else { throw .invalidLength(length) }
    self.length = length
    let layout = TransformLayout(length: length)
    let bytes = length * MemoryLayout<Complex<Scalar>>.stride
    forwardPlan = FFTWPlan(
      .complexForward, layout, inputBytes: bytes, outputBytes: bytes, rigor: rigor,
      preservesInput: true)
    inversePlan = FFTWPlan(
      .complexInverse, layout, inputBytes: bytes, outputBytes: bytes, rigor: rigor,
      preservesInput: false)
  }

  /// Writes the spectrum of `signal` to `spectrum`; see ``SpectralTransform``.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward(
    _ signal: Span<Complex<Scalar>>, into spectrum: inout MutableSpan<Complex<Scalar>>
  ) throws(TransformError) {
    try checkCounts(signal: signal.count, spectrum: spectrum.count)
    forwardPlan.execute(signal, &spectrum)
  }

  /// Writes `length` times the inverse of `spectrum` to `signal`; see ``SpectralTransform``.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func unscaledInverse(
    consuming spectrum: inout MutableSpan<Complex<Scalar>>,
    into signal: inout MutableSpan<Complex<Scalar>>
  ) throws(TransformError) {
    try checkCounts(signal: signal.count, spectrum: spectrum.count)
    inversePlan.execute(destroying: &spectrum, &signal)
  }

  /// The product `sample · factor`.
  public static func scaled(_ sample: Complex<Scalar>, by factor: Scalar) -> Complex<Scalar> {
    sample.multiplied(by: factor)
  }
}
