// SPDX-License-Identifier: MIT

import CorrelationLayers
import TestSupport
import Testing

/// The convolution layer, its transpose and its gradients against the sums that define them.
@Suite struct ConvolutionLayerTests {
  @Test(arguments: 0..<300)
  func agreesWithTheDefinitionForRandomParameters(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let groups = [1, 1, 2, 3][number(0...3)]
    let channels = number(1...3)
    // More kernels than a block of eight now and then, and depthwise.
    let kernels = seed % 5 == 0 ? number(8...11) : number(1...2)
    let (rows, columns) = (number(1...5), seed % 7 == 0 ? number(6...9) : number(1...5))
    let isUnit = seed % 3 == 0
    let layer = try ConvolutionLayer(
      stride: isUnit ? 1 : .init(rows: number(1...3), columns: number(1...3)),
      padding: ConvolutionLayer.Padding(
        top: number(0...3), left: number(0...3), bottom: number(0...3), right: number(0...3)),
      dilation: ConvolutionLayer.Extent(rows: number(1...2), columns: number(1...3)), groups: groups
    )
    let reach = (
      (rows - 1) * layer.dilation.rows + 1 - layer.padding.top - layer.padding.bottom,
      (columns - 1) * layer.dilation.columns + 1 - layer.padding.left - layer.padding.right
    )
    let shape = try FeatureMapShape(
      images: number(1...3), channels: groups * channels, rows: max(1, reach.0) + number(0...6),
      columns: max(1, reach.1) + number(0...19))
    let weightShape = try FeatureMapShape(
      images: groups * kernels, channels: channels, rows: rows, columns: columns)
    try check(layer, shape, weightShape, &generator)
  }

  private func check(
    _ layer: ConvolutionLayer, _ shape: FeatureMapShape, _ weightShape: FeatureMapShape,
    _ generator: inout SeededGenerator
  ) throws {
    let input = try FeatureMaps<Double>.random(shape, using: &generator)
    let weights = try FeatureMaps<Double>.random(weightShape, using: &generator)
    let bias =
      Bool.random(using: &generator)
      ? (0..<weightShape.images).map { _ in Double.random(in: -1...1, using: &generator) } : nil
    let definition = ConvolutionDefinition(layer: layer)
    let expected = try definition.forward(input, weights, bias)
    #expect(try layer.outputShape(for: shape, weights: weightShape) == expected.shape)
    let singleInput = try FeatureMaps(shape: shape, elements: input.elements.map { Float($0) })
    let singleWeights = try FeatureMaps(
      shape: weightShape, elements: weights.elements.map { Float($0) })
    for method in ConvolutionLayer.Method.allCases {
      let out = try layer.forward(input, weights: weights, bias: bias, method: method)
      #expect(worstError(out, expected) < 1e-13, "\(method) \(layer) \(shape) \(weightShape)")
      let single = try layer.forward(
        singleInput, weights: singleWeights, bias: bias?.map { Float($0) }, method: method)
      #expect(worstError(single, expected) < 2e-6, "\(method) \(layer) \(shape) \(weightShape)")
    }
    let gradient = try FeatureMaps<Double>.random(expected.shape, using: &generator)
    let singleGradient = try FeatureMaps(
      shape: expected.shape, elements: gradient.elements.map { Float($0) })
    let expectedForInput = definition.inputGradient(gradient, weights, shape)
    let expectedForWeights = definition.weightGradient(input, gradient, weightShape)
    for method in ConvolutionLayer.Method.allCases {
      let label: Comment = "\(method) \(layer) \(shape) \(weightShape)"
      let forInput = try layer.inputGradient(
        outputGradient: gradient, weights: weights, inputShape: shape, method: method)
      #expect(worstError(forInput, expectedForInput) < 1e-13, label)
      let forWeights = try layer.weightGradient(
        input: input, outputGradient: gradient, weightShape: weightShape, method: method)
      #expect(worstError(forWeights, expectedForWeights) < 1e-13, label)
      let singleForInput = try layer.inputGradient(
        outputGradient: singleGradient, weights: singleWeights, inputShape: shape, method: method)
      #expect(worstError(singleForInput, expectedForInput) < 2e-6, label)
      let singleForWeights = try layer.weightGradient(
        input: singleInput, outputGradient: singleGradient, weightShape: weightShape, method: method
      )
      #expect(worstError(singleForWeights, expectedForWeights) < 2e-6, label)
    }
    let forInput = try layer.inputGradient(
      outputGradient: gradient, weights: weights, inputShape: shape)
    let forWeights = try layer.weightGradient(
      input: input, outputGradient: gradient, weightShape: weightShape)
    // The transpose of the layer is its adjoint: <conv(x), g> = <x, convT(g)>, and so for weights.
    let linear = try layer.forward(input, weights: weights)
    #expect(abs(inner(linear, gradient) - inner(input, forInput)) < 1e-10)
    #expect(abs(inner(linear, gradient) - inner(weights, forWeights)) < 1e-10)
    try checkTranspose(layer, gradient, weights, shape, forInput)
  }

