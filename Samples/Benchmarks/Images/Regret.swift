import ArgumentParser
import Convolution

/// What the planner's choices lose over a grid of sizes.
struct Regret: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time every method over a grid, and the planner's choice among them.")

  @Option(help: "Threads to use.")
  var threads = 1

  @Option(help: "The largest image.")
  var largest = 2048

  func run() throws {
    let images = [8, 16, 32, 64, 128, 256, 512, 1024, 2048].filter { $0 <= largest }
    var regrets: [Double] = []
    for size in images {
      let image = noise(size, size, seed: 1)
      for (rows, columns) in kernelShapes where rows <= 2 * size && columns <= 2 * size {
        let kernel = noise(rows, columns, seed: 2)
        let choice = Planner.shared.choose(
          .float32, rows: size, columns: size, kernelRows: rows, kernelColumns: columns,
          mode: .same, threads: threads)
        var seconds: [MatrixMethod: Double] = [:]
        for method in [MatrixMethod.direct, .fft, .overlapSave] {
          // Seconds of direct sums that nobody would choose.
          if method == .direct, rows * columns * size * size > 1 << 31, choice.method != .direct {
            continue
          }
          seconds[method] = best(image, kernel, method)
        }
        let fastest = seconds.values.min() ?? 0
        let regret = (seconds[choice.method] ?? fastest) / fastest
        regrets.append(regret)
        let times = seconds.map { "\"\($0.rawValue)\": \($1)" }.sorted().joined(separator: ", ")
        let predicted = choice.predictedSeconds.map { "\"\($0.rawValue)\": \($1)" }.sorted()
          .joined(separator: ", ")
        print(
          "{\"image\": \(size), \"kernel\": [\(rows), \(columns)], "
            + "\"chosen\": \"\(choice.method.rawValue)\", \"regret\": \(regret), "
            + "\"seconds\": {\(times)}, \"predicted\": {\(predicted)}}")
      }
    }
    let mean = regrets.reduce(0, +) / Double(regrets.count)
    print("{\"points\": \(regrets.count), \"mean\": \(mean), \"worst\": \(regrets.max() ?? 0)}")
  }

  private var kernelShapes: [(Int, Int)] {
    let square = [1, 3, 5, 9, 15, 21, 31, 63, 129].map { ($0, $0) }
    return square + [(1, 9), (9, 1), (1, 63), (63, 1), (3, 129), (129, 3)]
  }

  /// The fastest of some calls.
  private func best(
    _ image: Matrix<Float>, _ kernel: Matrix<Float>, _ method: MatrixMethod
  ) -> Double {
    var best = Double.infinity
    var spent = 0.0
    var rounds = 0
    while rounds < 4 || (spent < 4e-3 && rounds < 400) {
      let time = ContinuousClock().measure {
        _ = convolve(image, kernel, mode: .same, method: method, threads: threads)
      }
      best = min(best, time / .seconds(1))
      spent += time / .seconds(1)
      rounds += 1
    }
    return best
  }
}
