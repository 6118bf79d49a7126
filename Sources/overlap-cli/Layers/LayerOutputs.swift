import ArgumentParser
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

  /// Refuses what is not enough, or too much, with the files that are named for gradients.
  ///
  /// - Parameter options: what those are called.
  func validate(gradients: [String?], options: String) throws {
    let gradients = gradients.compactMap { $0 }
    try requireDistinct([output].compactMap { $0 } + gradients)
    guard output != nil || !gradients.isEmpty else {
      throw ValidationError("Name an output with -o, or a gradient's file.")
    }
    guard (outputGradient == nil) == gradients.isEmpty else {
      throw ValidationError(
        "--output-gradient and the gradients' files (\(options)) need each other.")
    }
  }

  /// Tells that a file was written, if that was asked for.
  func print(_ path: String, _ array: NumPyArray) {
    guard common.json else { return }
    printResult(["output": path, "shape": array.shape, "dtype": array.elementType.rawValue])
  }
}

/// Refuses output files of which one would replace another.
private func requireDistinct(_ outputs: [String]) throws {
  for (index, output) in outputs.enumerated() {
    guard !outputs[..<index].contains(where: { isSamePlace($0, output) }) else {
      throw ValidationError("Two outputs have the same file name.")
    }
  }
}
