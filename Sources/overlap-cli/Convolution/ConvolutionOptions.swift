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
  var mode = ModeArgument.full

  @Option(name: .customLong("method"), help: "How to do it: auto, direct, fft or overlap-save.")
  var methodArgument = MethodArgument.auto

  @OptionGroup var common: CommonOptions

  var method: ConvolutionMethod? { methodArgument.method }
  var threads: Int { common.threads }
  var json: Bool { common.json }
  var quiet: Bool { common.quiet }
}
