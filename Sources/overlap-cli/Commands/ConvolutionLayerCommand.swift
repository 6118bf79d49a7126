import ArgumentParser
import CorrelationLayers

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

  @OptionGroup var options: LayerOptions

  func run() throws {
    try options.run { input, weights, isSignal throws(LayerError) in
      let stride = options.stride.resolved(forSignals: isSignal, neutral: 1)
      let dilation = options.dilation.resolved(forSignals: isSignal, neutral: 1)
      let padding: ConvolutionLayer.Padding =
        switch options.padding {
        case .zeros(let zeros): zeros.resolved(forSignals: isSignal)
        case .same(let extraAtStart):
          try .same(
            inputSize: .init(rows: input.rows, columns: input.columns),
            kernelSize: .init(rows: weights.rows, columns: weights.columns), stride: stride,
            dilation: dilation, extraAtStart: extraAtStart)
        }
      return try ConvolutionLayer(
        stride: stride, padding: padding, dilation: dilation, groups: options.groups)
    }
  }
}
