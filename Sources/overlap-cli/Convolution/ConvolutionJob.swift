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
  func lags(_ n: Int, _ m: Int) -> Range<Int> {
    // Beyond these the two do not overlap.
    if let maximumLag { return -min(maximumLag, m - 1)..<min(maximumLag, n - 1) + 1 }
    return options.mode.lags(signalCount: n, kernelCount: m)
  }
}

// What the job makes of two signals or matrices of any elements.
extension ConvolutionJob {
  func apply<Element: SignalElement>(_ a: [Element], _ b: [Element]) -> [Element] {
    let (mode, method, threads) = (options.mode, options.method, options.threads)
    return choose(
      { convolve(a, b, mode: mode, method: method, threads: threads) },
      { correlate(a, b, mode: mode, method: method, threads: threads) },
      { correlate(a, b, lags: ClosedRange(lags(a.count, b.count)), threads: threads) })
  }

  func apply<Scalar: FourierScalar>(
    _ a: [Scalar], _ b: [Complex<Scalar>]
  ) -> [Complex<Scalar>] {
    let (mode, method, threads) = (options.mode, options.method, options.threads)
    return choose(
      { convolve(a, b, mode: mode, method: method, threads: threads) },
      { correlate(a, b, mode: mode, method: method, threads: threads) },
      { correlate(a, b, lags: ClosedRange(lags(a.count, b.count)), threads: threads) })
  }

  func apply<Scalar: FourierScalar>(
    _ a: [Complex<Scalar>], _ b: [Scalar]
  ) -> [Complex<Scalar>] {
    let (mode, method, threads) = (options.mode, options.method, options.threads)
    return choose(
      { convolve(a, b, mode: mode, method: method, threads: threads) },
      { correlate(a, b, mode: mode, method: method, threads: threads) },
      { correlate(a, b, lags: ClosedRange(lags(a.count, b.count)), threads: threads) })
  }

  func apply<Integer: ExactInteger>(
    _ a: [Integer], _ b: [Integer]
  ) throws(ConvolutionError) -> [Int64] {
    let (mode, method, threads) = (options.mode, options.method, options.threads)
    return try choose(
      { () throws(ConvolutionError) in
        try convolve(a, b, mode: mode, method: method, threads: threads)
      },
      { () throws(ConvolutionError) in
        try correlate(a, b, mode: mode, method: method, threads: threads)
      },
      { () throws(ConvolutionError) in
        try correlate(a, b, lags: ClosedRange(lags(a.count, b.count)), threads: threads)
      }
    ).map { Int64($0) }
  }

  func apply<Element: SignalElement>(
    _ a: Matrix<Element>, _ b: Matrix<Element>
  ) -> Matrix<Element> {
    let edge = boundary.of(Element.self)
    let (mode, method, threads) = (options.mode, options.method, options.threads)
    return choose(
      { convolve(a, b, mode: mode, boundary: edge, method: method, threads: threads) },
      { correlate(a, b, mode: mode, boundary: edge, method: method, threads: threads) },
      {
        correlate(
          a, b, rowLags: ClosedRange(lags(a.rows, b.rows)),
          columnLags: ClosedRange(lags(a.columns, b.columns)), boundary: edge, threads: threads)
      })
  }

  func apply(
    _ a: Matrix<Int>, _ b: Matrix<Int>, _ edge: Boundary<Int>
  ) throws(ConvolutionError) -> Matrix<Int> {
    let (mode, method, threads) = (options.mode, options.method, options.threads)
    return try choose(
      { () throws(ConvolutionError) in
        try convolve(a, b, mode: mode, boundary: edge, method: method, threads: threads)
      },
      { () throws(ConvolutionError) in
        try correlate(a, b, mode: mode, boundary: edge, method: method, threads: threads)
      },
      { () throws(ConvolutionError) in
        try correlate(
          a, b, rowLags: ClosedRange(lags(a.rows, b.rows)),
          columnLags: ClosedRange(lags(a.columns, b.columns)), boundary: edge, threads: threads)
      })
  }

  /// The one of three that was asked for.
  private func choose<Result, Failure>(
    _ convolved: () throws(Failure) -> Result, _ correlated: () throws(Failure) -> Result,
    _ correlatedAtLags: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch operation {
    case .convolve: try convolved()
    case .correlate where maximumLag != nil: try correlatedAtLags()
    case .correlate: try correlated()
    }
  }
}
