import ArgumentParser
import SignalFiles

/// `overlap correlate`.
struct CorrelateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "correlate",
    abstract: "Correlate two signals: slide one over the other.",
    discussion: """
      At lag k the result is the sum over t of A[t+k] times the conjugate of B[t], as in NumPy and \
      SciPy. Full has the lags from -(m-1) to n-1, for A of n and B of m samples; same has n of \
      them, from index (m-1)/2 of full on; valid has those at which the shorter lies wholly inside \
      the longer.

      A, B and the output are .npy files of one dimension. The result has the type that holds both: \
      float32, float64, complex64 or complex128.

      PNG images and .npy files of two dimensions are correlated in two dimensions, images colour \
      by colour; the result is a .npy or .png file. The samples of an image that is B count from 0 \
      to 1.
      """)

  @Argument(help: "The signal that stays.")
  var a: String

  @Argument(help: "The signal that slides.")
  var b: String

  @OptionGroup var options: ConvolutionOptions

  @OptionGroup var edges: BoundaryOptions

  @Option(help: ArgumentHelp("Write the lags of the results to this .npy file.", valueName: "file"))
  var lags: String?

  func run() throws {
    TuningCache.adopt(isQuiet: options.quiet)
    if lags != nil, try MatrixInput(path: a) != nil {
      throw CommandFailure(.usage, "--lags is for signals of one dimension; leave it out")
    }
    let isMatrix = try MatrixConvolution(
      operation: .correlate, options: options, boundary: edges.boundary
    ).run(a, b)
    if isMatrix { return }
    let range = try ArrayConvolution(operation: .correlate, options: options).run(a, b)
    if let lags { try NumPyArray(shape: [range.count], Array(range)).write(to: lags) }
  }
}
