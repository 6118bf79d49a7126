import ComplexModule
import Convolution
import FourierTransform
import SignalFiles

/// A convolution or correlation as it was asked for, whatever its inputs are.
struct ConvolutionJob {
  /// Which of the two is done.
  enum Operation {
    case convolve, correlate
  }

  var operation: Operation
  var options: ConvolutionOptions
  /// What images and arrays are beyond their edges.
  var boundary: BoundaryArgument
  /// Whether correlations are divided by the norms of what is correlated.
  var normalizes = false
  /// The largest lag of a correlation that is wanted, either way; nil for those of the mode.
  var maximumLag: Int?
  /// Where the lags of the results go, if anywhere.
  var lagPath: String?

  /// Reads two files, computes, and writes the result.
  func run(_ first: String, _ second: String) throws {
    let (a, b) = try (InputKind(path: first), InputKind(path: second))
    if a.isPlane || b.isPlane {
      try run(ArrayInput(path: first, a), ArrayInput(path: second, b))
    } else if case (.array, .array) = (a, b) {
      if boundary.isZero { try requireArrayOutput("arrays have no sample rate: name it with .npy") }
      try run(ArrayInput(rowOf: first), ArrayInput(rowOf: second))
    } else if boundary.isZero {
      try SoundConvolution(job: self).run(first, second)
    } else {
      throw CommandFailure(
        .usage, "--boundary is for images and arrays: sound is silent beyond its ends")
    }
  }

  func requireArrayOutput(_ reason: String) throws(SignalFileError) {
    guard options.output.namesArray else {
      throw .cannotCreate(path: options.output, reason: reason)
    }
  }

  /// The lags of the results along one dimension, of signals or images of `n` and `m` samples.
  func lags(_ n: Int, _ m: Int) -> Range<Int> { mode(n, m).lags(signalCount: n, kernelCount: m) }

  /// What is wanted along one dimension.
  private func mode(_ n: Int, _ m: Int) -> ConvolutionMode {
    // Beyond these lags the two do not overlap.
    maximumLag.map { .lags(-min($0, m - 1)...min($0, n - 1)) } ?? options.mode.mode
  }

  private var method: ConvolutionMethod? { options.method }
}

// What the job makes of two signals or matrices of any elements.
extension ConvolutionJob {
  func apply<Element: SignalElement>(_ a: [Element], _ b: [Element]) -> [Element] {
    let mode = mode(a.count, b.count)
    return switch operation {
    case .convolve: convolve(a, b, mode: mode, method: method, threads: options.threads)
    case .correlate: correlate(a, b, mode: mode, method: method, threads: options.threads)
    }
  }

  /// For real with complex samples.
  func apply<A: SignalElement, B: SignalElement>(
    mixed a: [A], _ b: [B]
  ) -> [Complex<A.Scalar>] where A.Scalar == B.Scalar {
    let mode = mode(a.count, b.count)
    return switch operation {
    case .convolve: convolve(a, b, mode: mode, method: method, threads: options.threads)
    case .correlate: correlate(a, b, mode: mode, method: method, threads: options.threads)
    }
  }

  func apply<Integer: FixedWidthInteger>(
    _ a: [Integer], _ b: [Integer]
  ) throws(ConvolutionError) -> [Int64] {
    let mode = mode(a.count, b.count)
    let results =
      switch operation {
      case .convolve: try convolve(a, b, mode: mode, method: method, threads: options.threads)
      case .correlate: try correlate(a, b, mode: mode, method: method, threads: options.threads)
      }
    return results.map { Int64($0) }
  }

  func apply<Element: SignalElement>(
    _ a: Matrix<Element>, _ b: Matrix<Element>
  ) -> Matrix<Element> {
    let (rows, columns) = (mode(a.rows, b.rows), mode(a.columns, b.columns))
    let (edge, threads) = (boundary.of(Element.self), options.threads)
    return switch operation {
    case .convolve:
      convolve(
        a, b, mode: rows, columnMode: columns, boundary: edge, method: method, threads: threads)
    case .correlate:
      correlate(
        a, b, mode: rows, columnMode: columns, boundary: edge, method: method, threads: threads)
    }
  }

  func apply(
    _ a: Matrix<Int>, _ b: Matrix<Int>, _ edge: Boundary<Int>
  ) throws(ConvolutionError) -> Matrix<Int> {
    let (rows, columns) = (mode(a.rows, b.rows), mode(a.columns, b.columns))
    let threads = options.threads
    return switch operation {
    case .convolve:
      try convolve(
        a, b, mode: rows, columnMode: columns, boundary: edge, method: method, threads: threads)
    case .correlate:
      try correlate(
        a, b, mode: rows, columnMode: columns, boundary: edge, method: method, threads: threads)
    }
  }
}
