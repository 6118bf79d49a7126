// SPDX-License-Identifier: MIT

import CorrelationLayers
import TestSupport
import Testing

/// The correlation layer against the sums that define it.
@Suite struct CorrelationLayerTests {
  /// A shape and the parameters of a layer, in MXNet's order.
  struct Case: CustomTestStringConvertible {
    let shape: (Int, Int, Int, Int)
    let kernel: Int
    let displacement: Int
    let stride1: Int
    let stride2: Int
    let padding: Int
    let comparison: CorrelationLayer.Comparison

    var layer: CorrelationLayer {
      get throws {
        try CorrelationLayer(
          kernelSize: kernel, maxDisplacement: .init(displacement), stride: stride1,
          displacementStride: stride2, padding: padding, comparison: comparison)
      }
    }

    var testDescription: String {
      "\(shape) K\(kernel) d\(displacement) s\(stride1) \(stride2) p\(padding) \(comparison)"
    }
  }

  /// The parameter sets of MXNet's own tests, one whose output size depends on rounding up, and one
  /// whose only column of windows lies to the left of the image.
  static let cases: [Case] = [
    Case((1, 3, 10, 10), 1, 4, 1, 1, 4, .absoluteDifference),
    Case((5, 1, 15, 15), 1, 5, 1, 1, 5, .absoluteDifference),
    Case((5, 1, 15, 15), 1, 5, 1, 1, 5, .product),
    Case((5, 1, 15, 15), 1, 10, 1, 2, 10, .product),
    Case((5, 1, 4, 4), 3, 1, 1, 1, 2, .product),
    Case((5, 1, 4, 4), 3, 1, 2, 1, 2, .product),
    Case((5, 1, 4, 4), 3, 1, 2, 1, 2, .absoluteDifference),
    Case((5, 1, 6, 4), 3, 1, 2, 1, 2, .absoluteDifference),
    Case((5, 1, 11, 11), 5, 1, 1, 1, 2, .absoluteDifference),
    Case((2, 3, 11, 11), 3, 3, 2, 1, 4, .product),
    Case((1, 5, 100, 5), 1, 2, 100, 2, 40, .product),
  ]

  @Test(arguments: cases)
  func agreesWithTheDefinition(_ testCase: Case) throws {
    var generator = SeededGenerator(seed: 1)
    let (n, c, h, w) = testCase.shape
    try check(
      testCase.layer, try FeatureMapShape(images: n, channels: c, rows: h, columns: w), &generator)
  }

  /// So many channels that the direct method computes rows of displacements and columns of windows in
  /// parts, the last of which are smaller.
  @Test(arguments: CorrelationLayer.Comparison.allCases)
  func deepMapsAreComputedInParts(_ comparison: CorrelationLayer.Comparison) throws {
    var generator = SeededGenerator(seed: 7)
    let shape = try FeatureMapShape(images: 1, channels: 2048, rows: 4, columns: 18)
    let a = try FeatureMaps<Double>.random(shape, using: &generator)
    let b = try FeatureMaps<Double>.random(shape, using: &generator)
    let layer = try CorrelationLayer(
      maxDisplacement: 4, displacementStride: 2, padding: 4, comparison: comparison)
    let direct = try layer.forward(a, b, method: .direct)
    #expect(worstError(direct, try layer.forward(a, b, method: .box)) < 1e-14)
    // Those in the corners, and one in the middle, by hand.
    for (channel, row, column) in [(0, 3, 17), (4, 3, 0), (12, 1, 16), (20, 0, 17), (24, 0, 0)] {
      let shift = layer.displacement(ofChannel: channel)
      let (y, x) = (row + shift.rows, column + shift.columns)
      let isInside = 0..<4 ~= y && 0..<18 ~= x
      var sum = 0.0
      for c in 0..<2048 {
        let (left, right) = (a[0, c, row, column], isInside ? b[0, c, y, x] : 0)
        sum += comparison == .product ? left * right : abs(left - right)
      }
      #expect(abs(direct[0, channel, row, column] - sum / 2048) < 1e-13)
    }
  }

