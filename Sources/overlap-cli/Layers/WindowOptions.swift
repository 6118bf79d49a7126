import ArgumentParser
import CorrelationLayers

/// Where the windows of a convolution layer lie.
struct WindowOptions: ParsableArguments {
  // Negative numbers are values, that they may be refused as such.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The distance between windows: one number, or H,W.", valueName: "h,w"))
  var stride = ExtentArgument(both: 1)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Zeros around the input (for conv-transpose2d: cut off the output): one number, H,W, "
        + "T,L,B,R, same-upper or same-lower.",
      valueName: "t,l,b,r"))
  var padding = PaddingArgument.zeros(.init(0, isSingle: true))

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The distance between the elements under neighbouring weights: one number, or H,W.",
      valueName: "h,w"))
  var dilation = ExtentArgument(both: 1)

  @Option(parsing: .unconditional, help: "Groups of channels that do not meet.")
  var groups = 1

  /// The layer, for shapes of images or of signals.
  func layer(
    _ input: FeatureMapShape, _ weights: FeatureMapShape, isSignal: Bool
  ) throws(LayerError) -> ConvolutionLayer {
    let stride = stride.resolved(forSignals: isSignal, neutral: 1)
    let dilation = dilation.resolved(forSignals: isSignal, neutral: 1)
    let padding: ConvolutionLayer.Padding =
      switch padding {
      case .zeros(let zeros): zeros.resolved(forSignals: isSignal)
      case .same(let extraAtStart):
        try .same(
          inputSize: .init(rows: input.rows, columns: input.columns),
          kernelSize: .init(rows: weights.rows, columns: weights.columns), stride: stride,
          dilation: dilation, extraAtStart: extraAtStart)
      }
    return try ConvolutionLayer(
      stride: stride, padding: padding, dilation: dilation, groups: groups)
  }
}
