// SPDX-License-Identifier: MIT

internal import ComputeSupport
public import FourierTransform

/// The exact convolution of integers of up to 64 bits; see
/// ``convolve(_:_:mode:method:threads:)->[Element]`` for the rest.
///
/// The sums are made in `Double` by whatever method is fastest, and rounding them gives the exact
/// result, because their error is proved to be below 1/4: where it would not be, the numbers are
/// first split into digits whose convolutions have that property.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`, and
///   ``ConvolutionError/integerTooLarge(index:)`` for an input of more than 64 bits.
/// - Complexity: that of one convolution in `Double` for each pair of digits: one pair for short
///   kernels of Int16, up to nine of Int32.
public func convolve<Integer: FixedWidthInteger>(
  _ signal: borrowing some ContiguousSamples<Integer> & ~Copyable & ~Escapable,
  _ kernel: borrowing some ContiguousSamples<Integer> & ~Copyable & ~Escapable,
  mode: ConvolutionMode = .full, method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) -> [Int] {
  try exactResults(.convolution, signal._array(), kernel._array(), mode, method, threads: threads)
}

/// The exact correlation of integers of up to 64 bits; see
/// ``correlate(_:_:mode:method:threads:)->[Element]`` for the rest.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`, counted from the
///   first lag at which the two overlap, and ``ConvolutionError/integerTooLarge(index:)``.
public func correlate<Integer: FixedWidthInteger>(
  _ signal: borrowing some ContiguousSamples<Integer> & ~Copyable & ~Escapable,
  _ kernel: borrowing some ContiguousSamples<Integer> & ~Copyable & ~Escapable,
  mode: ConvolutionMode = .full, method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) -> [Int] {
  try exactResults(.correlation, signal._array(), kernel._array(), mode, method, threads: threads)
}

private func exactResults<Integer: FixedWidthInteger>(
  _ operation: Operation, _ signal: [Integer], _ kernel: [Integer], _ mode: ConvolutionMode,
  _ method: ConvolutionMethod?, threads: Int?
) throws(ConvolutionError) -> [Int] {
  let kernel = operation == .convolution ? kernel : kernel.reversed()
  let results = mode.results(operation, signalCount: signal.count, kernelCount: kernel.count)
  let threads = threadCount(threads)
  var values = [Int](repeating: 0, count: results.count)
  let range = results.present
  guard !range.isEmpty else { return values }
  let split = try DigitSplit(
    signal, kernel, signalCount: signal.count, kernelCount: kernel.count,
    transformCount: 2 * (signal.count + kernel.count), isDirect: method == .direct)
  let found = try split.convolve(signal, kernel, resultCount: range.count) {
    convolve($0, $1, range: range, method: method, threads: threads, into: &$2)
  }
  values.replaceSubrange(results.leading..<(results.leading + range.count), with: found)
  return values
}
