// SPDX-License-Identifier: MIT

import Convolution
import SignalFiles

extension ConvolutionJob {
  /// One plane, a signal or a volume, or a kernel for it.
  struct Operand {
    var path: String
    var array: NumPyArray
    /// Of a kernel that is an image: its samples count from 0 to 1.
    var fullScale: Int?
    var isVector = false
    /// Those of its elements that are missing; nil where none are.
    var missing: MissingElements?

    var isVolume: Bool { array.shape.count == 3 }

    func volume<Element>(_ elements: [Element]) -> Volume<Element> {
      Volume(
        planes: array.shape[0], rows: array.shape[1], columns: array.shape[2], elements: elements)
    }

    func matrix<Element>(_ elements: [Element]) -> Matrix<Element> {
      Matrix(rows: array.shape[0], columns: array.shape[1], elements: elements)
    }

    func integers() throws(CommandFailure) -> [Int] {
      guard let integers = [Int](array) else {
        throw CommandFailure(
          .invalidData, "\(path): holds integers above 2^63 - 1; convert it to float64")
      }
      return integers
    }
  }
}
