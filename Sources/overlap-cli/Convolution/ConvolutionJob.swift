// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import SignalFiles

/// A convolution or correlation as it was asked for, whatever its inputs are.
struct ConvolutionJob {
  enum Operation {
    case convolve, correlate
  }

  var operation: Operation
  var options: ConvolutionOptions
  /// Whether correlations are divided by the norms of what is correlated.
  var normalizes = false
  /// The largest lag of a correlation that is wanted, either way; nil for those of the mode.
  var maximumLag: Int?
  var lagPath: String?

  func run(_ first: String, _ second: String) throws {
    let inputs = [first, second] + [options.mask].compactMap(\.self)
    for path in [options.output] + [lagPath].compactMap(\.self) {
      try checkOutput(path, sparing: inputs, mayReplace: true)
    }
    let (a, b) = try (InputKind(path: first), InputKind(path: second))
    guard !normalizes || !ignoresMissing else {
      throw CommandFailure(
        .usage, "--normalize needs all data: leave --missing and --mask out")
    }
    if options.axis != nil {
      try runAlongAxis(first, second)
    } else if a.isVolume || b.isVolume {
      try runVolumes(first, second)
    } else if a.isPlane || b.isPlane {
      try run(ArrayInput(path: first, a), ArrayInput(path: second, b))
    } else if case (.array, .array) = (a, b) {
      if boundary.isZero { try requireArrayOutput("arrays have no sample rate: name it with .npy") }
      try run(ArrayInput(rowOf: first), ArrayInput(rowOf: second))
    } else if ignoresMissing {
      throw CommandFailure(.usage, "--missing and --mask are for arrays and images, not for sound")
    } else if boundary.isZero {
      do throws(SignalFileError) {
        try runSound(first, second)
      } catch {
        throw advised(error)
      }
    } else {
      throw CommandFailure(
        .usage, "--boundary is for images and arrays: sound is silent beyond its ends")
    }
  }

  /// The failure, with the option that uses what is there of a sound that breaks off.
  private func advised(_ error: SignalFileError) -> any Error {
    switch error {
    case .truncated, .damaged:
      let input = try? SoundInput(
        path: error.path, track: options.track, allowingPartial: true)
      guard !options.partial, input != nil else { return error }
      return CommandFailure(
        .invalidData,
        "\(error.path): \(error.problem); copy it again, or use what is there by --partial")
    default: return error
    }
  }

  func requireArrayOutput(_ reason: String) throws(SignalFileError) {
    guard options.output.namesArray else {
      throw .cannotCreate(path: options.output, reason: reason)
    }
  }

  /// The lags of the results along one dimension, of signals or images of `n` and `m` samples.
  func lags(_ n: Int, _ m: Int) -> Range<Int> { mode(n, m).lags(signalCount: n, kernelCount: m) }

  /// Writes the lags of the results, along the columns or, with `rows`, as an array of rows,
  /// columns and two; nil where nobody wants them. The file appears after the results, or not at all.
  func pendingLags(
    rows: Range<Int>? = nil, columns: Range<Int>
  ) throws(SignalFileError) -> PendingArrayFile? {
    guard let lagPath else { return nil }
    guard let rows else { return try PendingArrayFile(NumPyArray(Array(columns)), path: lagPath) }
    let pairs = rows.flatMap { row in columns.flatMap { [row, $0] } }
    return try PendingArrayFile(
      NumPyArray(shape: [rows.count, columns.count, 2], pairs), path: lagPath)
  }

  /// What is wanted along one dimension.
  private func mode(_ n: Int, _ m: Int) -> ConvolutionMode {
    // Beyond these lags the two do not overlap.
    maximumLag.map { .lags(-min($0, m - 1)...min($0, n - 1)) } ?? options.mode.mode
  }

  var boundary: BoundaryArgument { options.boundary }
  var ignoresNaN: Bool { options.missing == .ignore }
  private var ignoresMissing: Bool { ignoresNaN || options.mask != nil }
  private var method: ConvolutionMethod? { options.method }
  var threads: Int { options.common.threads }

  private func chosen<Function>(_ convolution: Function, _ correlation: Function) -> Function {
    operation == .convolve ? convolution : correlation
  }

  /// - Parameter mode: What is wanted; nil for what was asked for.
  func apply<Element: SignalElement>(
    _ a: [Element], _ b: [Element], mode wanted: ConvolutionMode? = nil
  ) -> [Element] {
    chosen(convolve(_:_:mode:method:threads:), correlate(_:_:mode:method:threads:))(
      a, b, wanted ?? mode(a.count, b.count), method, threads)
  }

  /// For real with complex samples.
  func apply<A: SignalElement, B: SignalElement>(
    mixed a: [A], _ b: [B]
  ) -> [Complex<A.Scalar>] where A.Scalar == B.Scalar {
    chosen(convolve(_:_:mode:method:threads:), correlate(_:_:mode:method:threads:))(
      a, b, mode(a.count, b.count), method, threads)
  }

  func apply<Integer: FixedWidthInteger>(
    _ a: [Integer], _ b: [Integer]
  ) throws(ConvolutionError) -> [Int64] {
    try chosen(convolve(_:_:mode:method:threads:), correlate(_:_:mode:method:threads:))(
      a, b, mode(a.count, b.count), method, threads
    ).map { Int64($0) }
  }

  /// - Parameter scale: what the elements of `a` were multiplied by; what is beyond its edges is too.
  func apply<Element: SignalElement>(
    _ a: Matrix<Element>, _ b: Matrix<Element>, scale: Element.Scalar = 1,
    edge: BoundaryArgument? = nil
  ) -> Matrix<Element> {
    chosen(
      convolve(_:_:mode:columnMode:boundary:method:threads:),
      correlate(_:_:mode:columnMode:boundary:method:threads:)
    )(
      a, b, mode(a.rows, b.rows), mode(a.columns, b.columns),
      (edge ?? boundary).of(Element.self, scale: scale), method, threads)
  }

  func apply(
    _ a: Matrix<Int>, _ b: Matrix<Int>, _ edge: Boundary<Int>
  ) throws(ConvolutionError) -> Matrix<Int> {
    try chosen(
      convolve(_:_:mode:columnMode:boundary:method:threads:),
      correlate(_:_:mode:columnMode:boundary:method:threads:)
    )(a, b, mode(a.rows, b.rows), mode(a.columns, b.columns), edge, method, threads)
  }

  /// - Parameter scale: what the elements of `a` were multiplied by; what is beyond its edges is too.
  func apply<Element: SignalElement>(
    _ a: Volume<Element>, _ b: Volume<Element>, scale: Element.Scalar = 1,
    edge: BoundaryArgument? = nil
  ) -> Volume<Element> {
    chosen(
      convolve(_:_:mode:rowMode:columnMode:boundary:method:threads:),
      correlate(_:_:mode:rowMode:columnMode:boundary:method:threads:)
    )(
      a, b, mode(a.planes, b.planes), mode(a.rows, b.rows), mode(a.columns, b.columns),
      (edge ?? boundary).of(Element.self, scale: scale), method, threads)
  }

  func apply(
    _ a: Volume<Int>, _ b: Volume<Int>, _ edge: Boundary<Int>
  ) throws(ConvolutionError) -> Volume<Int> {
    try chosen(
      convolve(_:_:mode:rowMode:columnMode:boundary:method:threads:),
      correlate(_:_:mode:rowMode:columnMode:boundary:method:threads:)
    )(
      a, b, mode(a.planes, b.planes), mode(a.rows, b.rows), mode(a.columns, b.columns), edge,
      method, threads)
  }
}
