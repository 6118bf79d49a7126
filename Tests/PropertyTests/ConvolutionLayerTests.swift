// SPDX-License-Identifier: MIT

import ComplexModule
import CorrelationLayers
import FourierTransform
import TestSupport
import Testing

/// What convolution layers have in common with the sums that define them.
@Suite struct ConvolutionLayerPropertyTests {
  /// How far a sum of products of two feature maps may be from the truth.
  private func bound<T: FourierScalar>(
    _ a: FeatureMaps<T>, _ b: FeatureMaps<T>
  ) -> Double {
    errorBound(
      T.self, a.elements.norm, b.elements.norm, count: a.elements.count + b.elements.count)
  }

  /// <f(x, w), δ> = <x, input gradient> = <w, weight gradient>, by whatever method.
  @Test func gradientsAreAdjoint() {
    func check<T: FourierScalar>(_ c: LayerCase, _ type: T.Type) throws -> String? {
      guard c.hasOutput else { return nil }
      let layer = try c.layer
      let (input, weights) = (try c.input(type), try c.weights(type))
      let output = try layer.forward(
        input, weights: weights, method: c.method, threads: c.threads)
      let delta: FeatureMaps<T> = try c.maps(output.shape, 2)
      let forInput = try layer.inputGradient(
        outputGradient: delta, weights: weights, inputShape: input.shape, method: c.method,
        threads: c.threads)
      let forWeights = try layer.weightGradient(
        input: input, outputGradient: delta, weightShape: weights.shape, method: c.method,
        threads: c.threads)
      let wanted = output.inner(delta)
      let count = Double(output.shape.elementCount + input.shape.elementCount)
      let unit = bound(input, weights) * delta.elements.norm
      let tolerance = 2 * unit * (count + Double(weights.shape.elementCount)).squareRoot()
      for (name, product) in [
        ("input", input.inner(forInput)), ("weights", weights.inner(forWeights)),
      ] where !((product - wanted).magnitude <= tolerance) {
        return "\(name): \(product), not \(wanted) within \(tolerance)"
      }
      return nil
    }
    expectProperty(300) { (c: LayerCase) in try check(c, c.type) }
  }

  @Test func layersAreLinear() {
    func check<T: FourierScalar>(_ c: LayerCase, _ type: T.Type) throws -> String? {
      guard c.hasOutput else { return nil }
      let layer = try c.layer
      let weights = try c.weights(type)
      let (first, second) = (try c.input(type), try c.input(type, 5))
      let sum = try FeatureMaps(
        shape: first.shape, elements: zip(first.elements, second.elements).map { $0 - 3 * $1 })
      func forward(_ input: FeatureMaps<T>) throws -> [Sample] {
        try layer.forward(input, weights: weights, method: c.method, threads: c.threads).samples
      }
      let parts = zip(try forward(first), try forward(second))
      return difference(
        try forward(sum), parts.map { $0 - 3 * $1 },
        within: bound(sum, weights) + bound(first, weights) + 3 * bound(second, weights))
    }
    expectProperty(200) { (c: LayerCase) in try check(c, c.type) }
  }

  @Test func methodsAgree() {
    func check<T: FourierScalar>(_ c: LayerCase, _ type: T.Type) throws -> String? {
      guard c.hasOutput else { return nil }
      let layer = try c.layer
      let (input, weights) = (try c.input(type), try c.weights(type))
      let bias = (0..<weights.shape.images).map { T($0 % 3) }
      func forward(_ method: ConvolutionLayer.Method?) throws -> [Sample] {
        try layer.forward(
          input, weights: weights, bias: bias, method: method, threads: c.threads
        ).samples
      }
      let direct = try forward(.direct)
      let tolerance = 2 * (bound(input, weights) + 2 * Double(T.ulpOfOne))
      for method in [nil, .im2col, .fft] as [ConvolutionLayer.Method?] {
        if let found = difference(try forward(method), direct, within: tolerance) {
          return "\(method.map(\.rawValue) ?? "any"): \(found)"
        }
      }
      return nil
    }
    expectProperty(200) { (c: LayerCase) in try check(c, c.type) }
  }

  /// Neither threads nor the other images of a batch show in the bits, nor does the memory.
  @Test func threadsAndMemoryDoNotShow() {
    func check<T: FourierScalar>(_ c: LayerCase, _ type: T.Type) throws -> String? {
      guard c.hasOutput else { return nil }
      let layer = try c.layer
      let (input, weights) = (try c.input(type), try c.weights(type))
      let alone = try layer.forward(input, weights: weights, method: c.method, threads: 1)
      let shared = try layer.forward(
        input, weights: weights, method: c.method, threads: c.threads)
      if let found = difference(shared, alone) { return "threads: \(found)" }
      var output = [T](repeating: .nan, count: alone.shape.elementCount)
      try layer.forward(
        input, weights: weights, method: c.method, threads: c.threads, into: &output)
      if let found = difference(output, alone.elements) { return "memory: \(found)" }
      let delta: FeatureMaps<T> = try c.maps(alone.shape, 2)
      func gradients(_ threads: Int) throws -> [FeatureMaps<T>] {
        [
          try layer.inputGradient(
            outputGradient: delta, weights: weights, inputShape: input.shape, method: c.method,
            threads: threads),
          try layer.weightGradient(
            input: input, outputGradient: delta, weightShape: weights.shape, method: c.method,
            threads: threads),
        ]
      }
      for (one, other) in zip(try gradients(1), try gradients(c.threads)) {
        if let found = difference(other, one) { return "gradients: \(found)" }
      }
      return nil
    }
    expectProperty(200) { (c: LayerCase) in try check(c, c.type) }
  }

  @Test func imagesOfABatchAreOnTheirOwn() {
    func check<T: FourierScalar>(_ c: LayerCase, _ type: T.Type) throws -> String? {
      guard c.hasOutput else { return nil }
      let layer = try c.layer
      let (input, weights) = (try c.input(type), try c.weights(type))
      let all = try layer.forward(input, weights: weights, method: c.method, threads: c.threads)
      for index in 0..<c.images {
        let one = try layer.forward(
          input.image(index), weights: weights, method: c.method, threads: c.threads)
        let own = try all.image(index).samples
        if let found = difference(own, one.samples, within: 2 * bound(input, weights)) {
          return "image \(index): \(found)"
        }
      }
      return nil
    }
    expectProperty(150) { (c: LayerCase) in try check(c, c.type) }
  }
}
