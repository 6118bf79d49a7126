/// How a 2-D convolution is evaluated.
public enum MatrixMethod: String, Sendable, Hashable, CaseIterable {
  /// Whichever of the others is predicted to be the fastest on this machine.
  case automatic = "auto"
  /// The sum of products, term by term.
  case direct
  /// One pass along the rows and one along the columns, for a kernel that is an outer product of a
  /// column and a row, or a sum of two of them. Other kernels are done by direct sums.
  case separable
  /// One product of spectra, of the whole image.
  case fft
  /// Products of spectra of overlapping tiles.
  case overlapSave = "overlap-save"

  /// The method of this name in one dimension, in two.
  public init(_ method: ConvolutionMethod) {
    self =
      switch method {
      case .automatic: .automatic
      case .direct: .direct
      case .fft: .fft
      case .overlapSave: .overlapSave
      }
  }
}

/// What the planner chose for a 2-D convolution, and why.
public struct MatrixMethodChoice: Sendable, Hashable {
  /// The method; never ``MatrixMethod/automatic``.
  public var method: MatrixMethod
  /// Rows of results of one tile: of all of them unless the method is `overlapSave`.
  public var tileRows: Int
  /// Columns of results of one tile.
  public var tileColumns: Int
  /// Rows of one transform; 0 without transforms.
  public var transformRows: Int
  /// Columns of one transform; 0 without transforms.
  public var transformColumns: Int
  /// The threads that the work is worth sharing among.
  public var threads: Int
  /// What each method is predicted to take, in seconds; `separable` for a kernel of rank one.
  public var predictedSeconds: [MatrixMethod: Double]
  /// The same on one thread: what the choice is made by.
  var work: [MatrixMethod: Double]
}
