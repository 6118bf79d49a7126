import ArgumentParser
import CorrelationLayers

/// `overlap conv-transpose2d`.
struct TransposedConvolutionLayerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conv-transpose2d",
    abstract: "Apply a transposed (fractionally strided) convolution layer.",
    discussion: """
      The input is an array of images x channels x rows x columns, the weights one of channels x \
      output channels / groups x rows x columns; or both are signals, with one dimension less. \
      --padding is cut off the output. With --output-gradient, gradients are computed as well.
      """)

  @Argument(help: ArgumentHelp("The images.", valueName: "input.npy"))
  var input: String

  @Argument(help: ArgumentHelp("The kernels.", valueName: "weight.npy"))
  var weight: String

  @OptionGroup var options: LayerOptions

  @Option(
    help: ArgumentHelp(
      "Rows and columns added at the end of the output: one number, or H,W.", valueName: "h,w"))
  var outputPadding = ExtentArgument(both: 0)

  @Option(
    help: ArgumentHelp(
      "Rows and columns of the output, instead of --padding's zeros.", valueName: "h,w"))
  var outputSize: ExtentArgument?

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
      let layer = try self.layer(input.shape, weights.shape, isSignal: isSignal)
      if let output = options.output {
        outputs.add(
          try layer.forward(input, weights: weights, bias: bias, threads: options.threads),
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

  private func layer(
    _ input: FeatureMapShape, _ weights: FeatureMapShape, isSignal: Bool
  ) throws(LayerError) -> TransposedConvolutionLayer {
    let stride = options.stride.resolved(forSignals: isSignal, neutral: 1)
    let dilation = options.dilation.resolved(forSignals: isSignal, neutral: 1)
    let extra = outputPadding.resolved(forSignals: isSignal, neutral: 0)
    var size = outputSize?.resolved(forSignals: isSignal, neutral: 1)
    var bias = Padding.Bias.beginning
    var padding = Padding(0)
    switch options.padding {
    case .same(let side):
      // As many outputs as the transpose, with the same padding, maps to the input's size.
      bias = side
      if size == nil {
        let (rows, overflows) = input.rows.multipliedReportingOverflow(by: stride.rows)
        let (columns, alsoOverflows) = input.columns.multipliedReportingOverflow(
          by: stride.columns)
        size = overflows || alsoOverflows ? Extent(-1) : Extent(rows: rows, columns: columns)
      }
    case .zeros(let zeros, let isSingle):
      padding = isSignal && isSingle ? Padding(rows: 0, columns: zeros.left) : zeros
    }
    if let size {
      return try TransposedConvolutionLayer(
        inputSize: Extent(rows: input.rows, columns: input.columns),
        kernelSize: Extent(rows: weights.rows, columns: weights.columns), outputSize: size,
        stride: stride, dilation: dilation, groups: options.groups, outputPadding: extra,
        bias: bias)
    }
    return try TransposedConvolutionLayer(
      stride: stride, padding: padding, dilation: dilation, groups: options.groups,
      outputPadding: extra)
  }
}
