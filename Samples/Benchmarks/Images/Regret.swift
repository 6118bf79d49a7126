// SPDX-License-Identifier: MIT

import ArgumentParser
import BenchmarkSupport
import ComplexModule
import Convolution
import FourierTransform

/// What the planner's choices lose over a grid of sizes.
///
/// Every method is timed at every point, unless it takes more than three times as long as another
/// did at once: nothing so slow is the best, and the largest direct sums would take hours.
struct Regret: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time every method over a grid, and print what the planner's choice among them lost.")

  @OptionGroup var options: ThreadOption

  @Option(help: "The images' sizes are the powers of two from this one …")
  var smallest = 8

  @Option(help: "… to this one.")
  var largest = 2048

  @Option(help: "The type of the samples.")
  var dtype: Dtype = .float32

  @Option(help: "The part that is wanted: full, same or valid.")
  var mode: Mode = .same

  @Flag(help: "Kernels that are a column times a row, and the separable method among the others.")
  var separable = false

  /// A point of the grid.
  struct Point: Encodable {
    var image: Int
    var kernel: [Int]
    var chosen: String
    /// What the choice took, over what the best took.
    var regret: Double
    /// Rows and columns of the transforms that are planned.
    var tile: [Int]
    /// By method.
    var seconds: [String: Double]
    var predicted: [String: Double]
  }

  struct Summary: Encodable {
    var points: Int
    var mean: Double
    var worst: Double
  }

  func run() throws {
    var regrets: [Double] = []
    var size = smallest
    while size <= largest {
      // An image that fits into a kernel changes places with it, and is not separable.
      let limit = separable ? size - 1 : 2 * size
      for (rows, columns) in Self.kernels where rows <= limit && columns <= limit {
        let point =
          switch dtype {
          case .float32: try measure(Float.self, size, rows, columns)
          case .float64: try measure(Double.self, size, rows, columns)
          case .complex64: try measure(Complex<Float>.self, size, rows, columns)
          case .complex128: try measure(Complex<Double>.self, size, rows, columns)
          }
        try printLine(point)
        regrets.append(point.regret)
      }
      size *= 2
    }
    try printLine(
      Summary(
        points: regrets.count, mean: regrets.reduce(0, +) / Double(regrets.count),
        worst: regrets.max() ?? 0))
  }

  /// Square ones, and thin ones both ways.
  private static let kernels =
    [1, 3, 5, 7, 9, 11, 15, 21, 31, 45, 63, 91, 129].map { ($0, $0) } + [
      (1, 9), (9, 1), (1, 31), (31, 1), (1, 129), (129, 1), (3, 31), (31, 3), (3, 129), (129, 3),
      (9, 63), (63, 9),
    ]

  private func measure<Element: SignalElement>(
    _ type: Element.Type, _ size: Int, _ rows: Int, _ columns: Int
  ) throws -> Point {
    let image: Matrix<Element> = samples(of: noise(size, size, seed: 1))
    let kernel: Matrix<Element> =
      separable
      ? product(samples(of: noise(rows, 1, seed: 2)), samples(of: noise(1, columns, seed: 3)))
      : samples(of: noise(rows, columns, seed: 2))
    // The planner leaves separable kernels to those who ask for them.
    let choice = try ConvolutionPlan2D(
      kernel: kernel, mode: mode.mode, threads: options.threads, expectedUses: 1
    ).choice(rows: size, columns: size)
    let methods: [ConvolutionMethod] = [.direct, .fft, .overlapSave]
    var contestants = (methods + (separable ? [.separable] : [])).map { method in
      Contestant(method) {
        convolve(image, kernel, mode: mode.mode, method: method, threads: options.threads).count
      }
    }
    // The ones that are predicted to be fast first, so that the slow ones are soon found out.
    contestants.sort {
      choice.predictedSeconds[$0.method] ?? 0 < choice.predictedSeconds[$1.method] ?? 0
    }
    for index in contestants.indices {
      contestants[index].warmUp(
        against: contestants.map(\.best).min() ?? .infinity, hopeless: 3)
    }
    measureInTurns(&contestants)
    let seconds = Dictionary(uniqueKeysWithValues: contestants.map { ($0.method, $0.best) })
    return Point(
      image: size, kernel: [rows, columns], chosen: choice.method.argument,
      regret: (seconds[choice.method] ?? 0) / (seconds.values.min() ?? 0),
      tile: [choice.transformRows, choice.transformColumns], seconds: byName(seconds),
      predicted: byName(choice.predictedSeconds))
  }

  private func byName(_ values: [ConvolutionMethod: Double]) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: values.map { ($0.key.argument, $0.value) })
  }
}

/// Noise as samples of another type; the imaginary parts of complex ones are noise too.
private func samples<Element: SignalElement>(of values: Matrix<Float>) -> Matrix<Element> {
  let backwards = Array(values.elements.reversed())
  return Matrix(
    rows: values.rows, columns: values.columns,
    elements: zip(values.elements, backwards).map { sample($0, $1) })
}

/// The sample with these parts; a real one has no use for the imaginary part.
private func sample<Element: SignalElement>(_ real: Float, _ imaginary: Float) -> Element {
  let sample: Any =
    switch Element.self {
    case is Float.Type: real
    case is Double.Type: Double(real)
    case is Complex<Float>.Type: Complex(real, imaginary)
    default: Complex(Double(real), Double(imaginary))
    }
  return sample as? Element ?? .zero
}

/// A column times a row.
private func product<Element: SignalElement>(
  _ column: Matrix<Element>, _ row: Matrix<Element>
) -> Matrix<Element> {
  Matrix(column.elements.map { factor in row.elements.map { factor * $0 } })
}
