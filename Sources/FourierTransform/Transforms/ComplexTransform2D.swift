public import ComplexModule

/// The discrete Fourier transform of complex planes of a fixed number of rows and columns.
///
/// A spectrum has the shape of its plane. See ``SpectralTransform2D`` for the definition, the
/// scaling and the order in memory.
public struct ComplexTransform2D<Scalar: FourierScalar>: SpectralTransform2D {
  /// The number of rows of a plane, and of its spectrum.
  public let rows: Int
  /// The number of columns of a plane, and of its spectrum.
  public let columns: Int
  /// The number of planes that one execution transforms.
  public let count: Int
  private let plans: TransformPlans<Scalar>

  /// The number of columns of a spectrum: `columns`.
  public var spectrumColumns: Int { columns }

  /// Plans transforms of `count` planes of `rows` by `columns` complex samples.
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
      .complex,
      TransformLayout(
        rows: rows, columns: columns, inputColumns: columns, outputColumns: columns,
        count: count),
      samples: count * rows * columns, frequencies: count * rows * columns, rigor: rigor)
  }

  /// Writes the spectra of `planes` (``sampleCount`` samples) to `spectra`
  /// (``spectrumCount`` frequencies).
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func forward(
    _ planes: Span<Complex<Scalar>>, into spectra: inout MutableSpan<Complex<Scalar>>
  ) throws(TransformError) {
    try checkCounts(signal: planes.count, spectrum: spectra.count)
    plans.forward.execute(planes, &spectra)
  }

  /// Writes `rows · columns` times the inverses of `spectra` to `planes`.
  ///
  /// - Throws: ``TransformError/wrongCount(role:expected:actual:)``.
  public func unscaledInverse(
    consuming spectra: inout MutableSpan<Complex<Scalar>>,
    into planes: inout MutableSpan<Complex<Scalar>>
  ) throws(TransformError) {
    try checkCounts(signal: planes.count, spectrum: spectra.count)
    plans.inverse.execute(destroying: &spectra, &planes)
  }

  /// The product `sample · factor`.
  public static func scaled(_ sample: Complex<Scalar>, by factor: Scalar) -> Complex<Scalar> {
    sample.multiplied(by: factor)
  }
}
