import FourierTransform
import CorrelationLayers
import SignalFiles

/// A type that the layers compute with and that array files hold.
protocol LayerElement: FourierScalar, NumPyElement {
  /// The elements of an array in this type; nil if they are complex.
  static func elements(of array: NumPyArray) -> [Self]?
}

extension Float: LayerElement {
  static func elements(of array: NumPyArray) -> [Float]? { [Float](array) }
}

extension Double: LayerElement {
  static func elements(of array: NumPyArray) -> [Double]? { [Double](array) }
}

/// An array file for a layer: its path and its contents.
struct FeatureMapFile {
  let path: String
  let array: NumPyArray

  init(path: String) throws(CommandFailure) {
    self.path = path
    do throws(SignalFileError) {
      array = try NumPyArray(path: path)
    } catch {
      throw CommandFailure(error)
    }
    guard array.elementType != .complex64 && array.elementType != .complex128 else {
      throw failure("an array of real numbers", "complex numbers")
    }
    guard array.count > 0 else { throw CommandFailure(SignalFileError.empty(path: path)) }
  }

  /// Whether single precision would lose some of its numbers' digits.
  var needsDouble: Bool {
    switch array.elementType {
    case .float64, .int32, .int64, .uint32, .uint64: true
    default: false
    }
  }

  /// The contents as feature maps: images x channels x rows x columns, or, where `mayBeSignals`,
  /// signals x channels x samples, which become maps of one row.
  func maps<Element: LayerElement>(
    _: Element.Type, mayBeSignals: Bool = false
  ) throws(CommandFailure) -> FeatureMaps<Element> {
    var sizes = array.shape
    if mayBeSignals && sizes.count == 3 { sizes.insert(1, at: 2) }
    guard sizes.count == 4 else {
      throw failure(
        mayBeSignals ? "an array of 4 dimensions (or 3)" : "an array of 4 dimensions",
        "an array of \(array.shape.count)")
    }
    do throws(LayerError) {
      return try FeatureMaps(
        shape: FeatureMapShape(
          images: sizes[0], channels: sizes[1], rows: sizes[2], columns: sizes[3]),
        elements: Element.elements(of: array) ?? [])
    } catch {
      throw CommandFailure(.invalidData, "\(path): \(error)")
    }
  }

  /// The contents as one number for each channel.
  func vector<Element: LayerElement>(_: Element.Type) throws(CommandFailure) -> [Element] {
    guard array.shape.count == 1 else {
      throw failure("an array of 1 dimension", "an array of \(array.shape.count)")
    }
    return Element.elements(of: array) ?? []
  }

  private func failure(_ expected: String, _ actual: String) -> CommandFailure {
    CommandFailure(SignalFileError.wrongShape(path: path, expected: expected, actual: actual))
  }
}

/// Files that are written when all of them have been computed.
struct OutputFiles {
  private var files: [(path: String, array: NumPyArray)] = []

  /// Adds feature maps, as signals if they were made of signals.
  mutating func add<Element: LayerElement>(
    _ maps: FeatureMaps<Element>, _ path: String, asSignals: Bool = false
  ) {
    let shape = maps.shape
    let sizes = [shape.images, shape.channels] + (asSignals ? [] : [shape.rows]) + [shape.columns]
    files.append((path, NumPyArray(shape: sizes, maps.elements)))
  }

  mutating func add<Element: LayerElement>(_ vector: [Element], _ path: String) {
    files.append((path, NumPyArray(shape: [vector.count], vector)))
  }

  /// Writes all of them, or none, and reports them.
  func write(_ report: LayerOutputs) throws(CommandFailure) {
    do throws(SignalFileError) {
      try NumPyArray.write(files)
    } catch {
      throw CommandFailure(error)
    }
    for (path, array) in files { report.print(path, array) }
  }
}

extension CommandFailure {
  /// What a layer says about the arrays in `files`, or about its parameters.
  init(_ error: LayerError, files: String...) {
    switch error {
    case .outOfRange, .evenKernelSize, .unevenGroups, .unavailableMethod:
      self.init(.usage, error.description)
    default: self.init(.invalidData, "\(files.joined(separator: ", ")): \(error)")
    }
  }
}
