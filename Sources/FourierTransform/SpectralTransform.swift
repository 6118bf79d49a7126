public import ComplexModule

/// A discrete Fourier transform of a fixed length, forward and back.
///
/// With n = ``length``, forward is `X[k] = Σ x[t] · exp(-2πi·t·k/n)`, unscaled, and inverse is
/// `x[t] = 1/n · Σ X[k] · exp(+2πi·t·k/n)`: forward then inverse gives the signal back.
///
/// Transforms are immutable: one may be used from many threads at once.
///
/// - Complexity: O(n log n) for each execution, for every n.
public protocol SpectralTransform<Sample>: Sendable {
  /// The real type of the computation.
  associatedtype Scalar: FourierScalar
  /// The type of the signal's samples: `Scalar` or `Complex<Scalar>`.
  associatedtype Sample

  /// The number of samples.
  var length: Int { get }
  /// The number of frequencies: `length` for complex samples, and `length / 2 + 1` for real ones,
  /// whose other frequencies are the conjugates of these.
  var spectrumCount: Int { get }

  /// Plans a transform.
  ///
  /// - Throws: ``TransformError/invalidLength(_:)`` if `length` is below 1.
  init(length: Int, rigor: PlanningRigor) throws(TransformError)

  /// Writes the spectrum of `signal` (``length`` samples) to `spectrum` (``spectrumCount``).
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  func forward(
    _ signal: Span<Sample>, into spectrum: inout MutableSpan<Complex<Scalar>>
  ) throws(TransformError)

  /// Writes `length` times the inverse transform of `spectrum` to `signal`.
  ///
  /// It is for callers that have the factor `1 / length` elsewhere already. What `spectrum` holds
  /// afterwards is unspecified: the fastest real transforms overwrite it.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  func unscaledInverse(
    consuming spectrum: inout MutableSpan<Complex<Scalar>>, into signal: inout MutableSpan<Sample>
  ) throws(TransformError)

  /// The sample `sample · factor`.
  static func scaled(_ sample: Sample, by factor: Scalar) -> Sample
}

extension SpectralTransform {
  /// Writes the inverse transform of `spectrum` (``spectrumCount`` frequencies) to `signal`
  /// (``length`` samples).
  ///
  /// What `spectrum` holds afterwards is unspecified: the fastest real transforms overwrite it.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func inverse(
    consuming spectrum: inout MutableSpan<Complex<Scalar>>, into signal: inout MutableSpan<Sample>
  ) throws(TransformError) {
    try unscaledInverse(consuming: &spectrum, into: &signal)
    let factor = 1 / Scalar(length)
    for index in signal.indices { signal[index] = Self.scaled(signal[index], by: factor) }
  }

  func checkCounts(signal: Int, spectrum: Int) throws(TransformError) {
    guard signal == length else {
      throw .wrongCount(role: "signal", expected: length, actual: signal)
    }
    guard spectrum == spectrumCount else {
      throw .wrongCount(role: "spectrum", expected: spectrumCount, actual: spectrum)
    }
  }
}

extension SpectralTransform where Sample: ExpressibleByIntegerLiteral {
  /// The spectrum of `signal`, ``spectrumCount`` frequencies.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func forward(_ signal: [Sample]) throws(TransformError) -> [Complex<Scalar>] {
    var spectrum = [Complex<Scalar>](repeating: .zero, count: spectrumCount)
    var target = spectrum.mutableSpan
    try forward(signal.span, into: &target)
    return spectrum
  }

  /// The signal whose spectrum is `spectrum`, ``length`` samples.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func inverse(_ spectrum: [Complex<Scalar>]) throws(TransformError) -> [Sample] {
    var source = spectrum
    var signal = [Sample](repeating: 0, count: length)
    var from = source.mutableSpan
    var to = signal.mutableSpan
    try inverse(consuming: &from, into: &to)
    return signal
  }
}
