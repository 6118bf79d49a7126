import ArgumentParser
import Convolution

/// What `overlap convolve` and `overlap correlate` have in common.
struct ConvolutionOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The file to write.")
  var output: String

  @Option(
    help: """
      The part that is wanted: full (everything), same (as long as the first) or valid (where the \
      shorter lies inside the longer).
      """)
  var mode: ConvolutionMode = .full

  @Option(help: "How to do it: auto, direct, fft or overlap-save.")
  var method: ConvolutionMethod = .automatic

  @Option(help: "Threads to use; the result is the same. Default: one for each core.")
  var threads = defaultThreadCount

  @Flag(help: "Print no notes and show no progress.")
  var quiet = false

  @Flag(help: "Print one JSON object about the result.")
  var json = false

  func validate() throws {
    guard threads > 0 else { throw ValidationError("--threads needs a number of at least 1.") }
  }

  /// The lags from -`limit` to `limit` at which signals of `n` and `m` samples overlap.
  func lags(upTo limit: Int, _ n: Int, _ m: Int) -> ClosedRange<Int> {
    -min(limit, m - 1)...min(limit, n - 1)
  }
}
