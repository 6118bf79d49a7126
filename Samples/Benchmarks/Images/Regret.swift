import ArgumentParser
import ComplexModule
import Convolution

/// What the planner's choices lose over a grid of sizes.
///
/// Every method is timed at every point, unless it takes more than three times as long as another
/// did at once: nothing so slow is the best, and the largest direct sums would take hours.
struct Regret: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time every method over a grid, and print what the planner's choice among them lost.")

  @Option(help: "Threads to use.")
  var threads = 1

  @Option(help: "The images' sizes are the powers of two from this one …")
  var smallest = 8

  @Option(help: "… to this one.")
  var largest = 2048

  @Option(help: "The type of the samples.")
  var dtype: ElementKind = .float32

  @Option(help: "The part that is wanted: full, same or valid.")
  var mode: ConvolutionMode = .same

  func run() {
    var regrets: [Double] = []
    var size = smallest
    while size <= largest {
      for (rows, columns) in Self.kernels where rows <= 2 * size && columns <= 2 * size {
        let point =
          switch dtype {
          case .float32: measure(Float.self, size, rows, columns)
          case .float64: measure(Double.self, size, rows, columns)
          case .complex64: measure(Complex<Float>.self, size, rows, columns)
          case .complex128: measure(Complex<Double>.self, size, rows, columns)
          }
        print(point.line)
        regrets.append(point.regret)
      }
      size *= 2
    }
    let mean = regrets.reduce(0, +) / Double(regrets.count)
    print("{\"points\": \(regrets.count), \"mean\": \(mean), \"worst\": \(regrets.max() ?? 0)}")
  }

  /// Square ones, and thin ones both ways.
  private static let kernels =
    [1, 3, 5, 7, 9, 11, 15, 21, 31, 45, 63, 91, 129].map { ($0, $0) } + [
      (1, 9), (9, 1), (1, 31), (31, 1), (1, 129), (129, 1), (3, 31), (31, 3), (3, 129), (129, 3),
      (9, 63), (63, 9),
    ]

  private func measure<Element: ConvolutionElement>(
    _ type: Element.Type, _ size: Int, _ rows: Int, _ columns: Int
  ) -> Point {
    let image: Matrix<Element> = samples(of: noise(size, size, seed: 1))
    let kernel: Matrix<Element> = samples(of: noise(rows, columns, seed: 2))
    let choice = Planner.shared.choose(
      dtype, rows: size, columns: size, kernelRows: rows, kernelColumns: columns, mode: mode,
      threads: threads)
    var contestants = [MatrixMethod.direct, .fft, .overlapSave].map { method in
      MatrixContestant(method: method) {
        convolve(image, kernel, mode: mode, method: method, threads: threads).count
      }
    }
    // The ones that are predicted to be fast first, so that the slow ones are soon found out.
    contestants.sort {
      choice.predictedSeconds[$0.method] ?? 0 < choice.predictedSeconds[$1.method] ?? 0
    }
    for index in contestants.indices {
      contestants[index].warmUp(against: contestants.map(\.best).min() ?? .infinity)
    }
    // In turns, so that whatever slows the machine down slows all of them down.
    for _ in 0..<7 { for index in contestants.indices { contestants[index].measure() } }
    return Point(size: size, rows: rows, columns: columns, choice: choice, contestants)
  }
}

/// A point of the grid.
private struct Point {
  var size: Int
  var rows: Int
  var columns: Int
  var choice: MatrixMethodChoice
  var seconds: [MatrixMethod: Double]

  init(
    size: Int, rows: Int, columns: Int, choice: MatrixMethodChoice,
    _ contestants: [MatrixContestant]
  ) {
    (self.size, self.rows, self.columns, self.choice) = (size, rows, columns, choice)
    seconds = Dictionary(uniqueKeysWithValues: contestants.map { ($0.method, $0.best) })
  }

  /// What the choice took, over what the best took.
  var regret: Double { (seconds[choice.method] ?? 0) / (seconds.values.min() ?? 0) }

  var line: String {
    "{\"image\": \(size), \"kernel\": [\(rows), \(columns)], "
      + "\"chosen\": \"\(choice.method.rawValue)\", \"regret\": \(regret), "
      + "\"tile\": [\(choice.transformRows), \(choice.transformColumns)], "
      + "\"seconds\": \(object(seconds)), \"predicted\": \(object(choice.predictedSeconds))}"
  }

  private func object(_ values: [MatrixMethod: Double]) -> String {
    let members = values.sorted { $0.value < $1.value }.map { "\"\($0.rawValue)\": \($1)" }
    return "{\(members.joined(separator: ", "))}"
  }
}

/// A method at one point of the grid.
private struct MatrixContestant {
  let method: MatrixMethod
  private let work: () -> Int
  /// The calls that make up one measurement of about half a millisecond.
  private var calls = 1
  private var remaining = 7
  /// The shortest time of a call.
  private(set) var best = Double.infinity

  init(method: MatrixMethod, work: @escaping () -> Int) {
    self.method = method
    self.work = work
  }

  private func seconds(calls: Int) -> Double {
    let time = ContinuousClock().measure {
      for _ in 0..<calls { precondition(work() > 0) }
    }
    return time / .seconds(1) / Double(calls)
  }

  /// - Parameter fastest: the best time of the others.
  mutating func warmUp(against fastest: Double) {
    best = seconds(calls: 1)
    if best > 3 * fastest && best > 1e-3 {
      remaining = 0
      return
    }
    best = min(best, seconds(calls: 1))
    calls = max(1, Int(5e-4 / best))
    remaining = best > 0.1 ? 2 : best > 0.01 ? 4 : 7
  }

  mutating func measure() {
    guard remaining > 0 else { return }
    remaining -= 1
    best = min(best, seconds(calls: calls))
  }
}

/// Noise as samples of another type; the imaginary parts of complex ones are noise too.
private func samples<Element: ConvolutionElement>(of values: Matrix<Float>) -> Matrix<Element> {
  let one = Element(exactly: 1) ?? .zero
  let unit = unitImaginary(Element.self)
  let elements = values.elements
  return Matrix(
    rows: values.rows, columns: values.columns,
    elements: elements.indices.map { index in
      one.scaled(by: Element.Scalar(Double(elements[index])))
        + unit.scaled(by: Element.Scalar(Double(elements[elements.count - 1 - index])))
    })
}

/// The imaginary unit; zero among real numbers.
private func unitImaginary<Element: ConvolutionElement>(_ type: Element.Type) -> Element {
  if Element.self == Complex<Float>.self { return Complex<Float>.i as? Element ?? .zero }
  return Complex<Double>.i as? Element ?? .zero
}
