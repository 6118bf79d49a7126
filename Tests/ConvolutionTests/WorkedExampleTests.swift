// SPDX-License-Identifier: MIT

import Convolution
import Testing

/// The examples that the requirements work out by hand.
@Suite struct WorkedExampleTests {
  static let methods = ConvolutionMethod.choices

  @Test(arguments: methods) func slidingDotProduct(method: ConvolutionMethod?) {
    #expect(
      rounded(correlate([0, 1, 2, 3], [1, 2], mode: .valid, method: method)) == [2, 5, 8])
  }

  @Test(arguments: methods) func hitsAndPain(method: ConvolutionMethod?) {
    #expect(
      rounded(convolve([0, 0, 0, 1, 0, 0, 0], [3, 2, 1], method: method))
        == [0, 0, 0, 3, 2, 1, 0, 0, 0])
    #expect(
      rounded(convolve([0, 0, 1, 1, 0, 0], [3, 2, 1], method: method))
        == [0, 0, 3, 5, 3, 1, 0, 0])
  }

  @Test(arguments: methods) func anImpulseGivesTheKernelOrItsReverse(method: ConvolutionMethod?) {
    let impulse: [Double] = [0, 0, 1, 0, 0]
    #expect(rounded(convolve(impulse, [1, 2, 3], mode: .same, method: method)) == [0, 1, 2, 3, 0])
    #expect(
      rounded(correlate(impulse, [1, 2, 3], mode: .same, method: method)) == [0, 3, 2, 1, 0])
  }

  @Test(arguments: methods) func aSymmetricKernelGivesTheSameByBoth(method: ConvolutionMethod?) {
    let signal: [Double] = [3, -1, 4, 1, -5, 9, 2, 6]
    let kernel: [Double] = [1, 2, 5, 2, 1]
    #expect(
      convolve(signal, kernel, method: method) == correlate(signal, kernel, method: method))
  }

  @Test(arguments: methods) func aShiftedInputShiftsTheOutput(method: ConvolutionMethod?) {
    let signal: [Double] = [1, -2, 3, 5]
    let kernel: [Double] = [2, 0, -1]
    #expect(
      rounded(convolve([0, 0] + signal, kernel, method: method))
        == [0, 0] + rounded(convolve(signal, kernel, method: method)))
  }

  /// NumPy's documentation: `correlate([1, 2, 3], [0, 1, 0.5])` has 2, 3.5, 3 as valid and same.
  @Test func numpysConventions() {
    #expect(correlate([1, 2, 3], [0, 1, 0.5], mode: .same) == [2, 3.5, 3])
    #expect(correlate([1, 2, 3], [0, 1, 0.5], mode: .full) == [0.5, 2, 3.5, 3, 0])
    let lags = Correlation(of: [1, 2, 3], with: [0, 1, 0.5])
    #expect(lags.lags == -2..<3)
    #expect(lags[lag: -1] == 2)
    #expect(lags.peakLag == 0)
  }

  /// `same` starts at (m - 1) / 2, also for even kernels: 0, 15, 5 and not 15, 5, -9.
  @Test func whereSameStarts() throws {
    #expect(
      try convolve([-1, 2, 3, -2, 0, 1, 2], [2, 4, -1, 1], mode: .same).prefix(3) == [0, 15, 5])
  }

  @Test(arguments: [ConvolutionMode.full, .same, .valid]) func emptyInputsGiveNothing(
    mode: ConvolutionMode
  ) {
    #expect(convolve([Double](), [1], mode: mode).isEmpty)
    #expect(convolve([1.0], [Double](), mode: mode).isEmpty)
    #expect(correlate([Float](), [Float](), mode: mode).isEmpty)
  }

  private func rounded(_ values: [Double]) -> [Double] {
    values.map { value in
      #expect(abs(value - value.rounded()) < 1e-14)
      return value.rounded() + 0  // no negative zero
    }
  }
}
