// SPDX-License-Identifier: MIT

import Convolution
import CorrelationLayers
import Foundation
import FourierTransform
import TestSupport
import Testing

/// A huge, tiny, infinite or missing value in any operand, by every method, against direct sums in
/// `Double`: it reaches the results that it is a part of, and elsewhere the error is within half the
/// type's precision of the sum of the products' magnitudes.
///
/// With `OVERLAP_TEST_ALL` in the environment there are 10,000 random cases.
@Suite struct LayerDynamicRangeTests {
  private static let caseCount =
    ProcessInfo.processInfo.environment["OVERLAP_TEST_ALL"] != nil ? 10_000 : 144

  /// The values, in one operand or in several.
  private static func values<Scalar: FourierScalar>(_: Scalar.Type) -> [Scalar] {
    [
      1e6, 1e12, 1e30, .greatestFiniteMagnitude, .infinity, .nan, .leastNonzeroMagnitude,
      .leastNormalMagnitude,
    ]
  }

  @Test func convolutionLayersInSinglePrecision() throws { try convolutionLayers(Float.self) }

  @Test func convolutionLayersInDoublePrecision() throws { try convolutionLayers(Double.self) }

  @Test func correlationLayersInSinglePrecision() throws { try correlationLayers(Float.self) }

  @Test func correlationLayersInDoublePrecision() throws { try correlationLayers(Double.self) }

  @Test func matrixFormsInSinglePrecision() throws { try matrixForms(Float.self) }

  @Test func matrixFormsInDoublePrecision() throws { try matrixForms(Double.self) }

  private func convolutionLayers<Scalar: FourierScalar>(_ type: Scalar.Type) throws {
    for seed in 0..<Self.caseCount {
      var generator = SeededGenerator(seed: UInt64(seed))
      func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      let value = Self.values(type)[seed % 8]
      let groups = pick(1...2)
      // What infinite weights make of the zeros of a padding is no matter here.
      let padding = value.isFinite ? pick(0...3) : 0
      let layer = try ConvolutionLayer(
        stride: .init(rows: pick(1...2), columns: pick(1...2)),
        padding: .init(rows: padding, columns: padding), dilation: .init(pick(1...2)),
        groups: groups)
      var input = try FeatureMaps<Scalar>.random(
        pick(1...2), groups * pick(1...2), pick(14...36), pick(14...36), using: &generator)
      var weights = try FeatureMaps<Scalar>.random(
        groups * pick(1...2), input.shape.channels / groups, pick(1...7), pick(1...7),
        using: &generator)
      let shape = try layer.outputShape(for: input.shape, weights: weights.shape)
      var gradient = try FeatureMaps<Scalar>.random(shape, using: &generator)
      let bias = (0..<weights.shape.images).map { _ in Scalar(pick(-2...2)) }
      // One operand has the value, or two.
      let operands = [[0], [1], [2], [0, 1], [0, 2], [1, 2]][seed / 8 % 6]
      if operands.contains(0) { input.put(value, using: &generator) }
      if operands.contains(1) { weights.put(value, using: &generator) }
      if operands.contains(2) { gradient.put(value, using: &generator) }
      if seed / 48 % 3 == 1 { input.clearHalf() }
      let definition = ConvolutionDefinition(layer: layer)
      let (x, w, g) = try (input.inDouble, weights.inDouble, gradient.inDouble)
      let (ax, aw, ag) = try (x.magnitudes, w.magnitudes, g.magnitudes)
      let b = bias.map { Double($0) }
      let forward = try definition.forward(x, w, b)
      let forwardLimit = try definition.forward(ax, aw, b.map { abs($0) })
      let inputGradient = definition.inputGradient(g, w, x.shape)
      let inputLimit = definition.inputGradient(ag, aw, x.shape)
      let weightGradient = definition.weightGradient(x, g, w.shape)
      let weightLimit = definition.weightGradient(ax, ag, w.shape)
      for method in ConvolutionLayer.Method.allCases {
        let name = "seed \(seed), \(value) in \(operands), \(method)"
        try expect(
          layer.forward(input, weights: weights, bias: bias, method: method), forward,
          forwardLimit, "\(name): forward", isFinite: value.isFinite)
        try expect(
          layer.inputGradient(
            outputGradient: gradient, weights: weights, inputShape: input.shape, method: method),
          inputGradient, inputLimit, "\(name): input gradient", isFinite: value.isFinite)
        try expect(
          layer.weightGradient(
            input: input, outputGradient: gradient, weightShape: weights.shape, method: method),
          weightGradient, weightLimit, "\(name): weight gradient", isFinite: value.isFinite)
      }
    }
  }

