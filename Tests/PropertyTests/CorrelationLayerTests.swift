// SPDX-License-Identifier: MIT

import ComplexModule
import CorrelationLayers
import FourierTransform
import TestSupport
import Testing

/// A correlation layer, the shape of its inputs, and what these are drawn with.
struct CorrelationCase: RandomCase, CustomStringConvertible {
  var images: Int
  var channels: Int
  var rows: Int
  var columns: Int
  /// The kernel size is twice this and one.
  var kernelReach: Int
  var rowReach: Int
  var columnReach: Int
  var stride: Int
  var displacementStride: Int
  var padding: Int
  var threads: Int
  var seed: Int
  var isDouble: Bool
  var method: CorrelationLayer.Method?

  init(using generator: inout SeededGenerator) {
    images = generator.size(1...2)
    channels = generator.size(1...5)
    rows = generator.size(1...14)
    columns = generator.size(1...18)
    kernelReach = generator.size(0...2)
    rowReach = generator.size(0...4)
    columnReach = generator.size(0...4)
    stride = generator.size(1...3)
    displacementStride = generator.size(1...3)
    padding = generator.size(0...6)
    threads = Int.random(in: 1...4, using: &generator)
    seed = Int.random(in: 0..<1000, using: &generator)
    isDouble = Bool.random(using: &generator)
    method = generator.one(of: [nil] + CorrelationLayer.Method.allCases.map { $0 })
  }

  private static let sizes: [any WritableKeyPath<CorrelationCase, Int> & Sendable] = [
    \.images, \.channels, \.rows, \.columns, \.stride, \.displacementStride, \.threads,
  ]
  private static let others: [any WritableKeyPath<CorrelationCase, Int> & Sendable] = [
    \.kernelReach, \.rowReach, \.columnReach, \.padding, \.seed,
  ]

  var simpler: [Self] {
    Self.sizes.flatMap { simpler($0, atLeast: 1) } + Self.others.flatMap { simpler($0, atLeast: 0) }
      + simpler(\.isDouble, to: true) + (method == nil ? [] : simpler(\.method, to: .direct))
  }

  var description: String {
    "\(isDouble ? "Double" : "Float"), \(images) x \(channels) x \(rows) x \(columns), kernel "
      + "\(2 * kernelReach + 1), displacements to \(rowReach) x \(columnReach) in steps of "
      + "\(displacementStride), stride \(stride), padding \(padding), seed \(seed), "
      + "method \(method.map(\.rawValue) ?? "any"), \(threads) threads"
  }

  var type: any FourierScalar.Type { isDouble ? Double.self : Float.self }

  var hasOutput: Bool {
    rows + 2 * padding > 2 * (rowReach + kernelReach)
      && columns + 2 * padding > 2 * (columnReach + kernelReach)
  }

  func layer(_ comparison: CorrelationLayer.Comparison) throws -> CorrelationLayer {
    try CorrelationLayer(
      kernelSize: 2 * kernelReach + 1,
      maxDisplacement: .init(rows: rowReach, columns: columnReach), stride: stride,
      displacementStride: displacementStride, padding: padding, comparison: comparison)
  }

  var shape: FeatureMapShape {
    get throws {
      try FeatureMapShape(images: images, channels: channels, rows: rows, columns: columns)
    }
  }

  func maps<T: FourierScalar>(_ shape: FeatureMapShape, _ salt: Int) throws -> FeatureMaps<T> {
    var generator = SeededGenerator(seed: UInt64(seed + 1000 * salt))
    let samples = SampleRange.even.samples(shape.elementCount, &generator)
    return try FeatureMaps(shape: shape, elements: samples.map { T($0.rawStorage.x) })
  }
}

/// What correlation layers have in common with the sums that define them.
@Suite struct CorrelationLayerPropertyTests {
  /// Outputs are means of products of numbers of at most 1, and so are their errors.
  private func bound<T: FourierScalar>(_ c: CorrelationCase, _ type: T.Type) -> Double {
    let window = (2 * c.kernelReach + 1) * (2 * c.kernelReach + 1) * c.channels
    return 150 * Double(T.ulpOfOne) * Double(window).squareRoot()
  }

  /// The layer of products is linear in each input, and its gradients are the adjoints.
  @Test func gradientsOfProductsAreAdjoint() {
    func check<T: FourierScalar>(_ c: CorrelationCase, _ type: T.Type) throws -> String? {
      guard c.hasOutput else { return nil }
      let layer = try c.layer(.product)
      let a: FeatureMaps<T> = try c.maps(c.shape, 0)
      let b: FeatureMaps<T> = try c.maps(c.shape, 1)
      let output = try layer.forward(a, b, method: c.method, threads: c.threads)
      let delta: FeatureMaps<T> = try c.maps(output.shape, 2)
      let found = try layer.inputGradients(
        a: a, b: b, outputGradient: delta, method: c.method, threads: c.threads)
      let wanted = output.inner(delta)
      let tolerance = 2 * bound(c, type) * Double(delta.shape.elementCount + 1)
      for (name, product) in [("a", a.inner(found.a)), ("b", b.inner(found.b))]
      where !((product - wanted).magnitude <= tolerance) {
        return "\(name): \(product), not \(wanted) within \(tolerance)"
      }
      return nil
    }
    expectProperty(300) { (c: CorrelationCase) in try check(c, c.type) }
  }

  @Test func methodsAgreeAndThreadsDoNotShow() {
    func check<T: FourierScalar>(_ c: CorrelationCase, _ type: T.Type) throws -> String? {
      guard c.hasOutput else { return nil }
      let a: FeatureMaps<T> = try c.maps(c.shape, 0)
      let b: FeatureMaps<T> = try c.maps(c.shape, 1)
      for comparison in CorrelationLayer.Comparison.allCases {
        let layer = try c.layer(comparison)
        let direct = try layer.forward(a, b, method: .direct, threads: 1)
        for method in [nil] + CorrelationLayer.Method.allCases.map({ $0 }) {
          if method == .fft && comparison != .product { continue }
          let alone = try layer.forward(a, b, method: method, threads: 1)
          let shared = try layer.forward(a, b, method: method, threads: c.threads)
          let name = "\(comparison) \(method.map(\.rawValue) ?? "any")"
          if let found = difference(shared, alone) { return "\(name), threads: \(found)" }
          if let found = difference(alone.samples, direct.samples, within: bound(c, type)) {
            return "\(name): \(found)"
          }
        }
      }
      return nil
    }
    expectProperty(150) { (c: CorrelationCase) in try check(c, c.type) }
  }

  /// Without displacements a and b may change places.
  @Test func comparisonsAreSymmetric() {
    func check<T: FourierScalar>(_ c: CorrelationCase, _ type: T.Type) throws -> String? {
      var c = c
      (c.rowReach, c.columnReach) = (0, 0)
      guard c.hasOutput else { return nil }
      let a: FeatureMaps<T> = try c.maps(c.shape, 0)
      let b: FeatureMaps<T> = try c.maps(c.shape, 1)
      for comparison in CorrelationLayer.Comparison.allCases {
        let layer = try c.layer(comparison)
        let method = comparison == .product || c.method != .fft ? c.method : nil
        let one = try layer.forward(a, b, method: method, threads: c.threads)
        let other = try layer.forward(b, a, method: method, threads: c.threads)
        if let found = difference(other.samples, one.samples, within: bound(c, type)) {
          return "\(comparison): \(found)"
        }
      }
      return nil
    }
    expectProperty(150) { (c: CorrelationCase) in try check(c, c.type) }
  }
}
