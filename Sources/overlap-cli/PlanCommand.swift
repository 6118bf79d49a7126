public import ArgumentParser
public import Convolution

/// `overlap plan`.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say how a convolution would be done, and why.",
    discussion: """
      Prints the method that is predicted to be the fastest for a signal of N and a kernel of M \
      samples on this machine, with what each method would take. `overlap tune` makes the \
      predictions those of this machine.
      """)

  @Argument(help: ArgumentHelp("Samples of the signal.", valueName: "n"))
  var signalCount: Int

  @Argument(help: ArgumentHelp("Samples of the kernel.", valueName: "m"))
  var kernelCount: Int

  @Option(help: "The type of the samples: float32, float64, complex64 or complex128.")
  var dtype: ElementKind = .float32

  @Option(help: "The part that is wanted: full, same or valid.")
  var mode: ConvolutionMode = .full

  @Option(help: "Threads to use. Default: one for each core.")
  var threads = defaultThreadCount

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Print no notes.")
  var quiet = false

  func validate() throws {
    guard signalCount > 0, kernelCount > 0, max(signalCount, kernelCount) <= 1 << 48 else {
      throw ValidationError("N and M need to be numbers of samples, from 1 to 2^48.")
    }
    guard threads > 0 else { throw ValidationError("--threads needs a number of at least 1.") }
  }

  func run() throws {
    TuningCache.adopt(isQuiet: quiet)
    let choice = Planner.shared.choose(
      dtype, signalCount: max(signalCount, kernelCount),
      kernelCount: min(signalCount, kernelCount), mode: mode, threads: threads)
    let predictions = choice.predictedSeconds.sorted { $0.value < $1.value }
    if json {
      var seconds = JSONObject()
      for (method, value) in predictions { seconds.add(method.rawValue, value) }
      var object = JSONObject()
      object.add("method", choice.method.rawValue)
      object.add("block_length", choice.blockLength)
      object.add("transform_length", choice.transformLength)
      object.add("threads", choice.threads)
      object.add("predicted_seconds", seconds)
      printResult(object.line)
    } else {
      printResult(sentence(choice))
      for (method, seconds) in predictions {
        printResult("  \(method.rawValue) would take \(duration(seconds))")
      }
    }
  }

  private func sentence(_ choice: MethodChoice) -> String {
    let threads = choice.threads == 1 ? "one thread" : "\(choice.threads) threads"
    return switch choice.method {
    case .direct:
      "direct: the sums themselves, on \(threads)"
    case .fft:
      "fft: one product of spectra, by transforms of \(choice.transformLength) samples, "
        + "on \(threads)"
    case .overlapSave, .automatic:
      "overlap-save: blocks of \(choice.blockLength) results, by transforms of "
        + "\(choice.transformLength) samples, on \(threads)"
    }
  }
}

/// A time for people, in the unit in which it has up to three digits before the point.
func duration(_ seconds: Double) -> String {
  switch seconds {
  case ..<1e-3: "\((seconds * 1e7).rounded() / 10) µs"
  case ..<1: "\((seconds * 1e4).rounded() / 10) ms"
  case ..<7200: "\((seconds * 10).rounded() / 10) s"
  default: "\((seconds / 360).rounded() / 10) h"
  }
}

extension ElementKind: ExpressibleByArgument {}
extension ConvolutionMode: ExpressibleByArgument {}
extension ConvolutionMethod: ExpressibleByArgument {}
