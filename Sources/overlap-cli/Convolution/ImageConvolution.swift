// SPDX-License-Identifier: MIT

import Convolution
import SignalFiles

// Results that are written as an image.
extension ConvolutionJob {
  /// Rounded and limited to the range of the first file's samples.
  func writeImage(
    _ planes: [NumPyArray], _ image: ArrayInput, _ kernel: ArrayInput, _ alpha: Alpha?
  ) throws {
    guard !planes.contains(where: \.elementType.isComplex) else {
      throw SignalFileError.wrongShape(
        path: options.output, expected: "real numbers for an image", actual: "complex results")
    }
    let (height, width) = (planes[0].shape[0], planes[0].shape[1])
    var samples = planes.map { [Float]($0) ?? [] }
    var channels: Raster.Channels = planes.count == 1 ? .grey : .color
    if let alpha, let raster = image.raster {
      channels = raster.channels
      let rest = try filtered(alpha, image, kernel)
      for plane in samples.indices {
        for index in rest.indices {
          samples[plane][index] = rest[index] > 0 ? samples[plane][index] / rest[index] : 0
        }
      }
      samples.append(rest.map { $0 * Float(raster.fullScale) })
    }
    let bits = image.raster.map { $0.fullScale > 255 ? 16 : 8 } ?? 8
    try Raster(height: height, width: width, channels: channels, planes: samples, bits: bits)
      .write(to: options.output)
  }

  /// What is left of each pixel's alpha, from 0 to 1, where the colours have been filtered with it. Of
  /// kernels for each colour it is their mean's.
  private func filtered(
    _ alpha: Alpha, _ image: ArrayInput, _ kernel: ArrayInput
  ) throws -> [Float] {
    var sum: [Float] = []
    for plane in kernel.planes {
      let operand = Operand(path: kernel.path, array: plane, fullScale: kernel.raster?.fullScale)
      let part = apply(
        Matrix(rows: image.rows, columns: image.columns, elements: alpha.values),
        operand.matrix(try elements(operand, Float.self)), edge: boundary.opaque
      ).elements
      sum = sum.isEmpty ? part : zip(sum, part).map { $0 + $1 }
    }
    // What rounds to no alpha has no colour either.
    let least = 0.5 / Float(alpha.fullScale)
    return sum.map { value in
      let mean = value / Float(kernel.planes.count)
      return mean > least ? min(mean, 1) : 0
    }
  }
}

/// The last channel of an image, from 0 to 1.
struct Alpha {
  let values: [Float]
  let fullScale: Int

  /// nil if the image has none.
  init?(_ raster: Raster) {
    guard raster.channels.hasAlpha else { return nil }
    fullScale = raster.fullScale
    let factor = 1 / Float(raster.fullScale)
    values = raster.plane(raster.channels.rawValue - 1).map { $0 * factor }
  }

  /// The colours as they count: by their alpha.
  func weighting(_ plane: NumPyArray) -> NumPyArray {
    NumPyArray(shape: plane.shape, zip([Float](plane) ?? [], values).map { $0 * $1 })
  }
}
