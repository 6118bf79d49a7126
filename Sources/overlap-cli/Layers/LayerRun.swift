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
}

extension ConvolutionLayer: WeightedLayer {}
extension TransposedConvolutionLayer: WeightedLayer {}

extension LayerOptions {
  /// Makes a layer of the options, for the shapes of input and weights and for signals or images.
  typealias LayerMaker<Layer> = (
    _ input: FeatureMapShape, _ weights: FeatureMapShape, _ isSignal: Bool
  ) throws(LayerError) -> Layer

  /// Reads the files, applies the layer that `makeLayer` returns, and writes what was asked for.
  func run(_ makeLayer: LayerMaker<some WeightedLayer>) throws {
    TuningCache.adopt(isQuiet: outputs.common.quiet)
    let files = try LayerFiles(self)
    if files.needsDouble {
      try run(Double.self, files, makeLayer)
    } else {
      try run(Float.self, files, makeLayer)
    }
  }

  private func run<Element: LayerElement>(
    _ type: Element.Type, _ files: LayerFiles, _ makeLayer: LayerMaker<some WeightedLayer>
  ) throws {
    let (isSignal, input) = (files.areSignals, try files.input.maps(type, mayBeSignals: true))
    let weights = try files.weight.maps(type, mayBeSignals: true)
    let bias = try files.bias?.vector(type)
    let gradient = try files.outputGradient?.maps(type, mayBeSignals: true)
    let method = self.method.method
    var results = OutputFiles()
    do throws(LayerError) {
      let layer = try makeLayer(input.shape, weights.shape, isSignal)
      if let output = outputs.output {
        results.add(
          try layer.forward(
            input, weights: weights, bias: bias, method: method, threads: outputs.common.threads),
          output, asSignals: isSignal)
      }
      if let gradient, let inputGradient {
        results.add(
          try layer.inputGradient(
            outputGradient: gradient, weights: weights, inputShape: input.shape, method: method,
            threads: outputs.common.threads),
          inputGradient, asSignals: isSignal)
      }
      if let gradient, let weightGradient {
        results.add(
          try layer.weightGradient(
            input: input, outputGradient: gradient, weightShape: weights.shape, method: method,
            threads: outputs.common.threads),
          weightGradient, asSignals: isSignal)
      }
      if let gradient, let biasGradient {
        results.add(ConvolutionLayer.biasGradient(outputGradient: gradient), biasGradient)
      }
    } catch {
      throw CommandFailure(error, files: files.input.path, files.weight.path)
    }
    try results.write(outputs)
  }
}

/// The files that a convolution layer reads.
private struct LayerFiles {
  let input: FeatureMapFile
  let weight: FeatureMapFile
  let bias: FeatureMapFile?
  let outputGradient: FeatureMapFile?

  init(_ options: LayerOptions) throws {
    input = try FeatureMapFile(path: options.input)
    weight = try FeatureMapFile(path: options.weight)
    bias = try options.bias.map { try FeatureMapFile(path: $0) }
    outputGradient = try options.outputs.outputGradient.map { try FeatureMapFile(path: $0) }
    let rank = input.array.shape.count
    for file in [weight, outputGradient].compactMap({ $0 })
    where file.array.shape.count != rank {
      throw CommandFailure(
        .invalidData,
        "\(file.path): has \(file.array.shape.count) dimensions, and \(input.path) has \(rank); "
          + "both need 4, or 3 for signals")
    }
  }

  /// Whether the arrays have no rows.
  var areSignals: Bool { input.array.shape.count == 3 }

  /// Whether single precision would lose some digits.
  var needsDouble: Bool {
    [input, weight, bias, outputGradient].contains { $0?.needsDouble == true }
  }
}
