// SPDX-License-Identifier: MIT

public import ComplexModule

/// The discrete Fourier transform of signals of a fixed length, or of planes of a fixed number of
/// rows and columns, forward and inverse.
///
/// With n = ``length``, forward is `X[k] = Σ x[t] · exp(-2πi·t·k/n)`, unscaled, and inverse is
/// `x[t] = 1/n · Σ X[k] · exp(+2πi·t·k/n)`: forward then inverse gives the signal back. Of planes of
/// R rows and C columns, forward is `X[k, l] = Σ x[r, c] · exp(-2πi·(r·k/R + c·l/C))`, and inverse the
/// same sum with `+2πi`, divided by R·C. Planes and spectra lie row by row; a transform of ``count``
/// planes takes them one after another.
///
/// Of complex samples the spectrum has as many frequencies. Of real ones a row has
/// ``spectrumColumns`` = `columns / 2 + 1` of them; the others are conjugates of these. The inverse
/// ignores what has to be zero: the imaginary part of frequency 0, and of frequency n/2 where the
/// length is even.
///
/// A transform is immutable: one may be used from many threads at once.
///
/// - Complexity: O(n log n) for each execution, for every n.
public struct DiscreteTransform<Element: SignalElement>: Sendable {
  /// The number of rows of a plane, and of its spectrum; 1 for signals.
  public let rows: Int
  /// The number of columns of a plane; for signals, ``length``.
  public let columns: Int
  /// The number of planes or signals that one execution transforms.
  public let count: Int
  private let forwardPlan: FFTWPlan<Element.Scalar>
  /// May destroy its input, as FFTW's fastest inverse transforms do.
  private let inversePlan: FFTWPlan<Element.Scalar>

  /// Plans transforms of `length` samples.
  ///
  /// - Throws: ``TransformError/invalidLength(_:)`` if `length` is below 1.
  public init(length: Int, rigor: PlanningRigor = .estimate) throws(TransformError) {
    guard 1...maximumTransformLength ~= length else { throw .invalidLength(length) }
    self.init(
      TransformLayout(length: length), rows: 1, columns: length, count: 1, rigor: rigor)
  }

  /// Plans transforms of `count` planes of `rows` by `columns` samples.
  ///
  /// - Throws: ``TransformError/invalidShape(rows:columns:count:)``.
  public init(
    rows: Int, columns: Int, count: Int = 1, rigor: PlanningRigor = .estimate
  ) throws(TransformError) {
    let (plane, planeOverflows) = rows.multipliedReportingOverflow(by: columns)
    let (all, overflows) = plane.multipliedReportingOverflow(by: count)
    guard rows >= 1, columns >= 1, count >= 1, !planeOverflows, !overflows,
      all <= maximumTransformLength
    else { throw .invalidShape(rows: rows, columns: columns, count: count) }
    let layout = TransformLayout(
      rows: rows, columns: columns, inputColumns: columns,
      outputColumns: Self.spectrumColumns(columns), count: count)
    self.init(layout, rows: rows, columns: columns, count: count, rigor: rigor)
  }

  private init(
    _ layout: TransformLayout, rows: Int, columns: Int, count: Int, rigor: PlanningRigor
  ) {
    (self.rows, self.columns, self.count) = (rows, columns, count)
    let signalBytes = count * rows * columns * MemoryLayout<Element>.stride
    let spectrumBytes =
      count * rows * Self.spectrumColumns(columns) * MemoryLayout<Complex<Element.Scalar>>.stride
    forwardPlan = FFTWPlan(
      Element.isReal ? .realForward : .complexForward, layout, inputBytes: signalBytes,
      outputBytes: spectrumBytes, rigor: rigor, preservesInput: true)
    inversePlan = FFTWPlan(
      Element.isReal ? .realInverse : .complexInverse, layout.reversed, inputBytes: spectrumBytes,
      outputBytes: signalBytes, rigor: rigor, preservesInput: false)
  }

  private static func spectrumColumns(_ columns: Int) -> Int {
    Element.isReal ? columns / 2 + 1 : columns
  }
}

/// The transform of real samples of one precision.
public typealias RealTransform<Scalar: FourierScalar> = DiscreteTransform<Scalar>

/// The transform of complex samples of one precision.
public typealias ComplexTransform<Scalar: FourierScalar> = DiscreteTransform<Complex<Scalar>>

