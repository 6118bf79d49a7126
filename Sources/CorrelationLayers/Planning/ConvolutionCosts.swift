internal import FourierTransform

/// The times behind the predictions, in nanoseconds of one thread for single precision.
struct ConvolutionTimes: Sendable, Equatable {
  /// Starting.
  var start = 0.0
  /// Putting a weight into the order of the kernel.
  var weight = 0.0
  /// Copying an element of the padded input.
  var copy = 0.0
  /// Copying an element of the input, where a stride sorts them.
  var sortedCopy = 0.0
  /// Copying an output.
  var output = 0.0
  /// Copying an element of a patch, and one with a stride.
  var patch = 0.0
  var stridedPatch = 0.0
  /// Starting a row of patches.
  var patchRow = 0.0
  /// A product and addition, of eight rows of weights at a time, of four, of two and of one.
  var productOfEight = 0.0
  var productOfFour = 0.0
  var productOfTwo = 0.0
  var productOfOne = 0.0
  /// A product and addition of the gradient with respect to the weights, and where there are fewer
  /// than three kernels; and adding up the lanes of a weight.
  var gradientProduct = 0.0
  var lonelyGradientProduct = 0.0
  var gradientWeight = 0.0
  /// Planning transforms and finding their memory.
  var transformStart = 0.0
  /// Copying an element of a tile in and its spectrum out.
  var tileCopy = 0.0
  /// A product of two complex numbers.
  var spectrumProduct = 0.0

  static let numbers: [CostTable.Number<Self>] = [
    ("start", \.start), ("weight", \.weight), ("copy", \.copy), ("sortedCopy", \.sortedCopy),
    ("output", \.output), ("patch", \.patch), ("stridedPatch", \.stridedPatch),
    ("patchRow", \.patchRow), ("productOfEight", \.productOfEight),
    ("productOfFour", \.productOfFour), ("productOfTwo", \.productOfTwo),
    ("productOfOne", \.productOfOne), ("gradientProduct", \.gradientProduct),
    ("lonelyGradientProduct", \.lonelyGradientProduct), ("gradientWeight", \.gradientWeight),
    ("transformStart", \.transformStart), ("tileCopy", \.tileCopy),
    ("spectrumProduct", \.spectrumProduct),
  ]

  /// The products and additions for each of `kernels` rows of weights.
  func products(kernels: Int) -> Double {
    let rest = kernels % 8
    return Double(kernels / 8 * 8) * productOfEight + Double(rest / 4 * 4) * productOfFour
      + Double(rest % 4 / 2 * 2) * productOfTwo + Double(rest % 2) * productOfOne
  }
}

extension ConvolutionGeometry {
  /// Predicts the cost of each method, in nanoseconds of one thread; there is none of transforms where
  /// they could not be the fastest.
  ///
  /// Double precision is taken to double everything.
  ///
  /// - Parameter predictsAll: whether transforms are looked at in any case.
  func costs(
    _ costs: LayerCosts = .shared, predictsAll: Bool = false
  ) -> [ConvolutionLayer.Method: Double] {
    let times = costs.convolution
    let planeColumns = PolyphasePlanes(self).columns
    let images = Double(input.images)
    let common =
      times.start + Double(weights.elementCount) * times.weight
      + Double(output.elementCount) * times.output
    let products = images * Double(groups * tapCount) * times.products(kernels: groupKernels)

    let rounded = (horizontal.outputs + 15) / 16 * 16
    let separate = rounded < planeColumns
    let lanes = Double(vertical.outputs * (separate ? rounded : planeColumns))
    // Rows of their own are too short for the wide tiles of few kernels.
    let narrow = separate && groupKernels < 8 && rounded < 128 ? 1.4 : 1
    let copy = horizontal.stride == 1 ? times.copy : times.sortedCopy
    let direct =
      common + images * Double(input.channels * vertical.span * horizontal.span) * copy
      + products * lanes * narrow

    let patches = Double(output.planeCount)
    let patch = horizontal.stride == 1 ? times.patch : times.stridedPatch
    let im2col =
      common + products * patches + images * Double(groups * tapCount)
      * (patches * patch + Double(output.rows) * times.patchRow)

    // What takes less time than to prepare transforms needs no search for the best ones.
    guard predictsAll || min(direct, im2col) > times.transformStart else {
      return [.direct: direct, .im2col: im2col]
    }
    let fft = TransformTiles(self, costs).nanoseconds(self, times)
    return [.direct: direct, .im2col: im2col, .fft: fft]
  }

  /// Predicts the cost of the gradient with respect to the weights as it is defined.
  func weightGradientNanoseconds(_ times: ConvolutionTimes) -> Double {
    let lanes = Double(
      (vertical.outputs - 1) * PolyphasePlanes(self).columns + horizontal.outputs)
    let images = Double(input.images)
    return times.start + Double(weights.elementCount) * times.gradientWeight
      + images * Double(input.channels * vertical.span * horizontal.span) * times.copy
      + Double(output.elementCount) * times.output
      + images * Double(weights.elementCount) * lanes
      * (groupKernels < 3 ? times.lonelyGradientProduct : times.gradientProduct)
  }
}