  /// A layer as products of matrices: sparse ones, and of weights with patches.
  private func matrixForms<Scalar: FourierScalar>(_ type: Scalar.Type) throws {
    for seed in 0..<Self.caseCount {
      var generator = SeededGenerator(seed: UInt64(seed) + 2_000_000)
      func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      let value = Self.values(type)[seed % 8]
      var image = try FeatureMaps<Scalar>.random(
        1, 1, pick(6...20), pick(6...20), using: &generator)
      var weights = try FeatureMaps<Scalar>.random(
        1, 1, pick(1...6), pick(1...6), using: &generator)
      let layer = try ConvolutionLayer()
      var gradient = try FeatureMaps<Scalar>.random(
        layer.outputShape(for: image.shape, weights: weights.shape), using: &generator)
      let operands = [[0], [1], [2], [0, 1], [0, 2], [1, 2]][seed / 8 % 6]
      if operands.contains(0) { image.put(value, using: &generator) }
      if operands.contains(1) { weights.put(value, using: &generator) }
      if operands.contains(2) { gradient.put(value, using: &generator) }
      let definition = ConvolutionDefinition(layer: layer)
      let (x, w, g) = try (image.inDouble, weights.inDouble, gradient.inDouble)
      let (ax, aw, ag) = try (x.magnitudes, w.magnitudes, g.magnitudes)
      let forward = try definition.forward(x, w, nil)
      let limits = try definition.forward(ax, aw, nil)
      func check(_ elements: [Scalar], _ name: String) throws {
        try expect(
          FeatureMaps(shape: gradient.shape, elements: elements), forward, limits,
          "seed \(seed), \(value) in \(operands), \(name)", isFinite: value.isFinite)
      }
      let size = (rows: weights.shape.rows, columns: weights.shape.columns)
      let kernel = Matrix(rows: size.rows, columns: size.columns, elements: weights.elements)
      let matrix = try SparseMatrix.blockToeplitz(
        kernel: kernel, imageRows: image.shape.rows, imageColumns: image.shape.columns)
      try check(matrix.times(image.elements), "block Toeplitz")
      try expect(
        FeatureMaps(shape: image.shape, elements: matrix.transposeTimes(gradient.elements)),
        definition.inputGradient(g, w, x.shape), definition.inputGradient(ag, aw, x.shape),
        "seed \(seed), \(value) in \(operands), transposed", isFinite: value.isFinite)
      let row = Matrix(rows: 1, columns: weights.shape.elementCount, elements: weights.elements)
      let patches = try layer.patches(
        of: image, kernelSize: .init(rows: size.rows, columns: size.columns))
      try check(row.times(patches).elements, "patches")
      let index = try WindowIndex(
        rows: image.shape.rows, columns: image.shape.columns,
        kernelSize: .init(rows: size.rows, columns: size.columns))
      try check(row.times(index.gather(image.elements)).elements, "windows")
    }
  }

