public import ComplexModule

/// The discrete Fourier transform of planes of a fixed number of rows and columns, forward and
/// back.
///
/// With planes of R rows and C columns, forward is
/// `X[k, l] = Σ x[r, c] · exp(-2πi·(r·k/R + c·l/C))`, unscaled, and inverse is the same sum with
/// `+2πi`, divided by R·C: forward then inverse gives the plane back. Planes and spectra lie row by
/// row; a transform of ``count`` planes takes them one after another.
///
/// Transforms are immutable: one may be used from many threads at once.
///
/// - Complexity: O(n log n) for each plane of n numbers, for every shape.
public protocol SpectralTransform2D<Sample>: Sendable {
  /// The real type of the computation.
  associatedtype Scalar: FourierScalar
  /// The type of the planes' samples: `Scalar` or `Complex<Scalar>`.
  associatedtype Sample

  /// The number of rows of a plane, and of its spectrum.
  var rows: Int { get }
  /// The number of columns of a plane.
  var columns: Int { get }
  /// The number of columns of a spectrum: `columns` for complex samples, and `columns / 2 + 1` for
  /// real ones, whose other frequencies are the conjugates of these.
  var spectrumColumns: Int { get }
  /// The number of planes that one execution transforms.
  var count: Int { get }

  /// Plans a transform of `count` planes.
  ///
  /// - Throws: ``TransformError/invalidShape(rows:columns:count:)``.
  init(rows: Int, columns: Int, count: Int, rigor: PlanningRigor) throws(TransformError)

  /// Writes the spectra of `planes` (``sampleCount`` samples) to `spectra` (``spectrumCount``).
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  func forward(
    _ planes: Span<Sample>, into spectra: inout MutableSpan<Complex<Scalar>>
  ) throws(TransformError)

  /// Writes `rows · columns` times the inverse transforms of `spectra` to `planes`.
  ///
  /// It is for callers that have the factor elsewhere already. What `spectra` holds afterwards is
  /// unspecified: the fastest real transforms overwrite it.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  func unscaledInverse(
    consuming spectra: inout MutableSpan<Complex<Scalar>>, into planes: inout MutableSpan<Sample>
  ) throws(TransformError)

  /// The sample `sample · factor`.
  static func scaled(_ sample: Sample, by factor: Scalar) -> Sample
}

extension SpectralTransform2D {
  /// The number of samples of all planes: `count · rows · columns`.
  public var sampleCount: Int { count * rows * columns }
  /// The number of frequencies of all spectra: `count · rows · spectrumColumns`.
  public var spectrumCount: Int { count * rows * spectrumColumns }

  /// Writes the inverse transforms of `spectra` (``spectrumCount`` frequencies) to `planes`
  /// (``sampleCount`` samples).
  ///
  /// What `spectra` holds afterwards is unspecified: the fastest real transforms overwrite it.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func inverse(
    consuming spectra: inout MutableSpan<Complex<Scalar>>, into planes: inout MutableSpan<Sample>
  ) throws(TransformError) {
    try unscaledInverse(consuming: &spectra, into: &planes)
    let factor = 1 / Scalar(rows * columns)
    for index in planes.indices { planes[index] = Self.scaled(planes[index], by: factor) }
  }

  func checkCounts(planes: Int, spectra: Int) throws(TransformError) {
    guard planes == sampleCount else {
      throw .wrongCount(role: "signal", expected: sampleCount, actual: planes)
    }
    guard spectra == spectrumCount else {
      throw .wrongCount(role: "spectrum", expected: spectrumCount, actual: spectra)
    }
  }
}

extension SpectralTransform2D where Sample: ExpressibleByIntegerLiteral {
  /// The spectra of `planes`, ``spectrumCount`` frequencies.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func forward(_ planes: [Sample]) throws(TransformError) -> [Complex<Scalar>] {
    var spectra = [Complex<Scalar>](repeating: .zero, count: spectrumCount)
    var target = spectra.mutableSpan
    try forward(planes.span, into: &target)
    return spectra
  }

  /// The planes whose spectra are `spectra`, ``sampleCount`` samples.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func inverse(_ spectra: [Complex<Scalar>]) throws(TransformError) -> [Sample] {
    var source = spectra
    var planes = [Sample](repeating: 0, count: sampleCount)
    var from = source.mutableSpan
    var to = planes.mutableSpan
    try inverse(consuming: &from, into: &to)
    return planes
  }
}

/// Whether `count` planes of `rows` by `columns` numbers can be counted without overflow.
func isValidShape(rows: Int, columns: Int, count: Int) -> Bool {
  guard rows >= 1, columns >= 1, count >= 1 else { return false }
  let (plane, planeOverflows) = rows.multipliedReportingOverflow(by: columns)
  let (all, overflows) = plane.multipliedReportingOverflow(by: count)
  return !planeOverflows && !overflows && all <= maximumTransformLength
}
