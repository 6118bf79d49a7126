import ArgumentParser
import CorrelationLayers
import SignalFiles

/// `overlap conv2d`.
struct ConvolutionLayerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conv2d",
    abstract: "Apply a convolution layer of neural networks.",
    discussion: """
      The input is an array of images x channels x rows x columns, the weights one of kernels x \
      channels / groups x rows x columns; or both are signals, with one dimension less. Kernels \
      slide as they are. With --output-gradient, gradients are computed as well.
      """)

  @Argument(help: ArgumentHelp("The images.", valueName: "input.npy"))
  var input: String

  @Argument(help: ArgumentHelp("The kernels.", valueName: "weight.npy"))
  var weight: String

  @OptionGroup var options: LayerOptions

  @Option(help: "auto, direct, im2col or fft (stride 1 alone).")
  var method = ConvolutionMethodArgument.auto

  func run() throws {
    let files = try LayerFiles(input, weight, options)
    if files.needsDouble { try run(Double.self, files) } else { try run(Float.self, files) }
  }

  private func run<Element: LayerElement>(
    _ type: Element.Type, _ files: LayerFiles
  ) throws(CommandFailure) {
    let (isSignal, input) = (files.areSignals, try files.input.maps(type, mayBeSignals: true))
    let weights = try files.weight.maps(type, mayBeSignals: true)
    let bias = try files.bias?.vector(type)
    let gradient = try files.outputGradient?.maps(type, mayBeSignals: true)
    var outputs = OutputFiles()
    do throws(LayerError) {
      let stride = options.stride.resolved(forSignals: isSignal, neutral: 1)
      let dilation = options.dilation.resolved(forSignals: isSignal, neutral: 1)
      let layer = try ConvolutionLayer(
        stride: stride,
        padding: options.padding.resolved(forSignals: isSignal) { bias throws(LayerError) in
          try .same(
            rows: input.shape.rows, columns: input.shape.columns,
            kernelRows: weights.shape.rows, kernelColumns: weights.shape.columns, stride: stride,
            dilation: dilation, bias: bias)
        },
        dilation: dilation, groups: options.groups)
      if let output = options.output {
        outputs.add(
          try layer.forward(
            input, weights: weights, bias: bias, method: method.method, threads: options.threads),
          output, asSignals: isSignal)
      }
      if let gradient {
        if let path = options.inputGradient {
          outputs.add(
            try layer.inputGradient(
              gradient, weights: weights, inputShape: input.shape, threads: options.threads),
            path, asSignals: isSignal)
        }
        if let path = options.weightGradient {
          outputs.add(
            try layer.weightGradient(
              input, outputGradient: gradient, weightShape: weights.shape,
              threads: options.threads),
            path, asSignals: isSignal)
        }
        if let path = options.biasGradient {
          outputs.add(ConvolutionLayer.biasGradient(gradient), path)
        }
      }
    } catch {
      throw CommandFailure(error, files: files.input.path, files.weight.path)
    }
    try outputs.write()
  }
}

/// `--method` of the convolution layer.
enum ConvolutionMethodArgument: String, ExpressibleByArgument, CaseIterable {
  case auto, direct, im2col, fft

  var method: ConvolutionLayer.Method? { ConvolutionLayer.Method(rawValue: rawValue) }
}

/// The files that a convolution layer reads.
struct LayerFiles {
  let input: FeatureMapFile
  let weight: FeatureMapFile
  let bias: FeatureMapFile?
  let outputGradient: FeatureMapFile?

  init(_ input: String, _ weight: String, _ options: LayerOptions) throws(CommandFailure) {
    self.input = try FeatureMapFile(path: input)
    self.weight = try FeatureMapFile(path: weight)
    bias = try options.bias.map { path throws(CommandFailure) in try FeatureMapFile(path: path) }
    outputGradient = try options.outputGradient.map { path throws(CommandFailure) in
      try FeatureMapFile(path: path)
    }
    let rank = self.input.array.shape.count
    for file in [self.weight, outputGradient].compactMap({ $0 })
    where file.array.shape.count != rank {
      throw CommandFailure(
        .invalidData,
        "\(file.path): has \(file.array.shape.count) dimensions, and \(input) has \(rank); both "
          + "need 4, or 3 for signals")
    }
  }

  /// Whether the arrays have no rows.
  var areSignals: Bool { input.array.shape.count == 3 }

  /// Whether single precision would lose some digits.
  var needsDouble: Bool {
    [input, weight, bias, outputGradient].contains { $0?.needsDouble == true }
  }
}

extension PaddingArgument {
  /// The zeros, for `same` as many as `same` says; signals are not padded with rows.
  func resolved(
    forSignals: Bool, same: (Padding.Bias) throws(LayerError) -> Padding
  ) throws(LayerError) -> Padding {
    switch self {
    case .same(let bias): try same(bias)
    case .zeros(let padding, let isSingle):
      forSignals && isSingle ? Padding(rows: 0, columns: padding.left) : padding
    }
  }
}
