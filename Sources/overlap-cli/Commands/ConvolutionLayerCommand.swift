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
      try options.windows.layer(input, weights, isSignal: isSignal)
    }
  }
}
