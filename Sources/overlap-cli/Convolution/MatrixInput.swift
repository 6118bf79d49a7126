import Convolution
import SignalFiles

/// An image or an array of two dimensions, as the commands for matrices read it.
struct MatrixInput {
  var path: String
  /// The planes: one, or one for each colour of an image, all of one shape.
  var planes: [NumPyArray]
  /// The image that the planes are from.
  var raster: Raster?
  /// Whether the only row is an array of one dimension.
  var isVector = false

  var rows: Int { planes[0].shape[0] }
  var columns: Int { planes[0].shape[1] }

  /// Reads a file; nil if it is neither a PNG image nor an array of two dimensions.
  init?(path: String) throws(SignalFileError) {
    self.path = path
    if isImagePath(path) {
      let raster = try Raster(path: path)
      self.raster = raster
      planes = (0..<raster.channels.colorCount).map {
        NumPyArray(shape: [raster.height, raster.width], raster.plane($0))
      }
    } else if path.lowercased().hasSuffix(".npy") {
      let array = try NumPyArray(path: path)
      guard array.shape.count == 2 else { return nil }
      guard array.count > 0 else { throw .empty(path: path) }
      planes = [array]
    } else {
      return nil
    }
  }

  /// Reads an array of one dimension, as a row.
  init(rowOf path: String) throws(SignalFileError) {
    self.path = path
    let vector = try readVector(path)
    planes = [vector.reshaped([1, vector.count])]
    isVector = true
  }

  /// Reads a file that has to be one or the other.
  static func required(path: String) throws(SignalFileError) -> MatrixInput {
    if let input = try MatrixInput(path: path) { return input }
    throw .wrongShape(
      path: path, expected: "a PNG image or a .npy array of two dimensions",
      actual: isArrayPath(path)
        ? description(of: try NumPyArray(path: path).shape) : "something else")
  }

  /// The mean of the colours, for what is done on brightness alone.
  func brightness() throws(SignalFileError) -> Matrix<Double> {
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

/// What an array of a shape is, for people.
func description(of shape: [Int]) -> String {
  switch shape.count {
  case 0: "a single number"
  case 1: "an array of one dimension"
  default: "an array of \(shape.map(String.init).joined(separator: " x "))"
  }
}

/// Whether a path names a PNG image.
func isImagePath(_ path: String) -> Bool { path.lowercased().hasSuffix(".png") }
