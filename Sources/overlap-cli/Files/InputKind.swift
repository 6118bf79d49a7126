import SignalFiles

/// What an input is, by its name and, for an array, its header: known before anything is read.
enum InputKind {
  /// A PNG image.
  case image
  /// A `.npy` file of any shape.
  case array(shape: [Int])
  /// Anything else.
  case sound

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

  /// What it is, for people.
  var description: String {
    switch self {
    case .image: "an image"
    case .array(let shape) where shape.isEmpty: "a single number"
    case .array(let shape) where shape.count == 1: "an array of one dimension"
    case .array(let shape): "an array of \(shape.map(String.init).joined(separator: " x "))"
    case .sound: "something else"
    }
  }
}

extension String {
  /// Whether it is the path of an array file.
  var namesArray: Bool { lowercased().hasSuffix(".npy") }

  /// Whether it is the path of a PNG image.
  var namesImage: Bool { lowercased().hasSuffix(".png") }
}
