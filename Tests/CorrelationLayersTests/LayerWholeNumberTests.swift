// SPDX-License-Identifier: MIT

import CorrelationLayers
import TestSupport
import Testing

/// Layers of integers, and of floating-point numbers that are whole.
@Suite struct LayerWholeNumberTests {
  /// The sums of the products, exactly.
  private func forward(
    _ input: FeatureMaps<Int>, _ weights: FeatureMaps<Int>, stride: Int = 1
  ) -> [Int] {
    let (shape, size) = (input.shape, weights.shape)
    var results: [Int] = []
    for n in 0..<shape.images {
      for m in 0..<size.images {
        for y in Swift.stride(from: 0, through: shape.rows - size.rows, by: stride) {
          for x in Swift.stride(from: 0, through: shape.columns - size.columns, by: stride) {
            var sum = 0
            for c in 0..<shape.channels {
              for u in 0..<size.rows {
                for v in 0..<size.columns {
                  sum += weights[m, c, u, v] * input[n, c, y + u, x + v]
                }
              }
            }
            results.append(sum)
          }
        }
      }
    }
    return results
  }

  private func integers(
    _ shape: [Int], _ range: ClosedRange<Int>, _ generator: inout SeededGenerator
  ) throws -> FeatureMaps<Int> {
    let shape = try FeatureMapShape(
      images: shape[0], channels: shape[1], rows: shape[2], columns: shape[3])
    return try FeatureMaps(
      shape: shape,
      elements: (0..<shape.elementCount).map { _ in Int.random(in: range, using: &generator) })
  }

  @Test(arguments: [1, 100, 1 << 15, 1 << 28, 1 << 40, 1 << 56], ConvolutionLayer.Method.allCases)
  func integersAreExact(limit: Int, method: ConvolutionLayer.Method) throws {
    for seed in 0..<4 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let other = min(limit, (1 << 58) / limit)
      let input = try integers([2, 2, 17, 19], -limit...limit, &generator)
      let weights = try integers([3, 2, 3, 5], -other...other, &generator)
      for stride in 1...2 {
        let layer = try ConvolutionLayer(stride: .init(stride))
        #expect(
          try layer.forward(input, weights: weights, method: method).elements
            == forward(input, weights, stride: stride))
      }
    }
  }

  @Test(arguments: ConvolutionLayer.Method.allCases)
  func gradientsOfIntegersAreAdjoint(method: ConvolutionLayer.Method) throws {
    var generator = SeededGenerator(seed: 5)
    let layer = try ConvolutionLayer(stride: 2, padding: 1, dilation: 2)
    let input = try integers([2, 2, 12, 13], -(1 << 20)...1 << 20, &generator)
    let weights = try integers([3, 2, 3, 3], -(1 << 8)...1 << 8, &generator)
    let output = try layer.forward(input, weights: weights, method: method)
    let shape = output.shape
    let gradient = try integers(
      [shape.images, shape.channels, shape.rows, shape.columns], -(1 << 8)...1 << 8, &generator)
    let ofInput = try layer.inputGradient(
      outputGradient: gradient, weights: weights, inputShape: input.shape, method: method)
    let ofWeights = try layer.weightGradient(
      input: input, outputGradient: gradient, weightShape: weights.shape, method: method)
    func inner(_ a: FeatureMaps<Int>, _ b: FeatureMaps<Int>) -> Int {
      zip(a.elements, b.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }
    #expect(inner(output, gradient) == inner(input, ofInput))
    #expect(inner(output, gradient) == inner(weights, ofWeights))
  }

  @Test func sumsAreExactOrRefused() throws {
    let one = try FeatureMapShape(images: 1, channels: 1, rows: 1, columns: 2)
    func sum(_ a: Int, _ b: Int, by weights: [Int] = [1, 1]) throws -> Int {
      try ConvolutionLayer().forward(
        FeatureMaps(shape: one, elements: [a, b]),
        weights: FeatureMaps(shape: one, elements: weights)
      ).elements[0]
    }
    #expect(try sum((1 << 60) + 1, (1 << 60) + 1) == 2_305_843_009_213_693_954)
    #expect(try sum(.max, .min) == -1)
    #expect(try sum(.min, 0) == .min)
    #expect(try sum(.max, .max, by: [.max, -.max]) == 0)
    #expect(throws: LayerError.overflow(index: 0)) { try sum(.max, 1) }
    #expect(throws: LayerError.overflow(index: 0)) { try sum(.min, -1) }
    #expect(throws: LayerError.overflow(index: 0)) { try sum(.max, .max, by: [.max, .max]) }
    let large = try FeatureMaps<UInt64>(shape: one, elements: [.max, 1])
    let weights = try FeatureMaps<UInt64>(shape: one, elements: [0, 7])
    #expect(try ConvolutionLayer().forward(large, weights: weights).elements == [7])
  }

  /// A mask by a disk: counts are whole, and nothing is marked where there is nothing.
  @Test(arguments: ConvolutionLayer.Method.allCases)
  func masksStayMasks(method: ConvolutionLayer.Method) throws {
    let disk = try FeatureMaps<Float>(
      shape: FeatureMapShape(images: 1, channels: 1, rows: 31, columns: 31),
      elements: (0..<961).map { place in
        let (y, x) = (place / 31 - 15, place % 31 - 15)
        return y * y + x * x <= 225 ? 1 : 0
      })
    var mask = FeatureMaps<Float>(
      shape: try FeatureMapShape(images: 1, channels: 1, rows: 128, columns: 128), repeating: 0)
    for place in [(3, 4), (60, 61), (61, 61), (100, 20)] { mask[0, 0, place.0, place.1] = 1 }
    let layer = try ConvolutionLayer(padding: 15)
    let counts = try layer.forward(mask, weights: disk, method: method)
    let expected = try ConvolutionDefinition(layer: layer)
      .forward(mask.inDouble, disk.inDouble, nil)
    #expect(counts.elements.map { Double($0) } == expected.elements)
    // With other numbers than whole ones what is made of zeros alone is still zero.
    let half = try FeatureMaps(shape: disk.shape, elements: disk.elements.map { $0 / 3 })
    let thirds = try layer.forward(mask, weights: half, method: method)
    for (actual, count) in zip(thirds.elements, expected.elements) {
      #expect((actual == 0) == (count == 0))
    }
  }
}
