// SPDX-License-Identifier: MIT

internal import FourierTransform

/// What the costs of a convolution layer are made of.
enum ConvolutionTime: Int, TimeName {
  /// Starting.
  case start
  /// Putting a weight into the order of the kernel.
  case weight
  /// Copying an element of the padded input, and one where a stride sorts them.
  case copy, sortedCopy
  /// Copying an output.
  case output
  /// Copying an element of a patch, and one with a stride; and starting a row of patches.
  case patch, stridedPatch, patchRow
  /// A product and addition, of so many rows of weights at a time.
  case productOfEight, productOfFour, productOfTwo, productOfOne
  /// A product and addition of the gradient of the weights, and where there are fewer than three
  /// kernels; and adding up the lanes of a weight.
  case gradientProduct, lonelyGradientProduct, gradientWeight
  /// Planning transforms and finding their memory.
  case transformStart
  /// Copying an element of a tile in and its spectrum out.
  case tileCopy
  /// A product of two complex numbers.
  case spectrumProduct
}

extension Times<ConvolutionTime> {
  /// The products and additions for each of `kernels` rows of weights.
  fileprivate func products(kernels: Int) -> Double {
    let rest = kernels % 8
    return Double(kernels / 8 * 8) * self[.productOfEight]
      + Double(rest / 4 * 4) * self[.productOfFour]
      + Double(rest % 4 / 2 * 2) * self[.productOfTwo] + Double(rest % 2) * self[.productOfOne]
  }
}

extension ConvolutionGeometry {
  /// Predicts the cost of each method, in nanoseconds of one thread; unless it `predictsAll`, there
  /// is none of transforms where they could not be the fastest.
  func costs(
    _ costs: LayerCosts = .shared, predictsAll: Bool = false
  ) -> [ConvolutionLayer.Method: Double] {
    let times = costs.convolution
    let planeColumns = PolyphasePlanes(self).columns
    let images = Double(input.images)
    let common =
      times[.start] + Double(weights.elementCount) * times[.weight]
      + Double(output.elementCount) * times[.output]
    let products = images * Double(groups * tapCount) * times.products(kernels: groupKernels)

    let rounded = (horizontal.outputs + 15) / 16 * 16
    let separate = rounded < planeColumns
    let lanes = Double(vertical.outputs * (separate ? rounded : planeColumns))
    // Rows of their own are too short for the wide tiles of few kernels.
    let narrow = separate && groupKernels < 8 && rounded < 128 ? 1.4 : 1
    let copy = horizontal.stride == 1 ? times[.copy] : times[.sortedCopy]
    let direct =
      common + images * Double(input.channels * vertical.span * horizontal.span) * copy
      + products * lanes * narrow

    let patches = Double(output.planeCount)
    let patch = horizontal.stride == 1 ? times[.patch] : times[.stridedPatch]
    let im2col =
      common + products * patches + images * Double(groups * tapCount)
      * (patches * patch + Double(output.rows) * times[.patchRow])

    // What takes less time than to prepare transforms needs no search for the best ones.
    guard predictsAll || min(direct, im2col) > times[.transformStart] else {
      return [.direct: direct, .im2col: im2col]
    }
    let fft = TransformTiles(self, costs).nanoseconds(self, times)
    return [.direct: direct, .im2col: im2col, .fft: fft]
  }

  /// Predicts the cost of the gradient with respect to the weights as it is defined.
  func weightGradientNanoseconds(_ times: Times<ConvolutionTime>) -> Double {
    let lanes = Double(
      (vertical.outputs - 1) * PolyphasePlanes(self).columns + horizontal.outputs)
    let images = Double(input.images)
    return times[.start] + Double(weights.elementCount) * times[.gradientWeight]
      + images * Double(input.channels * vertical.span * horizontal.span) * times[.copy]
      + Double(output.elementCount) * times[.output]
      + images * Double(weights.elementCount) * lanes
      * (groupKernels < 3 ? times[.lonelyGradientProduct] : times[.gradientProduct])
  }
}