  private func correlationLayers<Scalar: FourierScalar>(_ type: Scalar.Type) throws {
    for seed in 0..<Self.caseCount {
      var generator = SeededGenerator(seed: UInt64(seed) + 1_000_000)
      func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      let value = Self.values(type)[seed % 8]
      // Infinities meet the zeros of a padding by every method alike: see other tests.
      let reach = pick(1...5)
      let layer = try CorrelationLayer(
        kernelSize: 2 * pick(0...2) + 1, maxDisplacement: .init(reach), stride: pick(1...4),
        displacementStride: pick(1...2), padding: value.isFinite ? pick(0...3) : 0)
      let size = 2 * reach + 5
      var a = try FeatureMaps<Scalar>.random(
        pick(1...2), pick(1...2), size + pick(0...9), size + pick(0...9), using: &generator)
      var b = try FeatureMaps<Scalar>.random(a.shape, using: &generator)
      var gradient = try FeatureMaps<Scalar>.random(
        layer.outputShape(for: a.shape), using: &generator)
      let operands = [[0], [1], [2], [0, 1], [0, 2], [1, 2]][seed / 8 % 6]
      if operands.contains(0) { a.put(value, using: &generator) }
      if operands.contains(1) { b.put(value, using: &generator) }
      if operands.contains(2) { gradient.put(value, using: &generator) }
      let definition = CorrelationDefinition(layer: layer)
      let (x, y, g) = try (a.inDouble, b.inDouble, gradient.inDouble)
      let (ax, ay, ag) = try (x.magnitudes, y.magnitudes, g.magnitudes)
      let forward = try definition.forward(x, y)
      let forwardLimit = try definition.forward(ax, ay)
      let wanted = definition.backward(x, y, g)
      let limits = definition.backward(ax, ay, ag)
      for method in CorrelationLayer.Method.allCases {
        let name = "seed \(seed), \(value) in \(operands), \(method)"
        try expect(
          layer.forward(a, b, method: method), forward, forwardLimit, "\(name): forward",
          isFinite: value.isFinite,
          terms: Double(layer.kernelSize * layer.kernelSize * a.shape.channels))
        let actual = try layer.inputGradients(
          a: a, b: b, outputGradient: gradient, method: method)
        try expect(actual.a, wanted.a, limits.a, "\(name): gradient of a", isFinite: value.isFinite)
        try expect(actual.b, wanted.b, limits.b, "\(name): gradient of b", isFinite: value.isFinite)
      }
    }
  }

  /// - Parameter magnitudes: the sums of the products' magnitudes. Where these, `terms` of them,
  ///   exceed the type's range, partial sums may too, and the result is infinite or NaN.
  private func expect<Scalar: FourierScalar>(
    _ actual: FeatureMaps<Scalar>, _ expected: FeatureMaps<Double>,
    _ magnitudes: FeatureMaps<Double>, _ name: String, isFinite: Bool,
    terms: Double = 1
  ) throws {
    try #require(actual.shape == expected.shape)
    let relative = (Double(Scalar.ulpOfOne) / 2).squareRoot()
    // Products below the normal numbers are rounded to multiples of the smallest one.
    let underflow = 1024 * Double(Scalar.leastNonzeroMagnitude)
    for index in expected.elements.indices {
      let (a, e, sum) = (
        Double(actual.elements[index]), expected.elements[index], magnitudes.elements[index]
      )
      if isFinite && sum * terms > Double(Scalar.greatestFiniteMagnitude) / 2 { continue }
      let isRight =
        e.isNaN
        ? a.isNaN : e.isFinite ? abs(a - e) <= relative * sum + underflow : a == e
      if !isRight {
        Issue.record("\(name): \(a) for \(e), of \(sum), at \(index)")
        return
      }
    }
  }
}

extension FeatureMaps where Scalar: FourierScalar {
  /// Puts `value` at a random place.
  fileprivate mutating func put(_ value: Scalar, using generator: inout SeededGenerator) {
    elements[Int.random(in: 0..<shape.elementCount, using: &generator)] = value
  }

  /// Sets the first half to zero.
  fileprivate mutating func clearHalf() {
    for index in 0..<shape.elementCount / 2 { elements[index] *= 0 }
  }
}

extension FeatureMaps<Double> {
  fileprivate var magnitudes: FeatureMaps<Double> {
    get throws { try FeatureMaps(shape: shape, elements: elements.map { abs($0) }) }
  }
}
