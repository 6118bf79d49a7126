// SPDX-License-Identifier: MIT

import ComplexModule
import CorrelationLayers
import FourierTransform
import TestSupport

/// A convolution layer, the shapes of its input and weights, and what these are drawn with.
struct LayerCase: RandomCase, CustomStringConvertible {
  var images: Int
  var groups: Int
  /// Channels and kernels of each group.
  var channels: Int
  var kernels: Int
  var rows: Int
  var columns: Int
  var kernelRows: Int
  var kernelColumns: Int
  var strideRows: Int
  var strideColumns: Int
  var dilationRows: Int
  var dilationColumns: Int
  var top: Int
  var left: Int
  var bottom: Int
  var right: Int
  var threads: Int
  var seed: Int
  var isDouble: Bool
  var method: ConvolutionLayer.Method?

  init(using generator: inout SeededGenerator) {
    let isUnit = Bool.random(using: &generator)
    images = generator.size(1...3)
    groups = generator.size(1...3)
    channels = generator.size(1...4)
    kernels = generator.size(1...9)
    rows = generator.size(1...14)
    columns = generator.size(1...24)
    kernelRows = generator.size(1...5)
    kernelColumns = generator.size(1...5)
    strideRows = isUnit ? 1 : generator.size(1...3)
    strideColumns = isUnit ? 1 : generator.size(1...3)
    dilationRows = isUnit ? 1 : generator.size(1...3)
    dilationColumns = isUnit ? 1 : generator.size(1...3)
    top = generator.size(0...3)
    left = generator.size(0...3)
    bottom = generator.size(0...3)
    right = generator.size(0...3)
    threads = Int.random(in: 1...4, using: &generator)
    seed = Int.random(in: 0..<1000, using: &generator)
    isDouble = Bool.random(using: &generator)
    method = generator.one(of: [nil] + ConvolutionLayer.Method.allCases.map { $0 })
  }

  private static let sizes: [any WritableKeyPath<LayerCase, Int> & Sendable] = [
    \.images, \.groups, \.channels, \.kernels, \.rows, \.columns, \.kernelRows, \.kernelColumns,
    \.strideRows, \.strideColumns, \.dilationRows, \.dilationColumns, \.threads,
  ]
  private static let margins: [any WritableKeyPath<LayerCase, Int> & Sendable] = [
    \.top, \.left, \.bottom, \.right, \.seed,
  ]

  var simpler: [Self] {
    Self.sizes.flatMap { simpler($0, atLeast: 1) }
      + Self.margins.flatMap { simpler($0, atLeast: 0) }
      + simpler(\.isDouble, to: true) + (method == nil ? [] : simpler(\.method, to: .direct))
  }

  var description: String {
    "\(isDouble ? "Double" : "Float"), input \(images) x \(groups) · \(channels) x \(rows) x "
      + "\(columns), weights \(groups) · \(kernels) x \(channels) x \(kernelRows) x "
      + "\(kernelColumns), stride \(strideRows) x \(strideColumns), dilation \(dilationRows) x "
      + "\(dilationColumns), padding \([top, left, bottom, right]), seed \(seed), "
      + "method \(method.map(\.rawValue) ?? "any"), \(threads) threads"
  }

  var type: any FourierScalar.Type { isDouble ? Double.self : Float.self }

  /// Whether a window fits: else there is no layer to speak of.
  var hasOutput: Bool {
    rows + top + bottom > (kernelRows - 1) * dilationRows
      && columns + left + right > (kernelColumns - 1) * dilationColumns
  }

  var layer: ConvolutionLayer {
    get throws {
      try ConvolutionLayer(
        stride: .init(rows: strideRows, columns: strideColumns),
        padding: .init(top: top, left: left, bottom: bottom, right: right),
        dilation: .init(rows: dilationRows, columns: dilationColumns), groups: groups)
    }
  }

  func input<T: FourierScalar>(_ type: T.Type, _ salt: Int = 0) throws -> FeatureMaps<T> {
    let shape = try FeatureMapShape(
      images: images, channels: groups * channels, rows: rows, columns: columns)
    return try maps(shape, salt)
  }

  func weights<T: FourierScalar>(_ type: T.Type, _ salt: Int = 1) throws -> FeatureMaps<T> {
    let shape = try FeatureMapShape(
      images: groups * kernels, channels: channels, rows: kernelRows, columns: kernelColumns)
    return try maps(shape, salt)
  }

  /// Numbers of 12 bits between -1 and 1.
  func maps<T: FourierScalar>(_ shape: FeatureMapShape, _ salt: Int) throws -> FeatureMaps<T> {
    var generator = SeededGenerator(seed: UInt64(seed + 1000 * salt))
    let samples = SampleRange.even.samples(shape.elementCount, &generator)
    return try FeatureMaps(shape: shape, elements: samples.map { T($0.rawStorage.x) })
  }
}

extension FeatureMaps where Scalar: FourierScalar {
  var samples: [Sample] { elements.samples }

  /// The inner product.
  func inner(_ other: FeatureMaps) -> Double { samples.inner(other.samples) }

  /// One of the images.
  func image(_ index: Int) throws -> FeatureMaps {
    let count = shape.elementCount / shape.images
    let part = Array(elements[index * count..<(index + 1) * count])
    return try FeatureMaps(
      shape: FeatureMapShape(
        images: 1, channels: shape.channels, rows: shape.rows, columns: shape.columns),
      elements: part)
  }
}

/// The first place at which feature maps differ at all, or in their shape.
func difference<T: FourierScalar>(
  _ actual: FeatureMaps<T>, _ expected: FeatureMaps<T>
) -> String? {
  guard actual.shape == expected.shape else { return "\(actual.shape), not \(expected.shape)" }
  return difference(actual.elements, expected.elements)
}
