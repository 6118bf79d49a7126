// SPDX-License-Identifier: MIT

import CorrelationLayers
import FourierTransform
import SignalFiles

/// A type that the layers compute with and that array files hold.
typealias LayerElement = FourierScalar & NumPyElement

/// A type of numbers that feature maps and array files hold.
typealias MapElement = Numeric & BitwiseCopyable & NumPyElement

/// How the dimensions of an array are those of feature maps.
struct MapDimensions {
  /// Whether there are no rows: signals x channels x samples become maps of one row.
  var areSignals = false
  /// Whether the images are counted: else there is one, and no dimension for it.
  var isBatch = true

  var rank: Int { 4 - (areSignals ? 1 : 0) - (isBatch ? 0 : 1) }

  /// The four sizes of feature maps of an array of ``rank`` dimensions.
  func mapSizes(_ sizes: [Int]) -> [Int] {
    var sizes = sizes
    if !isBatch { sizes.insert(1, at: 0) }
    if areSignals { sizes.insert(1, at: 2) }
    return sizes
  }

  /// The array's sizes for feature maps of a shape.
  func arraySizes(_ shape: FeatureMapShape) -> [Int] {
    (isBatch ? [shape.images] : []) + [shape.channels] + (areSignals ? [] : [shape.rows])
      + [shape.columns]
  }
}

/// An array file for a layer: its path and its contents.
struct FeatureMapFile {
  let path: String
  let array: NumPyArray

  /// - Parameter mayBeEmpty: whether there may be no images: a batch of none.
  init(path: String, mayBeEmpty: Bool = false) throws(SignalFileError) {
    self.path = path
    array = try NumPyArray(path: path)
    if array.elementType.isComplex { throw failure("an array of real numbers", "complex numbers") }
    let isEmptyBatch =
      mayBeEmpty && array.shape.first == 0 && array.shape.dropFirst().allSatisfy { $0 > 0 }
    guard array.count > 0 || isEmptyBatch else { throw .empty(path: path) }
  }

  /// Whether single precision would lose some of its numbers' digits.
  var needsDouble: Bool { !array.elementType.fitsSinglePrecision }

  /// The contents as feature maps: images x channels x rows x columns, or as `dimensions` say.
  func maps<Element: MapElement>(
    _: Element.Type, _ dimensions: MapDimensions = MapDimensions()
  ) throws -> FeatureMaps<Element> {
    guard array.shape.count == dimensions.rank else {
      throw failure(
        "an array of \(dimensions.rank) dimensions", "an array of \(array.shape.count)")
    }
    let sizes = dimensions.mapSizes(array.shape)
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
  func vector<Element: NumPyElement>(_: Element.Type) throws(SignalFileError) -> [Element] {
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
    let paths = files.joined(separator: ", ")
    switch error {
    case .outOfRange, .evenKernelSize, .unevenGroups, .unavailableMethod:
      self.init(.usage, error.description)
    case .overflow:
      self.init(.invalidData, "\(paths): \(error); try --dtype float64, which rounds")
    default: self.init(.invalidData, "\(paths): \(error)")
    }
  }
}
