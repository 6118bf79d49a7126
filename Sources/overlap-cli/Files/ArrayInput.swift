// SPDX-License-Identifier: MIT

import Convolution
import SignalFiles

/// An image, or an array of one or two dimensions.
struct ArrayInput {
  var path: String
  /// The planes: one, or one for each colour of an image, all of one shape.
  var planes: [NumPyArray]
  var raster: Raster?
  /// Whether the only row is an array of one dimension.
  var isVector = false

  var rows: Int { planes[0].shape[0] }
  var columns: Int { planes[0].shape[1] }

  /// Reads a PNG image or an array of two dimensions.
  init(path: String) throws(SignalFileError) { try self.init(path: path, InputKind(path: path)) }

  init(path: String, _ kind: InputKind) throws(SignalFileError) {
    guard kind.isPlane else {
      throw .wrongShape(
        path: path, expected: "a PNG image or a .npy array of two dimensions",
        actual: kind.description)
    }
    self.path = path
    if case .image = kind {
      let raster = try Raster(path: path)
      self.raster = raster
      planes = (0..<raster.channels.colorCount).map {
        NumPyArray(shape: [raster.height, raster.width], raster.plane($0))
      }
    } else {
      let array = try NumPyArray(path: path)
      guard array.count > 0 else { throw .empty(path: path) }
      planes = [array]
    }
  }

  /// Reads an array of one dimension, as a row.
  init(rowOf path: String) throws(SignalFileError) {
    self.path = path
    let vector = try NumPyArray(vector: path)
    planes = [vector.reshaped([1, vector.count])]
    isVector = true
  }

  /// The alpha of each pixel from 0 to 1; nil if there is none, or all is opaque.
  func opacity() -> Matrix<Double>? {
    guard let raster, raster.channels.hasAlpha else { return nil }
    let factor = 1 / Double(raster.fullScale)
    let values = raster.plane(raster.channels.rawValue - 1).map { Double($0) * factor }
    return values.allSatisfy { $0 == 1 }
      ? nil : Matrix(rows: rows, columns: columns, elements: values)
  }

  /// The mean of the colours, for what is done on brightness alone.
  func brightness() throws(SignalFileError) -> Matrix<Double> {
    try requireMemory((planes.count + 1) * rows * columns * MemoryLayout<Double>.size, for: path)
    // One plane is not copied where it is of the right type.
    if planes.count == 1, let values = [Double](planes[0]) {
      return Matrix(rows: rows, columns: columns, elements: values)
    }
    var sum = [Double](repeating: 0, count: rows * columns)
    for plane in planes {
      guard let values = [Double](plane) else {
        throw .wrongShape(path: path, expected: "real numbers", actual: "complex ones")
      }
      for index in sum.indices { sum[index] += values[index] / Double(planes.count) }
    }
    return Matrix(rows: rows, columns: columns, elements: sum)
  }
}

extension NumPyArray {
  /// Reads an array of one dimension that is not empty.
  init(vector path: String) throws(SignalFileError) {
    try self.init(path: path)
    guard shape.count == 1 else {
      throw .wrongShape(
        path: path, expected: "an array of one dimension",
        actual: InputKind.array(shape: shape).description)
    }
    guard count > 0 else { throw .empty(path: path) }
  }
}

/// What an input is, by its name and, for an array, its header: known before anything is read.
enum InputKind {
  case image, sound
  case array(shape: [Int])

  init(path: String) throws(SignalFileError) {
    if path.namesImage {
      self = .image
    } else if path.namesArray {
      self = .array(shape: try NumPyArray.shape(ofFile: path))
    } else {
      self = .sound
    }
  }

  /// Whether it has rows and columns.
  var isPlane: Bool {
    switch self {
    case .image: true
    case .array(let shape): shape.count == 2
    case .sound: false
    }
  }

  /// Whether it has planes, too.
  var isVolume: Bool {
    if case .array(let shape) = self { shape.count == 3 } else { false }
  }

  var description: String {
    switch self {
    case .image: "an image"
    case .array(let shape) where shape.isEmpty: "a single number"
    case .array(let shape) where shape.count == 1: "an array of one dimension"
    case .array(let shape): "an array of \(shape.asDimensions)"
    case .sound: "something else"
    }
  }
}

extension String {
  var namesArray: Bool { lowercased().hasSuffix(".npy") }
  var namesImage: Bool { lowercased().hasSuffix(".png") }
}

extension [Int] {
  /// A shape for people: "3 x 4".
  var asDimensions: String { map(String.init).joined(separator: " x ") }
}
