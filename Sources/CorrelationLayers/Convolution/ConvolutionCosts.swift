/// What the methods of a convolution layer are predicted to cost, in nanoseconds of one thread.
struct ConvolutionCosts: Sendable {
  let direct: Double
  let im2col: Double
  /// Absent where it could not be the fastest.
  let fft: Double?

  /// The method with the smallest prediction.
  var method: ConvolutionLayer.Method {
    if let fft, fft < min(direct, im2col) { return .fft }
    return im2col < direct ? .im2col : .direct
  }
}

/// The times behind the predictions, in nanoseconds for single precision: fitted to 31 layers, from
/// 1x1 kernels to 63x63, on one Zen 5 core.
private enum Times {
  /// Starting.
  static let start = 3_000.0
  /// Putting a weight into the order of the kernel.
  static let weight = 1.0
  /// Copying an element of the padded input.
  static let copy = 0.3
  /// Copying an element of the input, where a stride sorts them.
  static let sortedCopy = 0.8
  /// Copying an output.
  static let output = 0.25
  /// Copying an element of a patch, and one with a stride.
  static let patch = 0.12
  static let stridedPatch = 0.5
  /// Starting a row of patches.
  static let patchRow = 11.0

  /// A product and addition of the gradient with respect to the weights, and where there are fewer
  /// than three kernels; and adding up the lanes of a weight. Measured on a Zen 4 core, and halved.
  static let gradientProduct = 0.0145
  static let lonelyGradientProduct = 0.024
  static let gradientWeight = 12.0

  /// A product and addition for each of `kernels` rows of weights: of eight rows at a time, of four,
  /// of two and of one (0.036 on the Zen 5 core, and 0.026 as half of what a Zen 4 core takes, where
  /// transforms take twice as long).
  static func products(kernels: Int) -> Double {
    let rest = kernels % 8
    return Double(kernels / 8 * 8) * 0.0084 + Double(rest / 4 * 4) * 0.012
      + Double(rest % 4 / 2 * 2) * 0.019 + Double(rest % 2) * 0.030
  }
}

extension ConvolutionGeometry {
  /// Predicts the cost of each method.
  ///
  /// Double precision is taken to double everything.
  func costs() -> ConvolutionCosts {
    let planes = PolyphasePlanes(vertical, horizontal)
    let images = Double(input.images)
    let common =
      Times.start + Double(weights.elementCount) * Times.weight
      + Double(output.elementCount) * Times.output
    let products = images * Double(groups * tapCount) * Times.products(kernels: groupKernels)

    let rounded = (horizontal.outputs + 15) / 16 * 16
    let separate = rounded < planes.columns
    let lanes = Double(vertical.outputs * (separate ? rounded : planes.columns))
    // Rows of their own are too short for the wide tiles of few kernels.
    let narrow = separate && groupKernels < 8 && rounded < 128 ? 1.4 : 1
    let copy = horizontal.stride == 1 ? Times.copy : Times.sortedCopy
    let direct =
      common + images * Double(input.channels * vertical.span * horizontal.span) * copy
      + products * lanes * narrow

    let patches = Double(output.planeCount)
    let patch = horizontal.stride == 1 ? Times.patch : Times.stridedPatch
    let im2col =
      common + products * patches + images * Double(groups * tapCount)
      * (patches * patch + Double(output.rows) * Times.patchRow)

    // What takes less time than to prepare transforms needs no search for the best ones.
    let mayTransform = min(direct, im2col) > TransformTiles.start
    return ConvolutionCosts(
      direct: direct, im2col: im2col, fft: mayTransform ? TransformTiles(self).nanoseconds : nil)
  }
}

extension ConvolutionGeometry {
  /// Predicts the cost of each method of the gradient with respect to the weights; `exchanged` is
  /// the layer that gives it.
  func weightGradientCosts(_ exchanged: ConvolutionGeometry) -> ConvolutionCosts {
    let others = exchanged.costs()
    let planes = PolyphasePlanes(vertical, horizontal)
    let lanes = Double((vertical.outputs - 1) * planes.columns + horizontal.outputs)
    let images = Double(input.images)
    let direct =
      Times.start + Double(weights.elementCount) * Times.gradientWeight
      + images * Double(input.channels * vertical.span * horizontal.span) * Times.copy
      + Double(output.elementCount) * Times.output
      + images * Double(weights.elementCount) * lanes
      * (groupKernels < 3 ? Times.lonelyGradientProduct : Times.gradientProduct)
    return ConvolutionCosts(direct: direct, im2col: others.im2col, fft: others.fft)
  }
}
