// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import ComputeSupport
internal import FourierTransform

/// Where lag 0 is: a correlation is the convolution with the kernel's reversed conjugate.
enum Operation: Sendable, Hashable {
  case convolution
  case correlation

  /// What a signal has to be convolved with.
  func convolutionKernel<Element: SignalElement>(_ kernel: [Element]) -> [Element] {
    self == .convolution ? kernel : reversedConjugate(kernel)
  }

  /// What an image has to be convolved with: both axes are reversed.
  func convolutionKernel<Element: SignalElement>(_ kernel: Matrix<Element>) -> Matrix<Element> {
    Matrix(
      rows: kernel.rows, columns: kernel.columns, elements: convolutionKernel(kernel.elements))
  }

  /// What a volume has to be convolved with: all axes are reversed.
  func convolutionKernel<Element: SignalElement>(_ kernel: Volume<Element>) -> Volume<Element> {
    Volume(
      planes: kernel.planes, rows: kernel.rows, columns: kernel.columns,
      elements: convolutionKernel(kernel.elements))
  }
}

// One call for one signal and one kernel.
extension Operation {
  @inline(__always)
  func results<Element: SignalElement>(
    _ signal: [Element], _ kernel: [Element], _ mode: ConvolutionMode,
    _ method: ConvolutionMethod?, threads: Int?
  ) -> [Element] {
    let results = mode.results(self, signalCount: signal.count, kernelCount: kernel.count)
    return makeArray(count: results.count) { output in
      write(results, signal, kernel, mode, method, threads: threadCount(threads), into: &output)
    }
  }

  @inline(__always)
  func write<Element: SignalElement>(
    _ signal: [Element], _ kernel: [Element], _ mode: ConvolutionMode,
    _ method: ConvolutionMethod?, threads: Int?, into output: inout MutableSpan<Element>
  ) throws(ConvolutionError) {
    let results = mode.results(self, signalCount: signal.count, kernelCount: kernel.count)
    try ConvolutionError.checkOutput(output.count, expected: results.count)
    write(results, signal, kernel, mode, method, threads: threadCount(threads), into: &output)
  }

  // Not inlined, so that the specialised versions are what runs.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  @inline(never)
  private func write<Element: SignalElement>(
    _ results: WantedResults, _ signal: [Element], _ kernel: [Element], _ mode: ConvolutionMode,
    _ method: ConvolutionMethod?, threads: Int, into output: inout MutableSpan<Element>
  ) {
    let range = results.present
    // By stretches of the inputs where few lags are wanted and that is the fastest.
    if self == .correlation, case .lags = mode, method == nil, !range.isEmpty {
      let first = range.lowerBound - (kernel.count - 1)
      let stretches = LagStretches(
        lags: first..<(first + range.count), signalCount: signal.count, kernelCount: kernel.count)
      if let scale = stretches.scale(signal, kernel, range) {
        var holds = true
        results.write(into: &output) { part in
          holds = stretches.correlate(signal, kernel, scale, threads: threads, into: &part)
        }
        if holds { return }
      }
    }
    let kernel = convolutionKernel(kernel)
    results.write(into: &output) { part in
      convolve(signal, kernel, range: range, method: method, threads: threads, into: &part)
    }
  }
}

/// What a kernel has to be convolved with instead to be correlated with.
@specialized(where Element == Float)
@specialized(where Element == Double)
@specialized(where Element == Complex<Float>)
@specialized(where Element == Complex<Double>)
@inline(never)
private func reversedConjugate<Element: SignalElement>(_ kernel: [Element]) -> [Element] {
  makeArray(count: kernel.count) { result in
    for index in result.indices { result[index] = kernel[kernel.count - 1 - index].conjugated }
  }
}
