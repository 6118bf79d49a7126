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
  method: ConvolutionMethod = .automatic, threads: Int = defaultThreadCount
) throws(ConvolutionError) -> [Int] {
  let range = mode.range(signalCount: signal.count, kernelCount: kernel.count)
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
  method: ConvolutionMethod = .automatic, threads: Int = defaultThreadCount
) throws(ConvolutionError) -> [Int] {
  try convolve(signal, kernel.reversed(), mode: mode, method: method, threads: threads)
}
