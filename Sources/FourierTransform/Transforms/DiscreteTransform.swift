public import ComplexModule

/// What transforms of signals and of planes have in common: a spectrum for some samples, and back.
///
/// Forward is unscaled, inverse is scaled: one after the other gives the samples back. See
/// ``SpectralTransform`` and ``SpectralTransform2D`` for the sums.
///
/// Transforms are immutable: one may be used from many threads at once.
public protocol DiscreteTransform<Sample>: Sendable {
  /// The real type of the computation.
  associatedtype Scalar: FourierScalar
  /// The type of the samples: `Scalar` or `Complex<Scalar>`.
  associatedtype Sample

  /// The number of samples that one execution transforms.
  var sampleCount: Int { get }
  /// The number of frequencies that one execution makes of them.
  var spectrumCount: Int { get }
  /// The number of samples of each transform: ``sampleCount``, if one execution does just one.
  var transformSize: Int { get }

  /// Writes the spectrum of `signal` (``sampleCount`` samples) to `spectrum` (``spectrumCount``).
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  func forward(
    _ signal: Span<Sample>, into spectrum: inout MutableSpan<Complex<Scalar>>
  ) throws(TransformError)

  /// Writes ``transformSize`` times the inverse transform of `spectrum` to `signal`.
  ///
  /// It is for callers that have the factor elsewhere already. What `spectrum` holds afterwards is
  /// unspecified: the fastest real transforms overwrite it.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  func unscaledInverse(
    consuming spectrum: inout MutableSpan<Complex<Scalar>>, into signal: inout MutableSpan<Sample>
  ) throws(TransformError)

  /// The sample `sample · factor`.
  static func scaled(_ sample: Sample, by factor: Scalar) -> Sample
}

extension DiscreteTransform {
  /// Writes the inverse transform of `spectrum` (``spectrumCount`` frequencies) to `signal`
  /// (``sampleCount`` samples).
  ///
  /// What `spectrum` holds afterwards is unspecified: the fastest real transforms overwrite it.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func inverse(
    consuming spectrum: inout MutableSpan<Complex<Scalar>>, into signal: inout MutableSpan<Sample>
  ) throws(TransformError) {
    try unscaledInverse(consuming: &spectrum, into: &signal)
    let factor = 1 / Scalar(transformSize)
    for index in signal.indices { signal[index] = Self.scaled(signal[index], by: factor) }
  }

  func checkCounts(signal: Int, spectrum: Int) throws(TransformError) {
    guard signal == sampleCount else {
      throw .wrongCount(role: "signal", expected: sampleCount, actual: signal)
    }
    guard spectrum == spectrumCount else {
      throw .wrongCount(role: "spectrum", expected: spectrumCount, actual: spectrum)
    }
  }
}

extension DiscreteTransform where Sample: ExpressibleByIntegerLiteral {
  /// The spectrum of `signal`, ``spectrumCount`` frequencies.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func forward(_ signal: [Sample]) throws(TransformError) -> [Complex<Scalar>] {
    var spectrum = [Complex<Scalar>](repeating: .zero, count: spectrumCount)
    var target = spectrum.mutableSpan
    try forward(signal.span, into: &target)
    return spectrum
  }

  /// The signal whose spectrum is `spectrum`, ``sampleCount`` samples.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func inverse(_ spectrum: [Complex<Scalar>]) throws(TransformError) -> [Sample] {
    var source = spectrum
    var signal = [Sample](repeating: 0, count: sampleCount)
    var from = source.mutableSpan
    var to = signal.mutableSpan
    try inverse(consuming: &from, into: &to)
    return signal
  }
}
