// SPDX-License-Identifier: MIT

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
  @Argument(help: ArgumentHelp("The images.", valueName: "input.npy"), completion: .array)
  var input: String

  @Argument(help: ArgumentHelp("The kernels.", valueName: "weight.npy"), completion: .array)
  var weight: String

  @Option(
    help: ArgumentHelp("A number for each kernel, added to its outputs.", valueName: "b.npy"),
    completion: .array)
  var bias: String?

  @OptionGroup var windows: WindowOptions

  @Option(help: "How to compute the layer and its gradients: auto, direct, im2col or fft.")
  var method = ConvolutionMethodArgument.auto

  @Option(
    help: ArgumentHelp("Where the gradient with respect to the input goes.", valueName: "dx.npy"),
    completion: .array)
  var inputGradient: String?

  @Option(
    help: ArgumentHelp("Where the gradient with respect to the weights goes.", valueName: "dw.npy"),
    completion: .array)
  var weightGradient: String?

  @Option(
    help: ArgumentHelp("Where the gradient with respect to the bias goes.", valueName: "db.npy"),
    completion: .array)
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
    try outputs.check(
      gradients: [inputGradient, weightGradient, biasGradient], sparing: [input, weight, bias])
    let files = try WeightedLayerFiles(
      input: FeatureMapFile(path: input, mayBeEmpty: true), weight: FeatureMapFile(path: weight),
      bias: bias.map { try FeatureMapFile(path: $0) },
      gradient: outputs.outputGradient.map { try FeatureMapFile(path: $0, mayBeEmpty: true) })
    var results = OutputFiles(type: outputs.dtype)
    if outputs.dtype == nil && files.all.allSatisfy(\.array.elementType.isInteger) {
      if files.all.allSatisfy({ [Int]($0.array) != nil }) {
        try compute(Int.self, files, makeLayer, into: &results) { LayerPasses($0, $1, threads: $2) }
      } else if files.all.allSatisfy({ [UInt64]($0.array) != nil }) {
        try compute(UInt64.self, files, makeLayer, into: &results) {
          LayerPasses($0, $1, threads: $2)
        }
      } else {
        throw CommandFailure(
          .invalidData,
          "\(input), \(weight): integers of 2^63 and more beside negative ones; "
            + "try --dtype float64")
      }
    } else if outputs.dtype == .float64 || files.all.contains(where: \.needsDouble) {
      try compute(Double.self, files, makeLayer, into: &results) {
        LayerPasses($0, $1, threads: $2)
      }
    } else {
      try compute(Float.self, files, makeLayer, into: &results) { LayerPasses($0, $1, threads: $2) }
    }
    try results.write(outputs)
  }

  private func compute<Element: MapElement, Result: MapElement, Layer: WeightedLayer>(
    _ type: Element.Type, _ files: WeightedLayerFiles, _ makeLayer: LayerMaker<Layer>,
    into results: inout OutputFiles,
    _ makePasses: (Layer, ConvolutionLayer.Method?, Int?) -> LayerPasses<Element, Result>
  ) throws {
    let input = try files.input.maps(type, files.dimensions)
    let weights = try files.weight.maps(type, files.weightDimensions)
    let bias = try files.bias?.vector(type)
    let gradient = try files.gradient?.maps(type, files.dimensions)
    do throws(LayerError) {
      let layer = try makeLayer(input.shape, weights.shape, files.dimensions.areSignals)
      let passes = makePasses(layer, method.method, outputs.common.threads)
      if let output = outputs.output {
        results.add(try passes.forward(input, weights, bias), output, files.dimensions)
      }
      guard let gradient else { return }
      if let inputGradient {
        results.add(
          try passes.inputGradient(gradient, weights, input.shape), inputGradient, files.dimensions)
      }
      if let weightGradient {
        results.add(
          try passes.weightGradient(input, gradient, weights.shape), weightGradient,
          files.weightDimensions)
      }
      if let biasGradient { results.add(try passes.biasGradient(gradient), biasGradient) }
    } catch {
      throw CommandFailure(error, files: files.input.path, files.weight.path)
    }
  }
}

