import ArgumentParser
import CorrelationLayers
import SignalFiles

/// `--method` of the convolution layers.
enum ConvolutionMethodArgument: String, ExpressibleByArgument, CaseIterable {
  case auto, direct, im2col, fft

  /// nil leaves the choice to the planner.
  var method: ConvolutionLayer.Method? { ConvolutionLayer.Method(rawValue: rawValue) }
}

/// What `conv2d` and `conv-transpose2d` are told.
struct LayerOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The images.", valueName: "input.npy"))
  var input: String

  @Argument(help: ArgumentHelp("The kernels.", valueName: "weight.npy"))
  var weight: String

  @Option(help: ArgumentHelp("A number for each kernel, added to its outputs.", valueName: "b.npy"))
  var bias: String?

  @OptionGroup var windows: WindowOptions

  @Option(help: "How to compute the layer and its gradients: auto, direct, im2col or fft.")
  var method = ConvolutionMethodArgument.auto

  @Option(
    help: ArgumentHelp("Where the gradient with respect to the input goes.", valueName: "dx.npy"))
  var inputGradient: String?

  @Option(
    help: ArgumentHelp("Where the gradient with respect to the weights goes.", valueName: "dw.npy"))
  var weightGradient: String?

  @Option(
    help: ArgumentHelp("Where the gradient with respect to the bias goes.", valueName: "db.npy"))
  var biasGradient: String?

  @OptionGroup var outputs: LayerOutputs

  func validate() throws {
    try outputs.validate(
      gradients: [inputGradient, weightGradient, biasGradient],
      options: "--input-gradient, --weight-gradient, --bias-gradient")
  }

  /// Makes a layer of the options, for the shapes of input and weights and for signals or images.
  typealias LayerMaker<Layer> = (
    _ input: FeatureMapShape, _ weights: FeatureMapShape, _ isSignal: Bool
  ) throws(LayerError) -> Layer

  /// Reads the files, applies the layer that `makeLayer` returns, and writes what was asked for.
  func run(_ makeLayer: LayerMaker<some WeightedLayer>) throws {
    TuningCache.adopt(isQuiet: outputs.common.quiet)
    let input = try FeatureMapFile(path: input)
    let weight = try FeatureMapFile(path: weight)
    let bias = try bias.map { try FeatureMapFile(path: $0) }
    let gradient = try outputs.outputGradient.map { try FeatureMapFile(path: $0) }
    let rank = input.array.shape.count
    for file in [weight, gradient].compactMap({ $0 }) where file.array.shape.count != rank {
      throw CommandFailure(
        .invalidData,
        "\(file.path): has \(file.array.shape.count) dimensions, and \(input.path) has \(rank); "
          + "both need 4, or 3 for signals")
    }
    if [input, weight, bias, gradient].contains(where: { $0?.needsDouble == true }) {
      try run(Double.self, input, weight, bias, gradient, makeLayer)
    } else {
      try run(Float.self, input, weight, bias, gradient, makeLayer)
    }
  }

  private func run<Element: LayerElement>(
    _ type: Element.Type, _ inputFile: FeatureMapFile, _ weightFile: FeatureMapFile,
    _ bias: FeatureMapFile?, _ gradient: FeatureMapFile?,
    _ makeLayer: LayerMaker<some WeightedLayer>
  ) throws {
    let isSignal = inputFile.array.shape.count == 3
    let input = try inputFile.maps(type, mayBeSignals: true)
    let weights = try weightFile.maps(type, mayBeSignals: true)
    let bias = try bias?.vector(type)
    let gradient = try gradient?.maps(type, mayBeSignals: true)
    let (method, threads) = (self.method.method, outputs.common.threads)
    var results = OutputFiles()
    do throws(LayerError) {
      let layer = try makeLayer(input.shape, weights.shape, isSignal)
      if let output = outputs.output {
        results.add(
          try layer.forward(
            input, weights: weights, bias: bias, method: method, threads: threads),
          output, asSignals: isSignal)
      }
      if let gradient, let inputGradient {
        results.add(
          try layer.inputGradient(
            outputGradient: gradient, weights: weights, inputShape: input.shape, method: method,
            threads: threads),
          inputGradient, asSignals: isSignal)
      }
      if let gradient, let weightGradient {
        results.add(
          try layer.weightGradient(
            input: input, outputGradient: gradient, weightShape: weights.shape, method: method,
            threads: threads),
          weightGradient, asSignals: isSignal)
      }
      if let gradient, let biasGradient {
        results.add(ConvolutionLayer.biasGradient(outputGradient: gradient), biasGradient)
      }
    } catch {
      throw CommandFailure(error, files: inputFile.path, weightFile.path)
    }
    try results.write(outputs)
  }
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
}

extension ConvolutionLayer: WeightedLayer {}
extension TransposedConvolutionLayer: WeightedLayer {}

/// What a layer's command writes and says, besides the files of its gradients.
struct LayerOutputs: ParsableArguments {
  @Option(name: [.short, .long], help: ArgumentHelp("The output's file.", valueName: "out.npy"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The gradient with respect to the output: asks for those of the inputs.", valueName: "g.npy"))
  var outputGradient: String?

  @OptionGroup var common: CommonOptions

  /// Refuses too few or too many outputs, with the files of `gradients` and their `options`.
  func validate(gradients: [String?], options: String) throws {
    let gradients = gradients.compactMap { $0 }
    let outputs = [output].compactMap { $0 } + gradients
    for (index, path) in outputs.enumerated() {
      guard !outputs[..<index].contains(where: { isSamePlace($0, path) }) else {
        throw ValidationError("Two outputs have the same file name.")
      }
    }
    guard output != nil || !gradients.isEmpty else {
      throw ValidationError("Name an output with -o, or a gradient's file.")
    }
    guard (outputGradient == nil) == gradients.isEmpty else {
      throw ValidationError(
        "--output-gradient and the gradients' files (\(options)) need each other.")
    }
  }
}

/// Files that are written when all of them have been computed.
struct OutputFiles {
  private var files: [(path: String, array: NumPyArray)] = []

  /// Adds feature maps, as signals if they were made of signals.
  mutating func add<Element: LayerElement>(
    _ maps: FeatureMaps<Element>, _ path: String, asSignals: Bool = false
  ) {
    let shape = maps.shape
    let sizes = [shape.images, shape.channels] + (asSignals ? [] : [shape.rows]) + [shape.columns]
    files.append((path, NumPyArray(shape: sizes, maps.elements)))
  }

  mutating func add<Element: LayerElement>(_ vector: [Element], _ path: String) {
    files.append((path, NumPyArray(shape: [vector.count], vector)))
  }

  /// Writes all of them, or none, and reports them.
  func write(_ report: LayerOutputs) throws(SignalFileError) {
    try NumPyArray.write(files)
    guard report.common.json else { return }
    for (path, array) in files {
      printResult(["output": path, "shape": array.shape, "dtype": array.elementType.rawValue])
    }
  }
}
