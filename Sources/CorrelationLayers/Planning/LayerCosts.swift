// SPDX-License-Identifier: MIT

package import FourierTransform
internal import Synchronization

/// What the parts of the layers take, as measured: what their methods are chosen by.
package struct LayerCosts: Sendable, Equatable {
  var convolution = Times<ConvolutionTime>()
  var correlation = Times<CorrelationTime>()
  var transforms: TransformTimes

  /// The costs of every layer. They start with what ships with the package.
  package static var shared: LayerCosts {
    get { sharedCosts.withLock { $0 } }
    set { sharedCosts.withLock { $0 = newValue } }
  }
}

/// The times behind the predictions, in nanoseconds of one thread for single precision.
struct Times<Name: TimeName>: Sendable, Equatable {
  private var values = [Double](repeating: 0, count: Name.allCases.count)

  subscript(name: Name) -> Double {
    get { values[name.rawValue] }
    set { values[name.rawValue] = newValue }
  }

  /// The times with their names in the text.
  static var numbers: [CostTable.Number<Self>] { Name.allCases.map { ("\($0)", \.[$0]) } }
}

/// The names of times, which are numbered from 0 on.
protocol TimeName: CaseIterable, Hashable, RawRepresentable, Sendable where RawValue == Int {}

private let sharedCosts: Mutex<LayerCosts> = {
  guard let costs = LayerCosts(Tuning.shipped.costs) else {
    preconditionFailure("the costs that ship are incomplete")
  }
  return Mutex(costs)
}()

extension LayerCosts {
  /// Understands the costs of a tuning; nil if one is missing.
  package init?(_ table: CostTable) {
    guard let lengths = table.values("layerTransform length"),
      let measured = table.values("layerTransform element", .nanoseconds),
      let other = table.values("layerTransform other", .nanoseconds)?.first,
      measured.count == lengths.count, lengths.allSatisfy({ Int(exactly: $0) ?? 0 > 0 })
    else { return nil }
    transforms = TransformTimes(lengths: lengths.map { Int($0) }, measured: measured, other: other)
    guard
      table.read(Times.numbers, of: Self.layers.0, .nanoseconds, into: &convolution),
      table.read(Times.numbers, of: Self.layers.1, .nanoseconds, into: &correlation)
    else { return nil }
  }

  /// What the two layers are called in the text.
  private static let layers = ("convolutionLayer", "correlationLayer")

  /// Adds the costs to those of a tuning.
  package func add(to table: inout CostTable) {
    table.add(Times.numbers, of: Self.layers.0, .nanoseconds, convolution)
    table.add(Times.numbers, of: Self.layers.1, .nanoseconds, correlation)
    table.add("layerTransform length", transforms.lengths.map { Double($0) })
    table.add("layerTransform element", transforms.measured, .nanoseconds)
    table.add("layerTransform other", [transforms.other], .nanoseconds)
  }
}

/// What square real transforms in single precision take, to choose their lengths by.
struct TransformTimes: Sendable, Equatable {
  /// The lengths that were measured, ascending, without those that a slightly larger one beats.
  var lengths: [Int]
  /// Nanoseconds for each element, forward and back on average, by index of the length.
  var measured: [Double]
  /// What other lengths take.
  var other: Double

  func nanoseconds(length: Int) -> Double {
    lengths.firstIndex(of: length).map { measured[$0] } ?? other
  }

  /// The length of at least `minimum` whose transforms are the fastest.
  func bestLength(atLeast minimum: Int) -> Int {
    let fast = fastTransformLength(atLeast: minimum)
    func cost(_ length: Int) -> Double { Double(length * length) * nanoseconds(length: length) }
    // A single row or column is transformed along the other axis alone.
    guard minimum > 1 else { return 1 }
    return (lengths.filter { $0 >= minimum } + [fast]).min { cost($0) < cost($1) } ?? fast
  }
}

extension ConvolutionLayer {
  /// What each forward method is predicted to take, in seconds of one thread in single precision.
  package func predictedSeconds(
    for input: FeatureMapShape, weights: FeatureMapShape
  ) throws(LayerError) -> [Method: Double] {
    try ConvolutionGeometry(self, input: input, weights: weights).costs(predictsAll: true)
      .mapValues { $0 * 1e-9 }
  }
}

extension CorrelationLayer {
  /// What each forward method is predicted to take, in seconds of one thread in single precision.
  package func predictedSeconds(
    for shape: FeatureMapShape
  ) throws(LayerError) -> [Method: Double] {
    try CorrelationGeometry(self, input: shape).costs().mapValues { $0 * 1e-9 }
  }
}

extension Dictionary where Key: CaseIterable, Value == Double {
  /// The method with the smallest prediction, of several the first.
  var cheapest: Key {
    let cheapest = Key.allCases.min { self[$0] ?? .infinity < self[$1] ?? .infinity }
    guard let cheapest else { preconditionFailure("there are methods") }
    return cheapest
  }
}