/// What a layer with weights is computed from.
private struct WeightedLayerFiles {
  let input: FeatureMapFile
  let weight: FeatureMapFile
  let bias: FeatureMapFile?
  let gradient: FeatureMapFile?
  /// Those of the input, the output and its gradient.
  let dimensions: MapDimensions

  var weightDimensions: MapDimensions { MapDimensions(areSignals: dimensions.areSignals) }
  var all: [FeatureMapFile] { [input, weight] + [bias, gradient].compactMap { $0 } }

  init(
    input: FeatureMapFile, weight: FeatureMapFile, bias: FeatureMapFile?, gradient: FeatureMapFile?
  ) throws(CommandFailure) {
    (self.input, self.weight, self.bias, self.gradient) = (input, weight, bias, gradient)
    let (rank, weightRank) = (input.array.shape.count, weight.array.shape.count)
    guard 3...4 ~= weightRank, weightRank - 1...weightRank ~= rank else {
      throw CommandFailure(
        .invalidData,
        "\(weight.path): the array's rank is \(weightRank), and that of \(input.path) \(rank); "
          + "the weights need 4, or 3 for signals, and the input as many, or one less")
    }
    dimensions = MapDimensions(areSignals: weightRank == 3, isBatch: rank == weightRank)
    if let gradient, gradient.array.shape.count != rank {
      throw CommandFailure(
        .invalidData,
        "\(gradient.path): the array's rank is \(gradient.array.shape.count), and must be \(rank), "
          + "as that of \(input.path)")
    }
  }
}

/// What a layer's command writes and says, besides the files of its gradients.
struct LayerOutputs: ParsableArguments {
  @Option(
    name: [.short, .long], help: ArgumentHelp("The output's file.", valueName: "out.npy"),
    completion: .array)
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The type of what is written: float16, float32 or float64. By default integers for integers, "
        + "exactly (int64), else float32, or float64 where an input needs it.",
      valueName: "type"))
  var dtype: OutputType?

  @Option(
    help: ArgumentHelp(
      "The gradient with respect to the output: asks for those of the inputs.", valueName: "g.npy"),
    completion: .array)
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

  /// Refuses outputs that cannot be written, or that are inputs.
  func check(gradients: [String?], sparing inputs: [String?]) throws(CommandFailure) {
    for path in ([output] + gradients).compactMap(\.self) {
      try checkOutput(
        path, sparing: (inputs + [outputGradient]).compactMap(\.self), mayReplace: true)
    }
  }
}

/// `--dtype` of the layers.
enum OutputType: String, ExpressibleByArgument, CaseIterable {
  case float16, float32, float64

  /// The numbers of an array in this type.
  func converted(_ array: NumPyArray) -> NumPyArray {
    let result =
      switch self {
      case .float16: array.inHalfPrecision
      case .float32: [Float](array).map { NumPyArray(shape: array.shape, $0) }
      case .float64: [Double](array).map { NumPyArray(shape: array.shape, $0) }
      }
    guard let result else { preconditionFailure("layers have real numbers") }
    return result
  }
}

/// Files that are written when all of them have been computed.
struct OutputFiles {
  /// The type of their elements; nil for that of the computation.
  let type: OutputType?
  private var files: [(path: String, array: NumPyArray)] = []

  init(type: OutputType?) { self.type = type }

  /// Adds feature maps.
  mutating func add<Element: MapElement>(
    _ maps: FeatureMaps<Element>, _ path: String, _ dimensions: MapDimensions = MapDimensions()
  ) {
    add(NumPyArray(shape: dimensions.arraySizes(maps.shape), maps.elements), path)
  }

  mutating func add<Element: NumPyElement>(_ vector: [Element], _ path: String) {
    add(NumPyArray(shape: [vector.count], vector), path)
  }

  private mutating func add(_ array: NumPyArray, _ path: String) {
    files.append((path, type?.converted(array) ?? array))
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
