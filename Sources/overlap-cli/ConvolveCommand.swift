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

      PNG images and .npy files of two dimensions are convolved in two dimensions, images colour \
      by colour; the result is a .npy or .png file, the latter rounded and limited to the image's \
      range, with its alpha. The samples of an image that is the KERNEL count from 0 to 1.
      """)

  @Argument(help: "The signal.")
  var input: String

  @Argument(help: "What it is convolved with.")
  var kernel: String

  @OptionGroup var options: ConvolutionOptions

  @OptionGroup var edges: BoundaryOptions

  func run() throws {
    TuningCache.adopt(isQuiet: options.quiet)
    let isMatrix = try MatrixConvolution(
      operation: .convolve, options: options, boundary: edges.boundary
    ).run(input, kernel)
    if isMatrix { return }
    _ = try ArrayConvolution(operation: .convolve, options: options).run(input, kernel)
  }
}
