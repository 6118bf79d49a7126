import ArgumentParser
import CorrelationLayers

/// `overlap correlation-layer`.
struct CorrelationLayerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "correlation-layer",
    abstract: "Compare windows of one feature map with displaced windows of another.",
    discussion: """
      The displacement-limited correlation layer of optical-flow and stereo networks, with the \
      numbers of MXNet's Correlation operator. The inputs are arrays of images x channels x rows \
      x columns; the output has a channel for each displacement. With --output-gradient, the \
      gradients with respect to the inputs are computed as well.
      """)

  @Argument(help: ArgumentHelp("The first feature maps.", valueName: "data1.npy"))
  var first: String

  @Argument(
    help: ArgumentHelp("The second feature maps, of the same shape.", valueName: "data2.npy"))
  var second: String

  @Option(name: [.short, .long], help: ArgumentHelp("The output's file.", valueName: "out.npy"))
  var output: String?

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

  @Option(
    help: "How to compute the layer and its gradients: auto, direct, box or fft (products alone).")
  var method = CorrelationMethodArgument.auto

  @Option(help: ArgumentHelp("The gradient with respect to the output.", valueName: "g.npy"))
  var outputGradient: String?

  @Option(
    help: ArgumentHelp(
      "Where the gradient with respect to the first input goes.", valueName: "d1.npy"))
  var gradient1: String?

  @Option(
    help: ArgumentHelp(
      "Where the gradient with respect to the second input goes.", valueName: "d2.npy"))
  var gradient2: String?

  @Option(
    parsing: .unconditional,
    help: "Threads to use. Default: one for each core. The result is the same.")
  var threads: Int?

  @OptionGroup var report: LayerReport

  func validate() throws {
    try requireDistinct([output, gradient1, gradient2].compactMap { $0 })
    guard output != nil || gradient1 != nil || gradient2 != nil else {
      throw ValidationError("Name an output with -o, or a gradient's file.")
    }
    guard (outputGradient == nil) == (gradient1 == nil && gradient2 == nil) else {
      throw ValidationError(
        "--output-gradient and the gradients' files (--gradient1, --gradient2) need each other.")
    }
  }

  func run() throws {
    let files = try (FeatureMapFile(path: first), FeatureMapFile(path: second))
    let gradient = try outputGradient.map { path throws(CommandFailure) in
      try FeatureMapFile(path: path)
    }
    if files.0.needsDouble || files.1.needsDouble || gradient?.needsDouble == true {
      try run(Double.self, files.0, files.1, gradient)
    } else {
      try run(Float.self, files.0, files.1, gradient)
    }
  }

  private func run<Element: LayerElement>(
    _ type: Element.Type, _ first: FeatureMapFile, _ second: FeatureMapFile,
    _ gradient: FeatureMapFile?
  ) throws(CommandFailure) {
    let (a, b) = try (first.maps(type), second.maps(type))
    let outputGradient = try gradient?.maps(type)
    var outputs = OutputFiles()
    do throws(LayerError) {
      let layer = try CorrelationLayer(
        kernelSize: kernelSize, maxDisplacement: maxDisplacement.extent, stride: stride1,
        displacementStride: stride2, padding: padSize,
        comparison: subtract ? .absoluteDifference : .product)
      if let output {
        outputs.add(
          try layer.forward(a, b, method: method.method, threads: threads), output)
      }
      if let outputGradient {
        let gradients = try layer.backward(
          a, b, outputGradient: outputGradient, method: method.method, threads: threads)
        if let gradient1 { outputs.add(gradients.a, gradient1) }
        if let gradient2 { outputs.add(gradients.b, gradient2) }
      }
    } catch {
      throw CommandFailure(error, files: first.path, second.path)
    }
    try outputs.write(report)
  }
}

/// `--method` of the correlation layer.
enum CorrelationMethodArgument: String, ExpressibleByArgument, CaseIterable {
  case auto, direct, box, fft

  var method: CorrelationLayer.Method? { CorrelationLayer.Method(rawValue: rawValue) }
}
