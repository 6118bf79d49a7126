internal import RealModule

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

extension MethodChoice {
  /// The largest error of a result that this choice is tested to keep to.
  ///
  /// By transforms of N samples it is 2 u log₂N ‖x‖ ‖h‖, with u the unit of rounding, x the samples
  /// of the result's block (the whole signal for `fft`) and h the kernel; see Higham, "Accuracy and
  /// Stability of Numerical Algorithms" (2002), section 24.1, for the form. By direct sums it is
  /// 12 u ‖x‖ ‖h‖, x the samples under the kernel: sums of 64 products, added with compensation.
  ///
  /// - Parameter blockNorm: ‖x‖, the Euclidean norm.
  /// - Parameter kernelNorm: ‖h‖.
  public func errorBound<Scalar: BinaryFloatingPoint>(
    _ scalar: Scalar.Type, blockNorm: Double, kernelNorm: Double
  ) -> Double {
    let unit = Double(Scalar.ulpOfOne) / 2
    let factor = transformLength == 0 ? 12 : 2 * Double.log2(Double(transformLength))
    return factor * unit * blockNorm * kernelNorm
  }
}
