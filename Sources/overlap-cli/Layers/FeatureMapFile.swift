import CorrelationLayers
import FourierTransform
import SignalFiles

/// A type that the layers compute with and that array files hold.
typealias LayerElement = FourierScalar & NumPyElement

/// An array file for a layer: its path and its contents.
struct FeatureMapFile {
  let path: String
  let array: NumPyArray

  init(path: String) throws(SignalFileError) {
    self.path = path
    array = try NumPyArray(path: path)
    if array.elementType.isComplex { throw failure("an array of real numbers", "complex numbers") }
    guard array.count > 0 else { throw .empty(path: path) }
  }

  /// Whether single precision would lose some of its numbers' digits.
  var needsDouble: Bool { !array.elementType.fitsSinglePrecision }

  /// The contents as feature maps: images x channels x rows x columns, or, where `mayBeSignals`,
  /// signals x channels x samples, which become maps of one row.
  func maps<Element: LayerElement>(
    _: Element.Type, mayBeSignals: Bool = false
  ) throws -> FeatureMaps<Element> {
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
        elements: [Element](array) ?? [])
    } catch {
      throw CommandFailure(.invalidData, "\(path): \(error)")
    }
  }

  /// The contents as one number for each channel.
  func vector<Element: LayerElement>(_: Element.Type) throws(SignalFileError) -> [Element] {
    guard array.shape.count == 1 else {
      throw failure("an array of 1 dimension", "an array of \(array.shape.count)")
    }
    return [Element](array) ?? []
  }

  private func failure(_ expected: String, _ actual: String) -> SignalFileError {
    .wrongShape(path: path, expected: expected, actual: actual)
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
