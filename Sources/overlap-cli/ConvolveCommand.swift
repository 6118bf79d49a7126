import ArgumentParser
import SignalFiles

/// `overlap convolve`.
struct ConvolveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convolve",
    abstract: "Convolve two signals: filter one with the other.",
    discussion: """
      INPUT, KERNEL and the output are .npy files of one dimension. The result has the type that \
      holds both: float32, float64, complex64 or complex128.
      """)

  @Argument(help: "The signal.")
  var input: String

  @Argument(help: "What it is convolved with.")
  var kernel: String

  @OptionGroup var options: ConvolutionOptions

  func run() throws {
    TuningCache.adopt(isQuiet: options.quiet)
    _ = try ArrayConvolution(operation: .convolve, options: options).run(input, kernel)
  }
}
