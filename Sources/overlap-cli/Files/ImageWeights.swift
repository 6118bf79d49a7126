// SPDX-License-Identifier: MIT

import Convolution
import SignalFiles

extension ArrayInput {
  /// How much each pixel counts, from 0 to 1: by its alpha, times what a mask says; nil if all count.
  ///
  /// - Parameter path: Of the mask, an image or array of the same size: bright pixels count, and of an
  ///   array the floating-point numbers are weights, and of integers and truth values all but 0 count.
  func weights(maskedBy path: String?) throws(SignalFileError) -> Matrix<Double>? {
    guard let path else { return opacity() }
    let mask = try ArrayInput(path: path)
    guard (mask.rows, mask.columns) == (rows, columns) else {
      throw .wrongShape(
        path: path, expected: "a mask of \([rows, columns].asDimensions)",
        actual: "one of \([mask.rows, mask.columns].asDimensions)")
    }
    var weights = try mask.brightness()
    let type = mask.planes[0].elementType
    let scale = mask.raster.map { 1 / Double($0.fullScale) } ?? 1
    for index in weights.elements.indices {
      let value = weights.elements[index] * scale
      weights.elements[index] = mask.raster == nil && type.isInteger && value != 0 ? 1 : value
    }
    guard weights.elements.allSatisfy({ 0...1 ~= $0 }) else {
      throw .wrongShape(
        path: path, expected: "weights from 0 to 1", actual: "numbers beyond them, or NaN,")
    }
    if let opacity = opacity() {
      for index in weights.elements.indices {
        weights.elements[index] *= opacity.elements[index]
      }
    }
    return weights
  }
}
