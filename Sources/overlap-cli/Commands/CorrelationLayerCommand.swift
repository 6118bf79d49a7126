// SPDX-License-Identifier: MIT

import ArgumentParser
import CorrelationLayers
import SignalFiles

struct CorrelationLayerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "correlation-layer",
    abstract: "Compare windows of one feature map with displaced windows of another.",
    discussion: """
      Example: overlap correlation-layer a.npy b.npy -o out.npy --max-displacement 4 --pad-size 4

      The displacement-limited correlation layer of optical-flow and stereo networks, with the \
      numbers of MXNet's Correlation operator. The inputs are arrays of images x channels x rows \
      x columns, or of one image without the first dimension; the output has a channel for each \
      displacement. Outputs are means, so that those of integers are floating-point numbers, too. \
      With --output-gradient, the gradients with respect to the inputs are computed as well.
      """)

  @Argument(
    help: ArgumentHelp("The first feature maps.", valueName: "data1.npy"), completion: .array)
  var first: String

  @Argument(
    help: ArgumentHelp("The second feature maps, of the same shape.", valueName: "data2.npy"),
    completion: .array)
  var second: String

  @OptionGroup var displacements: DisplacementOptions

  @Option(
    help: "How to compute the layer and its gradients: auto, direct, box or fft (products alone).")
  var method = CorrelationMethodArgument.auto

  @Option(
    help: ArgumentHelp(
      "Where the gradient with respect to the first input goes.", valueName: "d1.npy"),
    completion: .array)
  var gradient1: String?

  @Option(
    help: ArgumentHelp(
      "Where the gradient with respect to the second input goes.", valueName: "d2.npy"),
    completion: .array)
  var gradient2: String?

  @OptionGroup var outputs: LayerOutputs

  func validate() throws {
    try outputs.validate(
      gradients: [gradient1, gradient2], options: "--gradient1, --gradient2")
  }

  func run() throws {
    TuningCache.adopt(isQuiet: outputs.common.quiet)
    try outputs.check(gradients: [gradient1, gradient2], sparing: [first, second])
    let files = try (
      FeatureMapFile(path: first, mayBeEmpty: true), FeatureMapFile(path: second, mayBeEmpty: true)
    )
    let gradient = try outputs.outputGradient.map {
      try FeatureMapFile(path: $0, mayBeEmpty: true)
    }
    if outputs.dtype == .float64 || files.0.needsDouble || files.1.needsDouble
      || gradient?.needsDouble == true
    {
      try run(Double.self, files.0, files.1, gradient)
    } else {
      try run(Float.self, files.0, files.1, gradient)
    }
  }

  private func run<Element: LayerElement>(
    _ type: Element.Type, _ first: FeatureMapFile, _ second: FeatureMapFile,
    _ gradient: FeatureMapFile?
  ) throws {
    let dimensions = MapDimensions(isBatch: first.array.shape.count != 3)
    let (a, b) = try (first.maps(type, dimensions), second.maps(type, dimensions))
    let outputGradient = try gradient?.maps(type, dimensions)
    var files = OutputFiles(type: outputs.dtype)
    do throws(LayerError) {
      let layer = try displacements.layer()
      if let output = outputs.output {
        files.add(
          try layer.forward(a, b, method: method.method, threads: outputs.common.threads), output,
          dimensions)
      }
      if let outputGradient {
        let gradients = try layer.inputGradients(
          a: a, b: b, outputGradient: outputGradient, method: method.method,
          threads: outputs.common.threads)
        if let gradient1 { files.add(gradients.a, gradient1, dimensions) }
        if let gradient2 { files.add(gradients.b, gradient2, dimensions) }
      }
    } catch {
      throw CommandFailure(error, files: first.path, second.path)
    }
    try files.write(outputs)
  }
}

/// `--method` of the correlation layer.
enum CorrelationMethodArgument: String, ExpressibleByArgument, CaseIterable {
  case auto, direct, box, fft

  var method: CorrelationLayer.Method? { CorrelationLayer.Method(rawValue: rawValue) }
}

/// What a correlation layer compares.
struct DisplacementOptions: ParsableArguments {
  // Negative numbers are values, that they may be refused as such.
  @Option(parsing: .unconditional, help: "Rows and columns of a window: an odd number, such as 3.")
  var kernelSize = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The largest displacement: one number, or H,W, such as 4,4; 0,W for stereo.", valueName: "h,w"
    ))
  var maxDisplacement = ExtentArgument(both: 1)

  @Option(parsing: .unconditional, help: "The distance between windows: at least 1.")
  var stride1 = 1

  @Option(parsing: .unconditional, help: "The distance between displacements: at least 1.")
  var stride2 = 1

  @Option(parsing: .unconditional, help: "Zeros around both inputs: a number that is not negative.")
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
