/// What the methods of a correlation layer are predicted to cost, in nanoseconds of one thread.
struct CorrelationCosts: Sendable {
  let direct: Double
  let box: Double
  /// Absent where the method does not exist.
  let fft: Double?

  /// The method with the smallest prediction.
  var method: CorrelationLayer.Method {
    if let fft, fft < min(direct, box) { return .fft }
    return box < direct ? .box : .direct
  }
}

/// The times behind the predictions, in nanoseconds for single precision: fitted to 18 layers, from
/// 1 to 256 channels and from K = 1 to 31, on one Zen 5 core.
private enum Times {
  /// One product and addition, where rows of b are shared by three rows of a.
  static let sharedProduct = 0.020
  /// One product and addition, where they are not.
  static let product = 0.045
  /// Writing an output.
  static let output = 0.4
  /// Adding to an output once more.
  static let pass = 0.15
  /// Writing an element of a map, and the transposition of what it came from.
  static let map = 0.2
  /// Adding a row of a map to sums over rows.
  static let rowSum = 0.05
  /// One step of doubling.
  static let doubling = 0.22
  /// Adding a row of patches' gradients to the weights of a row of an input, for each element: 0.11 on
  /// a Zen 4 core, where the box method was passed over for one that took 1.3 times as long.
  static let weightRow = 0.11
  /// Copying an element of an input.
  static let copy = 0.5
  /// Copying an element into a transform, and multiplying its spectrum.
  static let spectrum = 0.2
  /// Taking an output out of a transform.
  static let pick = 2.4
  /// Planning a transform.
  static let plan = 30_000.0
}

extension CorrelationGeometry {
  /// The nanoseconds of one transform of a patch, with what is copied in and multiplied.
  private var patchTransform: Double {
    let lengths = transformLengths
    return Double(lengths.rows) * Double(lengths.columns)
      * ((TransformCost.nanoseconds(length: lengths.rows)
        + TransformCost.nanoseconds(length: lengths.columns)) / 2 + Times.spectrum)
  }

  /// The method of the backward pass that is predicted to be the fastest.
  func gradientMethod() -> CorrelationLayer.Method {
    guard isProduct else { return .box }
    let channels = Double(input.channels)
    let displacements = Double(vertical.displacements * horizontal.displacements)
    let lanes = Double((input.columns + 15) / 16 * 16 * input.rows)
    let patchesOfLine = Double((kernelSize + stride - 1) / stride)
    let spans = Double(horizontal.span * vertical.outputs)
    let box =
      2 * displacements * lanes
      * (channels * (input.channels >= 4 ? Times.sharedProduct : Times.product)
        + patchesOfLine * Times.weightRow)
      + displacements * spans * Times.doubling
    let fft =
      Times.plan + Double(vertical.outputs * horizontal.outputs)
      * ((4 * channels + 1) * patchTransform + displacements * Times.pick)
    return fft < box ? .fft : .box
  }

  /// Predicts the cost of each method.
  ///
  /// Double precision is taken to double everything.
  func costs() -> CorrelationCosts {
    let size = kernelSize
    let channels = Double(input.channels)
    let images = Double(input.images)
    let displacements = Double(vertical.displacements * horizontal.displacements)
    let copies =
      images * channels * Times.copy
      * Double(
        vertical.span * horizontal.span + (vertical.span + 2 * vertical.reach)
          * (horizontal.span + 2 * horizontal.reach))

    // Whole vectors are computed, of which a row may need the smaller part.
    let lanes = Double((horizontal.outputs + 15) / 16 * 16 * vertical.outputs)
    let shares = displacementStride % stride == 0 && input.channels >= 4
    let direct =
      copies + images * displacements * lanes
      * (Double(size * size) * channels * (shares ? Times.sharedProduct : Times.product)
        + Times.output + Double(size - 1) * Times.pass)

    let shared = input.channels >= 4 ? Times.sharedProduct : Times.product
    let spans = Double((horizontal.span + 15) / 16 * 16 * vertical.span)
    // One step to double for each binary digit, and one to take the sum for each that is 1.
    let steps = Double(size.bitWidth - size.leadingZeroBitCount - 1 + size.nonzeroBitCount)
    let stride = Double(self.stride)
    let rowSums =
      size <= 5 * self.stride ? Double(size) / stride * Times.rowSum : steps * Times.doubling
    let box =
      copies + images * displacements * spans
      * (channels * shared + Times.map + rowSums + steps * Times.doubling / stride)

    var fft: Double?
    if isProduct {
      fft =
        copies + Times.plan + images * Double(vertical.outputs * horizontal.outputs)
        * ((2 * channels + 1) * patchTransform + displacements * Times.pick)
    }
    return CorrelationCosts(direct: direct, box: box, fft: fft)
  }
}
