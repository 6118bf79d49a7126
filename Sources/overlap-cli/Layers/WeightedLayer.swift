import CorrelationLayers
import SignalFiles

/// How a layer is computed.
struct LayerChoice {
  let method: ConvolutionLayer.Method?
  let threads: Int?
}

/// A layer with weights: what `conv2d` and `conv-transpose2d` run.
protocol WeightedLayer {
  func forward<Element: LayerElement>(
    _ input: FeatureMaps<Element>, weights: FeatureMaps<Element>, bias: [Element]?,
    method: ConvolutionLayer.Method?, threads: Int?
  ) throws(LayerError) -> FeatureMaps<Element>

  func inputGradient<Element: LayerElement>(
    outputGradient: FeatureMaps<Element>, weights: FeatureMaps<Element>,
    inputShape: FeatureMapShape, method: ConvolutionLayer.Method?, threads: Int?
  ) throws(LayerError) -> FeatureMaps<Element>

  func weightGradient<Element: LayerElement>(
    input: FeatureMaps<Element>, outputGradient: FeatureMaps<Element>,
    weightShape: FeatureMapShape, method: ConvolutionLayer.Method?, threads: Int?
  ) throws(LayerError) -> FeatureMaps<Element>

  func forward<Integer: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ input: FeatureMaps<Integer>, weights: FeatureMaps<Integer>, bias: [Integer]?,
    method: ConvolutionLayer.Method?, threads: Int?
  ) throws(LayerError) -> FeatureMaps<Int>

  func inputGradient<Integer: FixedWidthInteger & BitwiseCopyable & Sendable>(
    outputGradient: FeatureMaps<Integer>, weights: FeatureMaps<Integer>,
    inputShape: FeatureMapShape, method: ConvolutionLayer.Method?, threads: Int?
  ) throws(LayerError) -> FeatureMaps<Int>

  func weightGradient<Integer: FixedWidthInteger & BitwiseCopyable & Sendable>(
    input: FeatureMaps<Integer>, outputGradient: FeatureMaps<Integer>,
    weightShape: FeatureMapShape, method: ConvolutionLayer.Method?, threads: Int?
  ) throws(LayerError) -> FeatureMaps<Int>
}

extension ConvolutionLayer: WeightedLayer {}
extension TransposedConvolutionLayer: WeightedLayer {}

/// A type of numbers that a layer with weights takes: it gives floating-point numbers for such, and
/// exact integers for integers.
protocol LayerNumber: MapElement {
  associatedtype Result: MapElement

  static func forward(
    _ layer: some WeightedLayer, _ input: FeatureMaps<Self>, _ weights: FeatureMaps<Self>,
    _ bias: [Self]?, _ choice: LayerChoice
  ) throws(LayerError) -> FeatureMaps<Result>

  static func inputGradient(
    _ layer: some WeightedLayer, _ gradient: FeatureMaps<Self>, _ weights: FeatureMaps<Self>,
    _ inputShape: FeatureMapShape, _ choice: LayerChoice
  ) throws(LayerError) -> FeatureMaps<Result>

  static func weightGradient(
    _ layer: some WeightedLayer, _ input: FeatureMaps<Self>, _ gradient: FeatureMaps<Self>,
    _ weightShape: FeatureMapShape, _ choice: LayerChoice
  ) throws(LayerError) -> FeatureMaps<Result>

  static func biasGradient(_ gradient: FeatureMaps<Self>) throws(LayerError) -> [Result]
}

extension LayerNumber where Self: LayerElement {
  static func forward(
    _ layer: some WeightedLayer, _ input: FeatureMaps<Self>, _ weights: FeatureMaps<Self>,
    _ bias: [Self]?, _ choice: LayerChoice
  ) throws(LayerError) -> FeatureMaps<Self> {
    try layer.forward(
      input, weights: weights, bias: bias, method: choice.method, threads: choice.threads)
  }

  static func inputGradient(
    _ layer: some WeightedLayer, _ gradient: FeatureMaps<Self>, _ weights: FeatureMaps<Self>,
    _ inputShape: FeatureMapShape, _ choice: LayerChoice
  ) throws(LayerError) -> FeatureMaps<Self> {
    try layer.inputGradient(
      outputGradient: gradient, weights: weights, inputShape: inputShape, method: choice.method,
      threads: choice.threads)
  }

  static func weightGradient(
    _ layer: some WeightedLayer, _ input: FeatureMaps<Self>, _ gradient: FeatureMaps<Self>,
    _ weightShape: FeatureMapShape, _ choice: LayerChoice
  ) throws(LayerError) -> FeatureMaps<Self> {
    try layer.weightGradient(
      input: input, outputGradient: gradient, weightShape: weightShape, method: choice.method,
      threads: choice.threads)
  }

  static func biasGradient(_ gradient: FeatureMaps<Self>) throws(LayerError) -> [Self] {
    ConvolutionLayer.biasGradient(outputGradient: gradient)
  }
}

extension LayerNumber where Self: FixedWidthInteger {
  static func forward(
    _ layer: some WeightedLayer, _ input: FeatureMaps<Self>, _ weights: FeatureMaps<Self>,
    _ bias: [Self]?, _ choice: LayerChoice
  ) throws(LayerError) -> FeatureMaps<Int> {
    try layer.forward(
      input, weights: weights, bias: bias, method: choice.method, threads: choice.threads)
  }

  static func inputGradient(
    _ layer: some WeightedLayer, _ gradient: FeatureMaps<Self>, _ weights: FeatureMaps<Self>,
    _ inputShape: FeatureMapShape, _ choice: LayerChoice
  ) throws(LayerError) -> FeatureMaps<Int> {
    try layer.inputGradient(
      outputGradient: gradient, weights: weights, inputShape: inputShape, method: choice.method,
      threads: choice.threads)
  }

  static func weightGradient(
    _ layer: some WeightedLayer, _ input: FeatureMaps<Self>, _ gradient: FeatureMaps<Self>,
    _ weightShape: FeatureMapShape, _ choice: LayerChoice
  ) throws(LayerError) -> FeatureMaps<Int> {
    try layer.weightGradient(
      input: input, outputGradient: gradient, weightShape: weightShape, method: choice.method,
      threads: choice.threads)
  }

  static func biasGradient(_ gradient: FeatureMaps<Self>) throws(LayerError) -> [Int] {
    try ConvolutionLayer.biasGradient(outputGradient: gradient)
  }
}

extension Float: LayerNumber { typealias Result = Self }
extension Double: LayerNumber { typealias Result = Self }
extension Int: LayerNumber { typealias Result = Int }
extension UInt64: LayerNumber { typealias Result = Int }
