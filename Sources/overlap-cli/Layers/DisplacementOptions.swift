import ArgumentParser
import CorrelationLayers

/// What a correlation layer compares.
struct DisplacementOptions: ParsableArguments {
  // Negative numbers are values, that they may be refused as such.
  @Option(parsing: .unconditional, help: "Rows and columns of a window: odd.")
  var kernelSize = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The largest displacement: one number, or H,W; 0,W for stereo.", valueName: "h,w"))
  var maxDisplacement = ExtentArgument(both: 1)

  @Option(parsing: .unconditional, help: "The distance between windows.")
  var stride1 = 1

  @Option(parsing: .unconditional, help: "The distance between displacements.")
  var stride2 = 1

  @Option(parsing: .unconditional, help: "Zeros around both inputs.")
  var padSize = 0

  @Flag(help: "Compare by the absolute difference instead of the product.")
  var subtract = false

  func layer() throws(LayerError) -> CorrelationLayer {
    try CorrelationLayer(
      kernelSize: kernelSize, maxDisplacement: maxDisplacement.extent, stride: stride1,
      displacementStride: stride2, padding: padSize,
      comparison: subtract ? .absoluteDifference : .product)
  }
}
