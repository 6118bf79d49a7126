/// A discrete Fourier transform of a fixed length, forward and back.
///
/// With n = ``length``, forward is `X[k] = Σ x[t] · exp(-2πi·t·k/n)`, unscaled, and inverse is
/// `x[t] = 1/n · Σ X[k] · exp(+2πi·t·k/n)`: forward then inverse gives the signal back.
///
/// Of complex samples the spectrum has as many frequencies, and of real ones `length / 2 + 1`, whose
/// other frequencies are the conjugates of these.
///
/// - Complexity: O(n log n) for each execution, for every n.
public protocol SpectralTransform<Sample>: DiscreteTransform {
  /// The number of samples.
  var length: Int { get }

  /// Plans a transform.
  ///
  /// - Throws: ``TransformError/invalidLength(_:)`` if `length` is below 1.
  init(length: Int, rigor: PlanningRigor) throws(TransformError)
}

extension SpectralTransform {
  /// The number of samples: ``length``.
  public var sampleCount: Int { length }
  /// The number of samples of the transform: ``length``.
  public var transformSize: Int { length }
}
