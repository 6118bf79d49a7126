import ArgumentParser
import Convolution

/// What `overlap convolve` and `overlap correlate` have in common.
struct ConvolutionOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The file to write.")
  var output: String

  @Option(help: "The part that is wanted: full, same or valid.")
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
}
