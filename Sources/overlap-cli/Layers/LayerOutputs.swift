import ArgumentParser
import CorrelationLayers
import SignalFiles

/// What a layer's command writes and says, besides the files of its gradients.
struct LayerOutputs: ParsableArguments {
  @Option(name: [.short, .long], help: ArgumentHelp("The output's file.", valueName: "out.npy"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The gradient with respect to the output: asks for those of the inputs.", valueName: "g.npy"))
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
}

/// Files that are written when all of them have been computed.
struct OutputFiles {
  private var files: [(path: String, array: NumPyArray)] = []

  /// Adds feature maps, as signals if they were made of signals.
  mutating func add<Element: LayerElement>(
    _ maps: FeatureMaps<Element>, _ path: String, asSignals: Bool = false
  ) {
    let shape = maps.shape
    let sizes = [shape.images, shape.channels] + (asSignals ? [] : [shape.rows]) + [shape.columns]
    files.append((path, NumPyArray(shape: sizes, maps.elements)))
  }

  mutating func add<Element: LayerElement>(_ vector: [Element], _ path: String) {
    files.append((path, NumPyArray(shape: [vector.count], vector)))
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