extension DiscreteTransform {
  /// The number of samples of a signal, or of a plane.
  public var length: Int { rows * columns }
  /// The number of frequencies in a row of a spectrum.
  public var spectrumColumns: Int { Self.spectrumColumns(columns) }
  /// The number of samples that one execution transforms: `count · rows · columns`.
  public var sampleCount: Int { count * length }
  /// The number of frequencies that one execution makes of them.
  public var spectrumCount: Int { count * rows * spectrumColumns }

  /// Writes the spectrum of `signal` (``sampleCount`` samples) to `spectrum` (``spectrumCount``).
  ///
  /// - Throws: ``TransformError/wrongSignalCount(expected:actual:)``,
  ///   ``TransformError/wrongSpectrumCount(expected:actual:)``.
  public func forward(
    _ signal: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
    into spectrum:
      inout some MutableContiguousSamples<Complex<Element.Scalar>> & ~Copyable & ~Escapable
  ) throws(TransformError) {
    var target = spectrum._mutableSpan()
    try forward(signal.span, into: &target)
  }

  /// The spectrum of `signal` (``sampleCount`` samples), ``spectrumCount`` frequencies.
  ///
  /// - Throws: ``TransformError/wrongSignalCount(expected:actual:)``.
  public func forward(
    _ signal: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable
  ) throws(TransformError) -> [Complex<Element.Scalar>] {
    var spectrum = [Complex<Element.Scalar>](repeating: .zero, count: spectrumCount)
    try forward(signal, into: &spectrum)
    return spectrum
  }

  /// Writes the inverse transform of `spectrum` (``spectrumCount`` frequencies) to `signal`
  /// (``sampleCount`` samples).
  ///
  /// What `spectrum` holds afterwards is unspecified: the fastest real transforms overwrite it.
  ///
  /// - Throws: ``TransformError/wrongSignalCount(expected:actual:)``,
  ///   ``TransformError/wrongSpectrumCount(expected:actual:)``.
  public func inverse(
    consuming spectrum:
      inout some MutableContiguousSamples<Complex<Element.Scalar>> & ~Copyable & ~Escapable,
    into signal: inout some MutableContiguousSamples<Element> & ~Copyable & ~Escapable
  ) throws(TransformError) {
    var source = spectrum._mutableSpan()
    var target = signal._mutableSpan()
    try unscaledInverse(consuming: &source, into: &target)
    scale(&target)
  }

  /// The signal whose spectrum is `spectrum`, ``sampleCount`` samples.
  ///
  /// - Throws: ``TransformError/wrongSpectrumCount(expected:actual:)``.
  public func inverse(
    _ spectrum: borrowing some ContiguousSamples<Complex<Element.Scalar>> & ~Copyable & ~Escapable
  ) throws(TransformError) -> [Element] {
    var source = spectrum._array()
    var signal = [Element](repeating: .zero, count: sampleCount)
    try inverse(consuming: &source, into: &signal)
    return signal
  }
}

// What the package executes for every row of a matrix: specialised, because looking up the generic
// types at run time would take as long as a short transform.
extension DiscreteTransform {
  /// Writes the spectrum of `signal` to `spectrum`.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  package func forward(
    _ signal: Span<Element>, into spectrum: inout MutableSpan<Complex<Element.Scalar>>
  ) throws(TransformError) {
    try checkCounts(signal: signal.count, spectrum: spectrum.count)
    forwardPlan.execute(signal, &spectrum)
  }

  /// Writes ``length`` times the inverse transform of `spectrum` to `signal`, for callers that have
  /// the factor elsewhere already.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  package func unscaledInverse(
    consuming spectrum: inout MutableSpan<Complex<Element.Scalar>>,
    into signal: inout MutableSpan<Element>
  ) throws(TransformError) {
    try checkCounts(signal: signal.count, spectrum: spectrum.count)
    inversePlan.execute(spectrum.span, &signal)
  }

  /// Divides samples by ``length``.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  private func scale(_ samples: inout MutableSpan<Element>) {
    let factor = 1 / Element.Scalar(length)
    for index in samples.indices { samples[index] = samples[index].scaled(by: factor) }
  }

  private func checkCounts(signal: Int, spectrum: Int) throws(TransformError) {
    guard signal == sampleCount else {
      throw .wrongSignalCount(expected: sampleCount, actual: signal)
    }
    guard spectrum == spectrumCount else {
      throw .wrongSpectrumCount(expected: spectrumCount, actual: spectrum)
    }
  }
}
