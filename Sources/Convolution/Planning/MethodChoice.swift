// SPDX-License-Identifier: MIT

internal import RealModule

/// What the planner chose for a convolution, and why. A signal counts as an image of one row.
public struct MethodChoice: Sendable, Hashable, Codable {
  /// The method.
  public var method: ConvolutionMethod
  /// Planes of results of one block: 1 but for volumes.
  public var blockPlanes = 1
  /// Rows of results of one block: of all of them unless the method is `overlapSave`.
  public var blockRows: Int
  /// Columns of results of one block.
  public var blockColumns: Int
  /// Rows of one transform; 0 without transforms. Of a volume, its planes.
  public var transformRows: Int
  /// Columns of one transform; 0 without transforms. Of a volume, the samples of a plane, line by line.
  public var transformColumns: Int
  /// The threads that the work is worth sharing among.
  public var threads: Int
  /// Where the blocks of a signal lie; nil without transforms, and for images.
  var layout: OverlapSaveLayout?
  /// Samples from a line of a volume's block to the next; 0 for others.
  var lineLength = 0
  /// What it takes on one thread, in seconds: what the choice is made by.
  var work = 0.0
  /// What it takes on ``threads``.
  var seconds = 0.0
  /// What the passes of `separable` take on one thread for a kernel of rank one; 0 if they were not
  /// among the candidates.
  var passesWork = 0.0
  /// What each candidate takes, by its method's place among all; 0 for those that were none.
  var candidateSeconds = SIMD4<Double>.zero

  /// What each method is predicted to take, in seconds; `separable` for a kernel of rank one.
  public var predictedSeconds: [ConvolutionMethod: Double] {
    var predicted: [ConvolutionMethod: Double] = [:]
    for method in ConvolutionMethod.allCases where candidateSeconds[method.place] > 0 {
      predicted[method] = candidateSeconds[method.place]
    }
    return predicted
  }

  /// For an empty result.
  static var nothing: MethodChoice {
    MethodChoice(
      method: .direct, blockRows: 0, blockColumns: 0, transformRows: 0, transformColumns: 0,
      threads: 1)
  }
}

extension MethodChoice {
  /// The largest error of a result that this choice is tested to keep to.
  ///
  /// By transforms of N samples it is 2 u log₂N ‖x‖ ‖h‖, with u the unit of rounding, x the samples
  /// of the result's block (the whole signal for `fft`) and h the kernel; see Higham, "Accuracy and
  /// Stability of Numerical Algorithms" (2002), section 24.1, for the form. By direct sums it is
  /// 12 u ‖x‖ ‖h‖, x the samples under the kernel: sums of up to 80 products, added with compensation.
  ///
  /// - Parameters:
  ///   - scalar: the real type of the samples or of their parts, which has u.
  ///   - blockNorm: ‖x‖, the Euclidean norm.
  ///   - kernelNorm: ‖h‖.
  public func errorBound<Scalar: BinaryFloatingPoint>(
    _ scalar: Scalar.Type, blockNorm: Double, kernelNorm: Double
  ) -> Double {
    let unit = Double(Scalar.ulpOfOne) / 2
    let count = Double(transformRows) * Double(transformColumns)
    let factor = count == 0 ? 12 : 2 * Double.log2(count)
    return factor * unit * blockNorm * kernelNorm
  }
}
