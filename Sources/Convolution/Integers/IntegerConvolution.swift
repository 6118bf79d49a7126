internal import ComputeSupport

/// An integer type whose convolutions are exact: up to 64 bits, and of unsigned ones up to 32.
public protocol ExactInteger: FixedWidthInteger, Sendable {}

extension Int8: ExactInteger {}
extension Int16: ExactInteger {}
extension Int32: ExactInteger {}
extension Int64: ExactInteger {}
extension Int: ExactInteger {}
extension UInt8: ExactInteger {}
extension UInt16: ExactInteger {}
extension UInt32: ExactInteger {}

/// The exact convolution of integers; see ``convolve(_:_:mode:method:threads:)`` for the rest.
///
/// The sums are made in `Double` by whatever method is fastest, and rounding them gives the exact
/// result, because their error is proved to be below 1/4: where it would not be, the numbers are
/// first split into digits whose convolutions have that property.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`.
/// - Complexity: that of one convolution in `Double` for each pair of digits: one pair for short
///   kernels of Int16, up to nine of Int32.
public func convolve<Integer: ExactInteger>(
  _ signal: [Integer], _ kernel: [Integer], mode: ConvolutionMode = .full,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) -> [Int] {
  try convolve(
    signal, kernel,
    range: mode.range(signalCount: signal.count, kernelCount: kernel.count), method: method,
    threads: threadCount(threads))
}

/// The results `range` of the full convolution.
private func convolve<Integer: ExactInteger>(
  _ signal: [Integer], _ kernel: [Integer], range: Range<Int>, method: ConvolutionMethod?,
  threads: Int
) throws(ConvolutionError) -> [Int] {
  guard !range.isEmpty else { return [] }
  let split = DigitSplit(
    signal, kernel, signalCount: signal.count, kernelCount: kernel.count,
    transformCount: 2 * (signal.count + kernel.count), isDirect: method == .direct)
  let (first, second) = (split.digits(of: signal), split.digits(of: kernel))
  var sums = DigitSums(count: range.count, places: first.count + second.count - 1)
  for (i, digits) in first.enumerated() {
    for (j, others) in second.enumerated() {
      sums.add(
        convolve(digits, others, range: range, method: method, threads: threads), place: i + j)
    }
  }
  return try split.results(of: sums)
}

/// The exact correlation of integers; see ``correlate(_:_:mode:method:threads:)`` for the rest.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`.
public func correlate<Integer: ExactInteger>(
  _ signal: [Integer], _ kernel: [Integer], mode: ConvolutionMode = .full,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) -> [Int] {
  try convolve(signal, kernel.reversed(), mode: mode, method: method, threads: threads)
}

/// The exact correlation of integers at some lags only; see ``correlate(_:_:lags:threads:)`` for the
/// rest.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`, counted from the
///   first lag at which the two overlap. Results at other lags do not matter.
public func correlate<Integer: ExactInteger>(
  _ signal: [Integer], _ kernel: [Integer], lags: ClosedRange<Int>,
  threads: Int? = nil
) throws(ConvolutionError) -> [Int] {
  var values = [Int](repeating: 0, count: lags.count)
  guard !signal.isEmpty, !kernel.isEmpty else { return values }
  let wanted = Range(lags).clamped(to: (1 - kernel.count)..<signal.count)
  guard !wanted.isEmpty else { return values }
  // Lag k is at index k + m - 1 of the full result.
  let range = (wanted.lowerBound + kernel.count - 1)..<(wanted.upperBound + kernel.count - 1)
  let found = try convolve(
    signal, kernel.reversed(), range: range, method: nil, threads: threadCount(threads))
  for index in found.indices { values[wanted.lowerBound - lags.lowerBound + index] = found[index] }
  return values
}
