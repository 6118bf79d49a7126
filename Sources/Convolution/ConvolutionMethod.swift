/// How a convolution is evaluated.
public enum ConvolutionMethod: String, Sendable, Hashable, CaseIterable {
  /// Whichever of the others is predicted to be the fastest on this machine.
  case automatic = "auto"
  /// The sum of products, term by term.
  case direct
  /// One product of spectra, of the whole signal.
  case fft
  /// Products of spectra of overlapping blocks.
  case overlapSave = "overlap-save"
}

/// What the planner chose for a convolution, and why.
public struct MethodChoice: Sendable, Hashable {
  /// The method; never ``ConvolutionMethod/automatic``.
  public var method: ConvolutionMethod
  /// Results of one block: of the whole convolution for `direct` and `fft`.
  public var blockLength: Int
  /// Samples of one transform; 0 for `direct`.
  public var transformLength: Int
  /// The threads that the work is worth sharing among.
  public var threads: Int
  /// What each method is predicted to take, in seconds.
  public var predictedSeconds: [ConvolutionMethod: Double]
}
