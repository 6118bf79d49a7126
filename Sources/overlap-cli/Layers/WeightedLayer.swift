// SPDX-License-Identifier: MIT

import CorrelationLayers
import SignalFiles

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

/// The passes of a layer with weights over numbers of one type: floating-point numbers give such, and
/// integers exact integers.
struct LayerPasses<Element: MapElement, Result: MapElement> {
  typealias Maps = FeatureMaps<Element>

  let forward:
    (_ input: Maps, _ weights: Maps, [Element]?) throws(LayerError) -> FeatureMaps<Result>
  let inputGradient:
    (_ gradient: Maps, _ weights: Maps, FeatureMapShape) throws(LayerError) -> FeatureMaps<Result>
  let weightGradient:
    (_ input: Maps, _ gradient: Maps, FeatureMapShape) throws(LayerError) -> FeatureMaps<Result>
  let biasGradient: (_ gradient: Maps) throws(LayerError) -> [Result]
}

extension LayerPasses where Element: LayerElement, Result == Element {
  init(_ layer: some WeightedLayer, _ method: ConvolutionLayer.Method?, threads: Int?) {
    forward = { input, weights, bias throws(LayerError) in
      try layer.forward(input, weights: weights, bias: bias, method: method, threads: threads)
    }
    inputGradient = { gradient, weights, shape throws(LayerError) in
      try layer.inputGradient(
        outputGradient: gradient, weights: weights, inputShape: shape, method: method,
        threads: threads)
    }
    weightGradient = { input, gradient, shape throws(LayerError) in
      try layer.weightGradient(
        input: input, outputGradient: gradient, weightShape: shape, method: method,
        threads: threads)
    }
    biasGradient = { gradient throws(LayerError) in
      ConvolutionLayer.biasGradient(outputGradient: gradient)
    }
  }
}

extension LayerPasses where Element: FixedWidthInteger, Result == Int {
  init(_ layer: some WeightedLayer, _ method: ConvolutionLayer.Method?, threads: Int?) {
    forward = { input, weights, bias throws(LayerError) in
      try layer.forward(input, weights: weights, bias: bias, method: method, threads: threads)
    }
    inputGradient = { gradient, weights, shape throws(LayerError) in
      try layer.inputGradient(
        outputGradient: gradient, weights: weights, inputShape: shape, method: method,
        threads: threads)
    }
    weightGradient = { input, gradient, shape throws(LayerError) in
      try layer.weightGradient(
        input: input, outputGradient: gradient, weightShape: shape, method: method,
        threads: threads)
    }
    biasGradient = { gradient throws(LayerError) in
      try ConvolutionLayer.biasGradient(outputGradient: gradient)
    }
  }
}
