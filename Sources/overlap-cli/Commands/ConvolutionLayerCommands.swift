// SPDX-License-Identifier: MIT

import ArgumentParser
import CorrelationLayers

struct ConvolutionLayerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conv2d",
    abstract: "Apply a convolution layer of neural networks.",
    discussion: """
      Example: overlap conv2d input.npy weight.npy -o out.npy --stride 2,2 --padding 1,1,1,1

      The input is an array of images x channels x rows x columns, the weights one of kernels x \
      channels / groups x rows x columns; or both are signals, with one dimension less. An input \
      with one dimension less than the weights is one image, and so is its output. Kernels slide \
      as they are. Arrays of integers give exact integers (int64), or an error where one does not \
      fit. With --output-gradient, gradients are computed as well.
      """)

  @OptionGroup var options: LayerOptions

  func run() throws {
    try options.run { input, weights, isSignal throws(LayerError) in
      try options.windows.layer(input, weights, isSignal: isSignal)
    }
  }
}

struct TransposedConvolutionLayerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conv-transpose2d",
    abstract: "Apply a transposed (fractionally strided) convolution layer.",
    discussion: """
      Example: overlap conv-transpose2d input.npy weight.npy -o out.npy --stride 2,2

      The input is an array of images x channels x rows x columns, the weights one of channels x \
      output channels / groups x rows x columns; or both are signals, with one dimension less. An \
      input with one dimension less than the weights is one image, and so is its output. \
      --padding is cut off the output. Arrays of integers give exact integers (int64), or an error \
      where one does not fit. With --output-gradient, gradients are computed as well.
      """)

  @OptionGroup var options: LayerOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Rows and columns added at the end of the output: one number, or H,W, such as 1,0.",
      valueName: "h,w"))
  var outputPadding = ExtentArgument(both: 0)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Rows and columns of the output, such as 56,56: with --padding, which of the sizes that a stride allows, as "
        + "in PyTorch; without, what is too much is cut off on both sides, as in ONNX.",
      valueName: "h,w"))
  var outputSize: ExtentArgument?

  func run() throws {
    try options.run { input, weights, isSignal throws(LayerError) in
      try layer(input, weights, isSignal: isSignal)
    }
  }

  private func layer(
    _ input: FeatureMapShape, _ weights: FeatureMapShape, isSignal: Bool
  ) throws(LayerError) -> TransposedConvolutionLayer {
    let stride = options.windows.stride.resolved(forSignals: isSignal, neutral: 1)
    let dilation = options.windows.dilation.resolved(forSignals: isSignal, neutral: 1)
    let extra = outputPadding.resolved(forSignals: isSignal, neutral: 0)
    var size = outputSize?.resolved(forSignals: isSignal, neutral: 1)
    var extraAtStart = true
    var padding: ConvolutionLayer.Padding = 0
    switch options.windows.padding {
    case .same(let isAtStart):
      // As many outputs as the transpose, with the same padding, maps to the input's size.
      extraAtStart = isAtStart
      if size == nil {
        let (rows, overflows) = input.rows.multipliedReportingOverflow(by: stride.rows)
        let (columns, alsoOverflows) = input.columns.multipliedReportingOverflow(
          by: stride.columns)
        size = overflows || alsoOverflows ? .init(-1) : .init(rows: rows, columns: columns)
      }
    case .zeros(let maps, let signals):
      padding = isSignal ? signals : maps
    }
    if let size, padding != 0 {
      return try TransposedConvolutionLayer(
        inputSize: .init(rows: input.rows, columns: input.columns),
        kernelSize: .init(rows: weights.rows, columns: weights.columns), outputSize: size,
        stride: stride, padding: padding, dilation: dilation, groups: options.windows.groups)
    }
    if let size {
      return try TransposedConvolutionLayer(
        inputSize: .init(rows: input.rows, columns: input.columns),
        kernelSize: .init(rows: weights.rows, columns: weights.columns), outputSize: size,
        stride: stride, dilation: dilation, groups: options.windows.groups, outputPadding: extra,
        extraAtStart: extraAtStart)
    }
    return try TransposedConvolutionLayer(
      stride: stride, padding: padding, dilation: dilation, groups: options.windows.groups,
      outputPadding: extra)
  }
}
