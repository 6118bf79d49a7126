// SPDX-License-Identifier: MIT

import ArgumentParser
import BenchmarkSupport
import ComplexModule
import Convolution
import FourierTransform

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
  var dtype: Dtype?

  @Option(help: "Only this mode.")
  var mode: Mode?

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
    for kind in Dtype.allCases where dtype == nil || kind == dtype {
      for mode in Mode.allCases where self.mode == nil || mode == self.mode {
        for power in stride(from: from, through: to, by: step) {
          for kernelPower in stride(from: 1, through: power, by: step) {
            try printLine(measure(kind, mode, 1 << power, 1 << kernelPower))
          }
        }
      }
    }
  }

  private func measure(
    _ kind: Dtype, _ mode: Mode, _ signal: Int, _ kernel: Int
  ) throws -> Point {
    let job = BenchmarkCase.Job(
      operation: .convolve, signal: signal, kernel: kernel, dtype: kind, mode: mode)
    let choice = try choice(kind, mode.mode, signal, kernel)
    let predicted = choice.predictedSeconds.sorted { $0.value < $1.value }
    let work = BenchmarkCase("", job).prepare(threads: options.threads).count
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

  private func choice(
    _ kind: Dtype, _ mode: ConvolutionMode, _ signal: Int, _ kernel: Int
  ) throws -> MethodChoice {
    func choice<Element: SignalElement>(_ one: Element) throws -> MethodChoice {
      try ConvolutionPlan(
        kernel: [Element](repeating: one, count: kernel), mode: mode, threads: options.threads,
        expectedUses: 1
      ).choice(signalCount: signal)
    }
    return switch kind {
    case .float32: try choice(Float(1))
    case .float64: try choice(1.0)
    case .complex64: try choice(Complex<Float>.one)
    case .complex128: try choice(Complex<Double>.one)
    }
  }
}
