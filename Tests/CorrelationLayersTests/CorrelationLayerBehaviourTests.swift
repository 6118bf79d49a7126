// SPDX-License-Identifier: MIT

import CorrelationLayers
import TestSupport
import Testing

/// What holds of the correlation layer whatever its numbers are: gradients, threads, NaN, mistakes.
@Suite struct CorrelationLayerBehaviourTests {
  @Test func gradientsAreDerivatives() throws {
    var generator = SeededGenerator(seed: 7)
    for comparison in CorrelationLayer.Comparison.allCases {
      let layer = try CorrelationLayer(
        kernelSize: 3, maxDisplacement: 2, stride: 2, displacementStride: 2, padding: 3,
        comparison: comparison)
      let a = try FeatureMaps<Double>.random(1, 2, 5, 6, using: &generator)
      let b = try FeatureMaps<Double>.random(1, 2, 5, 6, using: &generator)
      let weights = try FeatureMaps<Double>.random(
        try layer.outputShape(for: a.shape), using: &generator)
      func loss(_ a: FeatureMaps<Double>, _ b: FeatureMaps<Double>) throws -> Double {
        zip(try layer.forward(a, b).elements, weights.elements).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let gradient = try layer.inputGradients(
        a: a, b: b, outputGradient: weights)
      let step = 1e-6
      for row in 0..<5 {
        for column in 0..<6 {
          var (up, down) = (a, a)
          up[0, 1, row, column] += step
          down[0, 1, row, column] -= step
          let slopeA = (try loss(up, b) - loss(down, b)) / (2 * step)
          #expect(abs(slopeA - gradient.a[0, 1, row, column]) < 1e-8)
          (up, down) = (b, b)
          up[0, 0, row, column] += step
          down[0, 0, row, column] -= step
          let slopeB = (try loss(a, up) - loss(a, down)) / (2 * step)
          #expect(abs(slopeB - gradient.b[0, 0, row, column]) < 1e-8)
        }
      }
    }
  }

  @Test func threadsDoNotChangeABit() throws {
    var generator = SeededGenerator(seed: 3)
    let a = try FeatureMaps<Float>.random(2, 5, 40, 30, using: &generator)
    let b = try FeatureMaps<Float>.random(2, 5, 40, 30, using: &generator)
    let layer = try CorrelationLayer(kernelSize: 3, maxDisplacement: 3, padding: 3)
    let gradient = try FeatureMaps<Float>.random(
      try layer.outputShape(for: a.shape), using: &generator)
    for threads in [2, 3, 7] {
      for method in CorrelationLayer.Method.allCases {
        let one = try layer.forward(a, b, method: method, threads: 1)
        #expect(try layer.forward(a, b, method: method, threads: threads) == one)
      }
      for method in CorrelationLayer.Method.allCases {
        let one = try layer.inputGradients(
          a: a, b: b, outputGradient: gradient, method: method, threads: 1)
        let more = try layer.inputGradients(
          a: a, b: b, outputGradient: gradient, method: method, threads: threads)
        #expect(more.a == one.a && more.b == one.b)
      }
    }
  }

  /// A NaN or an infinity must reach the outputs that the definition gives it to, and no others.
  @Test(arguments: [Double.nan, .infinity])
  func nonFiniteNumbersReachExactlyTheirOutputs(_ value: Double) throws {
    var generator = SeededGenerator(seed: 11)
    for comparison in CorrelationLayer.Comparison.allCases {
      for (kernel, stride) in [(1, 1), (3, 1), (3, 2), (1, 2)] {
        let layer = try CorrelationLayer(
          kernelSize: kernel, maxDisplacement: 2, stride: stride, padding: 3,
          comparison: comparison)
        var a = try FeatureMaps<Double>.random(1, 5, 8, 9, using: &generator)
        var b = try FeatureMaps<Double>.random(1, 5, 8, 9, using: &generator)
        a[0, 1, 0, 4] = value
        b[0, 0, 5, 7] = value
        let definition = CorrelationDefinition(layer: layer)
        let expected = try definition.forward(a, b)
        for method in CorrelationLayer.Method.allCases {
          if method == .fft && comparison == .absoluteDifference { continue }
          let out = try layer.forward(a, b, method: method)
          #expect(isSameKind(out, expected), "\(method) \(comparison) K\(kernel) s\(stride)")
        }
        let gradient = try FeatureMaps<Double>.random(expected.shape, using: &generator)
        let expectedBack = definition.backward(a, b, gradient)
        for method in CorrelationLayer.Method.allCases {
          if method == .fft && comparison == .absoluteDifference { continue }
          let back = try layer.inputGradients(
            a: a, b: b, outputGradient: gradient, method: method)
          #expect(isSameKind(back.a, expectedBack.a) && isSameKind(back.b, expectedBack.b))
        }
      }
    }
  }

  private func isSameKind(_ a: FeatureMaps<Double>, _ b: FeatureMaps<Double>) -> Bool {
    zip(a.elements, b.elements).allSatisfy { a, b in
      a.isNaN ? b.isNaN : a.isInfinite ? a == b : abs(a - b) < 1e-12
    }
  }

  @Test func mistakesAreNamed() throws {
    #expect(throws: LayerError.self) { try CorrelationLayer(kernelSize: 2, maxDisplacement: 1) }
    #expect(throws: LayerError.self) { try CorrelationLayer(kernelSize: 0, maxDisplacement: 1) }
    #expect(throws: LayerError.self) { try CorrelationLayer(maxDisplacement: -1) }
    #expect(throws: LayerError.self) { try CorrelationLayer(maxDisplacement: 1, stride: 0) }
    #expect(throws: LayerError.self) {
      try CorrelationLayer(maxDisplacement: 1, displacementStride: 0)
    }
    #expect(throws: LayerError.self) { try CorrelationLayer(maxDisplacement: 1, padding: -1) }
    #expect(throws: LayerError.self) { try CorrelationLayer(maxDisplacement: .init(.max)) }
    #expect(throws: LayerError.self) {
      try FeatureMapShape(images: 1 << 32, channels: 0, rows: 1 << 32, columns: 1)
    }
    let a = try FeatureMaps<Float>.counting(1, 1, 4, 4)
    let b = try FeatureMaps<Float>.counting(1, 1, 4, 5)
    let layer = try CorrelationLayer(maxDisplacement: 1, padding: 1)
    #expect(
      throws: LayerError.differentInputs(a.shape, b.shape)
    ) { try layer.forward(a, b) }
    #expect(
      throws: LayerError.noOutput(
        input: a.shape, needed: 5, available: 4)
    ) { try CorrelationLayer(maxDisplacement: 2).forward(a, a) }
    #expect(throws: LayerError.self) {
      try layer.inputGradients(
        a: a, b: a, outputGradient: a)
    }
    #expect(try layer.forward(a, a, threads: 0) == layer.forward(a, a, threads: 1))
    let differences = try CorrelationLayer(
      maxDisplacement: 1, padding: 1, comparison: .absoluteDifference)
    let gradient = FeatureMaps(
      shape: try differences.outputShape(for: a.shape), repeating: Float(1))
    #expect(
      throws: LayerError.unavailableMethod(.fft)
    ) { try differences.inputGradients(a: a, b: a, outputGradient: gradient, method: .fft) }
    #expect(throws: LayerError.self) {
      try CorrelationLayer(maxDisplacement: 1, padding: 1 << 35).forward(a, a)
    }
    #expect(throws: LayerError.self) {
      try CorrelationLayer(maxDisplacement: 1, comparison: .absoluteDifference)
        .forward(a, a, method: .fft)
    }
  }
}
