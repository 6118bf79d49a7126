// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import RealModule

/// Numbers as digits of a base 2^b, so few that their convolutions in `Double` are exact once
/// rounded.
struct DigitSplit {
  private let digits: BalancedDigits

  /// - Parameter signalCount: the most samples that a transform is made of.
  /// - Parameter transformCount: the most numbers of a transform.
  /// - Parameter isDirect: whether sums are made term by term, of which every partial one is exact.
  init<Integer: FixedWidthInteger>(
    _ signal: [Integer], _ kernel: [Integer], signalCount: Int, kernelCount: Int,
    transformCount: Int, isDirect: Bool
  ) throws(ConvolutionError) {
    let count = Double(min(signalCount, kernelCount))
    for values in [signal, kernel] {
      if let index = BalancedDigits.firstTooLarge(in: values) {
        throw .integerTooLarge(index: index)
      }
    }
    let widest = max(BalancedDigits.width(of: signal), BalancedDigits.width(of: kernel))
    let length = Double(transformCount)
    // The error of a convolution by FFT is at most 13 u log₂N ‖x‖ ‖h‖ in the first order (Brent,
    // Percival and Zimmermann, "Error bounds on complex floating-point multiplication",
    // Mathematics of Computation 76 (2007), theorem 5, with twiddle factors correct to u); 16 and
    // two more for the packing's weights leave room for the higher orders. Products of digits are
    // below 2^(2b - 2), and no result is made of more than `count`.
    let unit = Double.ulpOfOne / 2
    let relative = isDirect ? unit : 16 * unit * (Double.log2(length) + 2)
    let norms = isDirect ? count : (Double(signalCount) * Double(kernelCount)).squareRoot()
    var bits = widest
    while bits > 4 {
      let product = Double.exp2(Double(2 * bits - 2))
      if relative * norms * product < 0.25 && count * product < 0x1p52 { break }
      bits -= 1
    }
    digits = BalancedDigits(bits: bits)
  }

  /// The exact results of a convolution, of which `body` writes those of digits of the signal with
  /// digits of the kernel.
  ///
  /// - Throws: ``ConvolutionError/overflow(index:)`` for the first that does not fit `Int`.
  func convolve<Integer: FixedWidthInteger>(
    _ signal: [Integer], _ kernel: [Integer], resultCount: Int,
    _ body: ([Double], [Double], inout MutableSpan<Double>) -> Void
  ) throws(ConvolutionError) -> [Int] {
    try digits.results(signal, kernel, overflow: { .overflow(index: $0) }) {
      digits, others throws(ConvolutionError) in
      makeArray(count: resultCount) { body(digits, others, &$0) }
    }
  }
}
