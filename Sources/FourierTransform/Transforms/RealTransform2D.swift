public import ComplexModule

/// The discrete Fourier transform of real planes of a fixed number of rows and columns.
///
/// Of a spectrum's columns it holds 0…columns/2; the others are conjugates of these. See
/// ``SpectralTransform2D`` for the definition, the scaling and the order in memory.
public struct RealTransform2D<Scalar: FourierScalar>: SpectralTransform2D {
  /// The number of rows of a plane, and of its spectrum.
  public let rows: Int
  /// The number of columns of a plane.
  public let columns: Int
  /// The number of planes that one execution transforms.
  public let count: Int
  private let plans: TransformPlans<Scalar>

  /// The number of columns of a spectrum: `columns / 2 + 1`.
  public var spectrumColumns: Int { columns / 2 + 1 }

  /// Plans transforms of `count` planes of `rows` by `columns` real samples.
  ///
  /// - Throws: ``TransformError/invalidShape(rows:columns:count:)``.
  public init(
    rows: Int, columns: Int, count: Int = 1, rigor: PlanningRigor = .estimate
  ) throws(TransformError) {
    guard isValidShape(rows: rows, columns: columns, count: count) else {
      throw .invalidShape(rows: rows, columns: columns, count: count)
    }
    (self.rows, self.columns, self.count) = (rows, columns, count)
    plans = TransformPlans(
      .real,
      TransformLayout(
        rows: rows, columns: columns, inputColumns: columns, outputColumns: columns / 2 + 1,
        count: count),
      samples: count * rows * columns, frequencies: count * rows * (columns / 2 + 1), rigor: rigor)
  }

  /// Writes the spectra of `planes` (``sampleCount`` samples) to `spectra`
  /// (``spectrumCount`` frequencies).
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func forward(
    _ planes: Span<Scalar>, into spectra: inout MutableSpan<Complex<Scalar>>
  ) throws(TransformError) {
    try checkCounts(signal: planes.count, spectrum: spectra.count)
    plans.forward.execute(planes, &spectra)
  }

  /// Writes `rows · columns` times the inverses of `spectra` to `planes`.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func unscaledInverse(
    consuming spectra: inout MutableSpan<Complex<Scalar>>, into planes: inout MutableSpan<Scalar>
  ) throws(TransformError) {
    try checkCounts(signal: planes.count, spectrum: spectra.count)
    plans.inverse.execute(destroying: &spectra, &planes)
  }

  /// The product `sample · factor`.
  public static func scaled(_ sample: Scalar, by factor: Scalar) -> Scalar { sample * factor }
}
