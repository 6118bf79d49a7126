/// The discrete Fourier transform of planes of a fixed number of rows and columns, forward and
/// back.
///
/// With planes of R rows and C columns, forward is
/// `X[k, l] = Σ x[r, c] · exp(-2πi·(r·k/R + c·l/C))`, unscaled, and inverse is the same sum with
/// `+2πi`, divided by R·C: forward then inverse gives the plane back. Planes and spectra lie row by
/// row; a transform of ``count`` planes takes them one after another.
///
/// - Complexity: O(n log n) for each plane of n numbers, for every shape.
public protocol SpectralTransform2D<Sample>: DiscreteTransform {
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
}

extension SpectralTransform2D {
  /// The number of samples of all planes: `count · rows · columns`.
  public var sampleCount: Int { count * rows * columns }
  /// The number of frequencies of all spectra: `count · rows · spectrumColumns`.
  public var spectrumCount: Int { count * rows * spectrumColumns }
  /// The number of samples of one plane: `rows · columns`.
  public var transformSize: Int { rows * columns }
}

/// Whether `count` planes of `rows` by `columns` numbers can be counted without overflow.
func isValidShape(rows: Int, columns: Int, count: Int) -> Bool {
  guard rows >= 1, columns >= 1, count >= 1 else { return false }
  let (plane, planeOverflows) = rows.multipliedReportingOverflow(by: columns)
  let (all, overflows) = plane.multipliedReportingOverflow(by: count)
  return !planeOverflows && !overflows && all <= maximumTransformLength
}