  /// The transposed layer with the right output padding is the input gradient; and its gradients.
  private func checkTranspose(
    _ layer: ConvolutionLayer, _ input: FeatureMaps<Double>, _ weights: FeatureMaps<Double>,
    _ shape: FeatureMapShape, _ expected: FeatureMaps<Double>
  ) throws {
    let (p, s, d) = (layer.padding, layer.stride, layer.dilation)
    let extra = ConvolutionLayer.Extent(
      rows: (shape.rows + p.top + p.bottom - d.rows * (weights.shape.rows - 1) - 1) % s.rows,
      columns: (shape.columns + p.left + p.right - d.columns * (weights.shape.columns - 1) - 1)
        % s.columns)
    let transposed = try TransposedConvolutionLayer(
      stride: s, padding: p, dilation: d, groups: layer.groups, outputPadding: extra)
    #expect(try transposed.forward(input, weights: weights) == expected)
    for method in ConvolutionLayer.Method.allCases {
      let out = try transposed.forward(input, weights: weights, method: method)
      #expect(worstError(out, expected) < 1e-13, "\(method) \(layer)")
    }
    let definition = ConvolutionDefinition(layer: layer)
    let forInput = try transposed.inputGradient(
      outputGradient: expected, weights: weights, inputShape: input.shape)
    #expect(worstError(forInput, try definition.forward(expected, weights, nil)) < 1e-13)
    let forWeights = try transposed.weightGradient(
      input: input, outputGradient: expected, weightShape: weights.shape)
    #expect(
      worstError(forWeights, definition.weightGradient(expected, input, weights.shape)) < 1e-13)
  }

  /// Output padding beyond the stride, which a larger dilation allows, adds whole rows.
  @Test func outputPaddingMayExceedTheStride() throws {
    var generator = SeededGenerator(seed: 5)
    let layer = try TransposedConvolutionLayer(
      dilation: 3, outputPadding: ConvolutionLayer.Extent(rows: 2, columns: 1))
    let input = try FeatureMaps<Double>.random(2, 3, 4, 5, using: &generator)
    let weights = try FeatureMaps<Double>.random(3, 2, 2, 2, using: &generator)
    let out = try layer.forward(input, weights: weights, bias: [1, 2])
    #expect(out.shape == (try FeatureMapShape(images: 2, channels: 2, rows: 9, columns: 9)))
    #expect(out[0, 0, 8, 0] == 1 && out[1, 1, 0, 8] == 2)
    let gradient = try FeatureMaps<Double>.random(out.shape, using: &generator)
    let forInput = try layer.inputGradient(
      outputGradient: gradient, weights: weights, inputShape: input.shape)
    let forWeights = try layer.weightGradient(
      input: input, outputGradient: gradient, weightShape: weights.shape)
    let linear = try layer.forward(input, weights: weights)
    #expect(abs(inner(linear, gradient) - inner(input, forInput)) < 1e-12)
    #expect(abs(inner(linear, gradient) - inner(weights, forWeights)) < 1e-12)
  }

  @Test func gradientsAreDerivatives() throws {
    var generator = SeededGenerator(seed: 17)
    let layer = try ConvolutionLayer(
      stride: ConvolutionLayer.Extent(rows: 2, columns: 1), padding: 1, groups: 2)
    let input = try FeatureMaps<Double>.random(2, 4, 5, 6, using: &generator)
    let weights = try FeatureMaps<Double>.random(2, 2, 3, 3, using: &generator)
    let slopes = try FeatureMaps<Double>.random(
      try layer.outputShape(for: input.shape, weights: weights.shape), using: &generator)
    let forInput = try layer.inputGradient(
      outputGradient: slopes, weights: weights, inputShape: input.shape)
    let forWeights = try layer.weightGradient(
      input: input, outputGradient: slopes, weightShape: weights.shape)
    let forBias = ConvolutionLayer.biasGradient(outputGradient: slopes)
    func loss(_ x: FeatureMaps<Double>, _ w: FeatureMaps<Double>, _ b: [Double]) throws -> Double {
      inner(try layer.forward(x, weights: w, bias: b), slopes)
    }
    let step = 1e-6
    for row in 0..<5 {
      var (up, down) = (input, input)
      up[1, 2, row, row] += step
      down[1, 2, row, row] -= step
      let slope = (try loss(up, weights, [0, 0]) - loss(down, weights, [0, 0])) / (2 * step)
      #expect(abs(slope - forInput[1, 2, row, row]) < 1e-7)
    }
    for place in 0..<9 {
      var (up, down) = (weights, weights)
      up[1, 0, place / 3, place % 3] += step
      down[1, 0, place / 3, place % 3] -= step
      let slope = (try loss(input, up, [0, 0]) - loss(input, down, [0, 0])) / (2 * step)
      #expect(abs(slope - forWeights[1, 0, place / 3, place % 3]) < 1e-7)
    }
    let slope =
      (try loss(input, weights, [0, step]) - loss(input, weights, [0, -step])) / (2 * step)
    #expect(abs(slope - forBias[1]) < 1e-7)
  }

  @Test func threadsDoNotChangeABit() throws {
    var generator = SeededGenerator(seed: 23)
    let input = try FeatureMaps<Float>.random(3, 6, 20, 24, using: &generator)
    let weights = try FeatureMaps<Float>.random(10, 3, 5, 5, using: &generator)
    let layer = try ConvolutionLayer(padding: 2, groups: 2)
    let shape = try layer.outputShape(for: input.shape, weights: weights.shape)
    let gradient = try FeatureMaps<Float>.random(shape, using: &generator)
    for threads in [2, 3, 5] {
      for method in ConvolutionLayer.Method.allCases {
        let one = try layer.forward(input, weights: weights, method: method, threads: 1)
        let more = try layer.forward(input, weights: weights, method: method, threads: threads)
        #expect(one == more)
      }
      for method in ConvolutionLayer.Method.allCases {
        #expect(
          try layer.inputGradient(
            outputGradient: gradient, weights: weights, inputShape: input.shape, method: method,
            threads: 1)
            == layer.inputGradient(
              outputGradient: gradient, weights: weights, inputShape: input.shape, method: method,
              threads: threads))
        #expect(
          try layer.weightGradient(
            input: input, outputGradient: gradient, weightShape: weights.shape, method: method,
            threads: 1)
            == layer.weightGradient(
              input: input, outputGradient: gradient, weightShape: weights.shape, method: method,
              threads: threads))
      }
    }
  }

  /// A NaN or an infinity reaches exactly the sums that hold it.
  @Test(arguments: [Double.nan, .infinity])
  func nonFiniteNumbersReachExactlyTheirOutputs(_ value: Double) throws {
    var generator = SeededGenerator(seed: 29)
    var input = try FeatureMaps<Double>.random(1, 2, 9, 11, using: &generator)
    let weights = try FeatureMaps<Double>.random(3, 2, 3, 3, using: &generator)
    input[0, 1, 4, 10] = value
    let layer = try ConvolutionLayer(padding: 1)
    let definition = ConvolutionDefinition(layer: layer)
    let expected = try definition.forward(input, weights, nil)
    for method in ConvolutionLayer.Method.allCases {
      let out = try layer.forward(input, weights: weights, method: method)
      for (actual, expected) in zip(out.elements, expected.elements) {
        #expect(expected.isFinite ? abs(actual - expected) < 1e-12 : !actual.isFinite)
      }
    }
    let gradient = try FeatureMaps<Double>.random(expected.shape, using: &generator)
    let expectedForWeights = definition.weightGradient(input, gradient, weights.shape)
    // The zeros around a gradient are not part of the transposed sums: they must not meet the weight.
    var badWeights = weights
    badWeights[1, 0, 0, 2] = value
    let expectedForInput = definition.inputGradient(gradient, badWeights, input.shape)
    for method in ConvolutionLayer.Method.allCases {
      let forWeights = try layer.weightGradient(
        input: input, outputGradient: gradient, weightShape: weights.shape, method: method)
      let forInput = try layer.inputGradient(
        outputGradient: gradient, weights: badWeights, inputShape: input.shape, method: method)
      for (out, expected) in [(forWeights, expectedForWeights), (forInput, expectedForInput)] {
        for (actual, expected) in zip(out.elements, expected.elements) {
          #expect(expected.isFinite ? abs(actual - expected) < 1e-12 : !actual.isFinite)
        }
      }
    }
  }
}
