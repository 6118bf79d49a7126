// SPDX-License-Identifier: MIT

import CorrelationLayers
import Foundation
import TestSupport
import Testing

/// What goes into layers and comes out of them, in the caller's own memory and as text.
@Suite struct FeatureMapsTests {
  @Test func mapsAreMadeOfAnythingContiguous() throws {
    let shape = try FeatureMapShape(images: 1, channels: 1, rows: 2, columns: 2)
    let maps = try FeatureMaps<Float>(shape: shape, elements: [1, 2, 3, 4])
    let longer: [Float] = [0, 1, 2, 3, 4]
    #expect(try FeatureMaps(shape: shape, elements: longer[1...]) == maps)
    #expect(try FeatureMaps(shape: shape, elements: longer.span.extracting(1..<5)) == maps)
    #expect(throws: LayerError.wrongElementCount(expected: 4, actual: 3)) {
      try FeatureMaps(shape: shape, elements: longer[2...])
    }
  }

  @Test func outputsGoIntoTheCallersMemory() throws {
    var generator = SeededGenerator(seed: 31)
    let a = try FeatureMaps<Double>.random(2, 4, 6, 7, using: &generator)
    let b = try FeatureMaps<Double>.random(2, 4, 6, 7, using: &generator)
    let weights = try FeatureMaps<Double>.random(4, 2, 3, 3, using: &generator)
    let correlation = try CorrelationLayer(maxDisplacement: 2, padding: 2)
    let convolution = try ConvolutionLayer(stride: 2, padding: 1, groups: 2)
    let transposed = try TransposedConvolutionLayer(stride: 2, padding: 1, groups: 2)
    let bias = [1.0, 2, 3, 4]

    var maps = try correlation.forward(a, b)
    let correlated = maps
    maps.elements[0] = .nan
    try correlation.forward(a, b, into: &maps.elements)
    #expect(maps == correlated)

    let convolved = try convolution.forward(a, weights: weights, bias: bias)
    var longer = [Double](repeating: .nan, count: convolved.elements.count + 2)
    try convolution.forward(
      a, weights: weights, bias: bias, into: &longer[1..<longer.count - 1])
    #expect(longer.dropFirst().dropLast() == convolved.elements[...])
    #expect(longer[0].isNaN && longer[longer.count - 1].isNaN)

    let spread = try transposed.forward(a, weights: weights, bias: bias)
    var elements = [Double](repeating: .nan, count: spread.elements.count)
    try transposed.forward(a, weights: weights, bias: bias, into: &elements)
    #expect(elements == spread.elements)
    elements.removeLast()
    #expect(
      throws: LayerError.wrongElementCount(
        expected: elements.count + 1, actual: elements.count)
    ) { try transposed.forward(a, weights: weights, bias: bias, into: &elements) }
  }

  @Test func layersAreDecodedAsTheyWereEncoded() throws {
    func decoded<Value: Codable>(_ value: Value) throws -> Value {
      try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }
    let correlation = try CorrelationLayer(
      kernelSize: 3, maxDisplacement: .init(rows: 0, columns: 4), stride: 2,
      comparison: .absoluteDifference)
    let convolution = try ConvolutionLayer(
      stride: 2, padding: .init(top: 1, left: 2, bottom: 3, right: 4), dilation: 3, groups: 5)
    let transposed = try TransposedConvolutionLayer(stride: 3, outputPadding: 2)
    #expect(try decoded(correlation) == correlation)
    #expect(try decoded(convolution) == convolution)
    #expect(try decoded(transposed) == transposed)
  }

  /// What no initializer makes is not decoded either.
  @Test func invalidLayersAreNotDecoded() throws {
    func refuses<Value: Codable>(_ value: Value, _ old: String, _ new: String) throws -> Bool {
      let text = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
      #expect(text.contains(old))
      let changed = Data(text.replacing(old, with: new).utf8)
      return (try? JSONDecoder().decode(Value.self, from: changed)) == nil
    }
    let layer = try ConvolutionLayer(groups: 7)
    #expect(try refuses(layer, "7", "0"))
    #expect(try refuses(TransposedConvolutionLayer(stride: 9, outputPadding: 8), "8", "9"))
    #expect(try refuses(CorrelationLayer(kernelSize: 9, maxDisplacement: 1), "9", "8"))
    let shape = try FeatureMapShape(images: 1, channels: 1, rows: 1, columns: 3)
    #expect(try refuses(shape, "3", "-3"))
  }
}