  /// (11 + 2·4 - 2·(3 + 1)) / 2 = 5.5 windows are six: the operator rounds up, where the reference in
  /// MXNet's own tests rounds down.
  @Test func theNumberOfWindowsIsRoundedUp() throws {
    let layer = try CorrelationLayer(kernelSize: 3, maxDisplacement: 3, stride: 2, padding: 4)
    let shape = try FeatureMapShape(images: 1, channels: 1, rows: 11, columns: 12)
    #expect(
      try layer.outputShape(for: shape)
        == FeatureMapShape(images: 1, channels: 49, rows: 6, columns: 6))
  }

  /// A displacement stride that does not divide the largest displacement, and one beyond it.
  @Test func displacementsAreMultiplesOfTheirStride() throws {
    let shape = try FeatureMapShape(images: 1, channels: 1, rows: 20, columns: 20)
    for (stride2, count) in [(1, 121), (2, 25), (3, 9), (6, 1)] {
      let layer = try CorrelationLayer(maxDisplacement: 5, displacementStride: stride2)
      // The border is the largest displacement all the same.
      #expect(
        try layer.outputShape(for: shape)
          == FeatureMapShape(images: 1, channels: count, rows: 10, columns: 10))
      #expect(layer.displacement(ofChannel: count / 2) == 0)
      let farthest = 5 / stride2 * stride2
      #expect(
        layer.displacement(ofChannel: 0)
          == ConvolutionLayer.Extent(rows: -farthest, columns: -farthest))
    }
  }

  @Test(arguments: 0..<300)
  func agreesWithTheDefinitionForRandomParameters(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let kernel = [1, 1, 3, 5, 7][Int.random(in: 0..<5, using: &generator)]
    let rows = Int.random(in: 1...14, using: &generator)
    let columns = Int.random(in: 1...22, using: &generator)
    let displacement = ConvolutionLayer.Extent(
      rows: Int.random(in: 0...4, using: &generator),
      columns: Int.random(in: 0...4, using: &generator))
    let needed = 2 * (max(displacement.rows, displacement.columns) + kernel / 2) + 1
    let least = max(0, (needed - min(rows, columns) + 1) / 2)
    let layer = try CorrelationLayer(
      kernelSize: kernel, maxDisplacement: displacement,
      stride: Int.random(in: 1...4, using: &generator),
      displacementStride: Int.random(in: 1...3, using: &generator),
      padding: least + Int.random(in: 0...3, using: &generator),
      comparison: Bool.random(using: &generator) ? .product : .absoluteDifference)
    let shape = try FeatureMapShape(
      images: Int.random(in: 1...2, using: &generator),
      channels: Int.random(in: 1...6, using: &generator), rows: rows, columns: columns)
    try check(layer, shape, &generator)
  }

  private func check(
    _ layer: CorrelationLayer, _ shape: FeatureMapShape, _ generator: inout SeededGenerator
  ) throws {
    let a = try FeatureMaps<Double>.random(shape, using: &generator)
    let b = try FeatureMaps<Double>.random(shape, using: &generator)
    let singleA = try FeatureMaps(shape: shape, elements: a.elements.map { Float($0) })
    let singleB = try FeatureMaps(shape: shape, elements: b.elements.map { Float($0) })
    let definition = CorrelationDefinition(layer: layer)
    let expected = try definition.forward(a, b)
    let expectedSingle = try definition.forward(singleA.inDouble, singleB.inDouble)
    #expect(try layer.outputShape(for: shape) == expected.shape)
    for method in CorrelationLayer.Method.allCases {
      if method == .fft && layer.comparison != .product { continue }
      let double = try layer.forward(a, b, method: method)
      #expect(worstError(double, expected) < 1e-14, "\(method) \(shape)")
      let single = try layer.forward(singleA, singleB, method: method)
      #expect(worstError(single, expectedSingle) < 1e-6, "\(method) \(shape)")
    }
    let gradient = try FeatureMaps<Double>.random(expected.shape, using: &generator)
    let singleGradient = try FeatureMaps(
      shape: gradient.shape, elements: gradient.elements.map { Float($0) })
    let expectedBack = definition.backward(a, b, gradient)
    let expectedSingleBack = definition.backward(
      try singleA.inDouble, try singleB.inDouble, try singleGradient.inDouble)
    for method in CorrelationLayer.Method.allCases {
      if method == .fft && layer.comparison != .product { continue }
      let back = try layer.inputGradients(
        a: a, b: b, outputGradient: gradient, method: method)
      #expect(worstError(back.a, expectedBack.a) < 1e-14, "\(method) \(shape)")
      #expect(worstError(back.b, expectedBack.b) < 1e-14, "\(method) \(shape)")
      let singleBack = try layer.inputGradients(
        a: singleA, b: singleB, outputGradient: singleGradient, method: method)
      #expect(worstError(singleBack.a, expectedSingleBack.a) < 1e-6, "\(method) \(shape)")
      #expect(worstError(singleBack.b, expectedSingleBack.b) < 1e-6, "\(method) \(shape)")
    }
  }

  /// MXNet 1.9.1's output for A = 1…16 and B = 16…1.
  @Test(arguments: CorrelationLayer.Method.allCases)
  func givesMXNetsProducts(_ method: CorrelationLayer.Method) throws {
    let a = try FeatureMaps<Double>.counting(1, 1, 4, 4)
    let b = try FeatureMaps<Double>.counting(1, 1, 4, 4, from: 16, by: -1)
    let layer = try CorrelationLayer(maxDisplacement: 1, stride: 2, padding: 1)
    let out = try layer.forward(a, b, method: method)
    let expected: [Double] = [
      0, 0, 0, 121, 0, 0, 108, 110, 0, 0, 99, 99, 0, 45, 0, 77, 16, 42, 72, 66, 15, 39, 63, 55,
      0, 33, 0, 33, 12, 30, 36, 22, 11, 27, 27, 11,
    ]
    #expect(out.shape == (try FeatureMapShape(images: 1, channels: 9, rows: 2, columns: 2)))
    for (actual, expected) in zip(out.elements, expected) {
      #expect(abs(actual - expected) < 1e-12)
    }
  }

  /// MXNet 1.9.1's output for A = 1…16 and B = 16…1, rounded to four places.
  @Test(arguments: [CorrelationLayer.Method.direct, .box])
  func givesMXNetsAbsoluteDifferences(_ method: CorrelationLayer.Method) throws {
    let a = try FeatureMaps<Double>.counting(1, 1, 4, 4)
    let b = try FeatureMaps<Double>.counting(1, 1, 4, 4, from: 16, by: -1)
    let layer = try CorrelationLayer(
      kernelSize: 3, maxDisplacement: 1, stride: 2, padding: 2, comparison: .absoluteDifference)
    let out = try layer.forward(a, b, method: method)
    for (channel, expected) in [
      (0, [2, 3.6667, 5, 5.7778]), (4, [4.4444, 4.6667, 4, 7]),
      (8, [9.4444, 6.1111, 6.1111, 9.4444]),
    ] {
      for (actual, expected) in zip(out.elements[channel * 4..<channel * 4 + 4], expected) {
        #expect(abs(actual - expected) < 5e-5)
      }
    }
  }

  /// 9 · 2¹⁸ products of 1.1 and 1.1: a running sum in single precision makes 1.23 of them.
  @Test(arguments: [CorrelationLayer.Method.direct, .box])
  func longSumsStayAccurate(_ method: CorrelationLayer.Method) throws {
    let shape = try FeatureMapShape(images: 1, channels: 1 << 18, rows: 3, columns: 3)
    let a = FeatureMaps(shape: shape, repeating: Float(1.1))
    let out = try CorrelationLayer(kernelSize: 3, maxDisplacement: 0).forward(a, a, method: method)
    #expect(abs(out.elements[0] - 1.21) < 5e-6)
  }
}

extension CorrelationLayerTests.Case {
  init(
    _ shape: (Int, Int, Int, Int), _ kernel: Int, _ displacement: Int, _ stride1: Int,
    _ stride2: Int, _ padding: Int, _ comparison: CorrelationLayer.Comparison
  ) {
    self.init(
      shape: shape, kernel: kernel, displacement: displacement, stride1: stride1,
      stride2: stride2, padding: padding, comparison: comparison)
  }
}
