import ArgumentParser
import BenchmarkSupport
import ComplexModule
import Convolution

extension ElementKind {
  /// The bytes of an element.
  var byteCount: Int {
    switch self {
    case .float32: 4
    case .float64, .complex64: 8
    case .complex128: 16
    }
  }
}

/// Measures what the planner's choice costs over the best choice.
///
/// Every method is timed at every point of a grid, unless the model predicts it to take more than
/// ten times the best one's measured time: nothing so slow is ever close to the best, and the
/// largest direct sums would take hours.
struct Regret: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time every method over a grid of lengths, and print what the choice lost.")

  @Option(help: "The signal's lengths are the powers of two from this exponent …")
  var from = 4

  @Option(help: "… to this one.")
  var to = 22

  @Option(help: "Step of the exponents of the signal's and the kernel's lengths.")
  var step = 1

  @Option(help: "Only this element type.")
  var dtype: ElementKind?

  @Option(help: "Only this mode.")
  var mode: ConvolutionMode?

  @OptionGroup var options: ThreadOption

  /// A point of the grid.
  struct Point: Encodable {
    var signal: Int
    var kernel: Int
    var dtype: String
    var mode: String
    var chosen: String
    var best: String
    var regret: Double
    /// By method.
    var seconds: [String: Double]
    var predicted: [String: Double]
  }

  func run() throws {
    for kind in ElementKind.allCases where dtype == nil || kind == dtype {
      for mode in [ConvolutionMode.full, .same, .valid] where self.mode == nil || mode == self.mode {
        for power in stride(from: from, through: to, by: step) {
          for kernelPower in stride(from: 1, through: power, by: step) {
            try printLine(measure(kind, mode, 1 << power, 1 << kernelPower))
          }
        }
      }
    }
  }

  private func measure(
    _ kind: ElementKind, _ mode: ConvolutionMode, _ signal: Int, _ kernel: Int
  ) -> Point {
    let job = BenchmarkCase.Job(
      operation: .convolve, signal: signal, kernel: kernel, dtype: kind, mode: mode)
    let choice = Planner.shared.choose(
      kind, signalCount: signal, kernelCount: kernel, mode: mode, threads: options.threads)
    let predicted = choice.predictedSeconds.sorted { $0.value < $1.value }
    let work = BenchmarkCase("", job).prepare(threads: options.threads)
    var contestants: [Contestant<ConvolutionMethod>] = []
    for (method, expected) in predicted {
      let fastest = contestants.map(\.best).min() ?? .infinity
      if method != choice.method && expected > 10 * fastest { continue }
      var contestant = Contestant(method) { work(method) }
      contestant.warmUp(against: fastest, hopeless: 10)
      contestants.append(contestant)
    }
    measureInTurns(&contestants)
    let best = contestants.min { $0.best < $1.best }
    let chosen = contestants.first { $0.method == choice.method }
    return Point(
      signal: signal, kernel: kernel, dtype: kind.rawValue, mode: mode.rawValue,
      chosen: choice.method.argument, best: best?.method.argument ?? "",
      regret: (chosen?.best ?? 0) / (best?.best ?? 0),
      seconds: Dictionary(uniqueKeysWithValues: contestants.map { ($0.method.argument, $0.best) }),
      predicted: Dictionary(
        uniqueKeysWithValues: choice.predictedSeconds.map { ($0.key.argument, $0.value) }))
  }
}
