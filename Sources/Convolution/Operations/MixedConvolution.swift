internal import ComputeSupport
public import FourierTransform
public import ComplexModule

/// The convolution of a real signal with a complex kernel; see
/// ``convolve(_:_:mode:method:threads:)`` for the rest.
///
/// By transforms it takes a real transform of each block and two real ones back, three quarters of
/// what the same signal takes as complex numbers. A real factor times a complex one is its product
/// with both parts: an infinite sample makes no NaN of a part that is not zero.
@_disfavoredOverload  // So that literals are not taken for complex numbers.
public func convolve<Scalar: FourierScalar>(
  _ signal: [Scalar], _ kernel: [Complex<Scalar>], mode: ConvolutionMode = .full,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) -> [Complex<Scalar>] {
  let range = mode.range(signalCount: signal.count, kernelCount: kernel.count)
  return mixedConvolution(
    signal, kernel, range: range, method: method, threads: threadCount(threads))
}

/// The convolution of a complex signal with a real kernel, at the cost of two real ones.
///
/// See ``convolve(_:_:mode:method:threads:)`` for the rest.
@_disfavoredOverload  // So that literals are not taken for complex numbers.
public func convolve<Scalar: FourierScalar>(
  _ signal: [Complex<Scalar>], _ kernel: [Scalar], mode: ConvolutionMode = .full,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) -> [Complex<Scalar>] {
  let range = mode.range(signalCount: signal.count, kernelCount: kernel.count)
  return mixedConvolution(
    kernel, signal, range: range, method: method, threads: threadCount(threads))
}

/// The correlation of a real signal with a complex kernel; see
/// ``correlate(_:_:mode:method:threads:)``.
@_disfavoredOverload  // So that literals are not taken for complex numbers.
public func correlate<Scalar: FourierScalar>(
  _ signal: [Scalar], _ kernel: [Complex<Scalar>], mode: ConvolutionMode = .full,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) -> [Complex<Scalar>] {
  convolve(signal, reversedConjugate(kernel), mode: mode, method: method, threads: threads)
}

/// The correlation of a complex signal with a real kernel; see
/// ``correlate(_:_:mode:method:threads:)``.
@_disfavoredOverload  // So that literals are not taken for complex numbers.
public func correlate<Scalar: FourierScalar>(
  _ signal: [Complex<Scalar>], _ kernel: [Scalar], mode: ConvolutionMode = .full,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) -> [Complex<Scalar>] {
  convolve(signal, reversedConjugate(kernel), mode: mode, method: method, threads: threads)
}

/// The correlation of a real signal with a complex kernel at some lags only; see
/// ``correlate(_:_:lags:threads:)``.
@_disfavoredOverload  // So that literals are not taken for complex numbers.
public func correlate<Scalar: FourierScalar>(
  _ signal: [Scalar], _ kernel: [Complex<Scalar>], lags: ClosedRange<Int>,
  threads: Int? = nil
) -> [Complex<Scalar>] {
  // The kernel counts as its conjugate.
  let parts = [kernel.map(\.rawStorage.x), kernel.map { -$0.rawStorage.y }]
  return joined(parts.map { correlate(signal, $0, lags: lags, threads: threads) })
}

/// The correlation of a complex signal with a real kernel at some lags only; see
/// ``correlate(_:_:lags:threads:)``.
@_disfavoredOverload  // So that literals are not taken for complex numbers.
public func correlate<Scalar: FourierScalar>(
  _ signal: [Complex<Scalar>], _ kernel: [Scalar], lags: ClosedRange<Int>,
  threads: Int? = nil
) -> [Complex<Scalar>] {
  let parts = [signal.map(\.rawStorage.x), signal.map(\.rawStorage.y)]
  return joined(parts.map { correlate($0, kernel, lags: lags, threads: threads) })
}

/// The results `range` of the full convolution of real with complex numbers.
private func mixedConvolution<Scalar: FourierScalar>(
  _ reals: [Scalar], _ numbers: [Complex<Scalar>], range: Range<Int>, method: ConvolutionMethod?,
  threads: Int
) -> [Complex<Scalar>] {
  let parts = [numbers.map(\.rawStorage.x), numbers.map(\.rawStorage.y)]
  let results: [[Scalar]]
  if reals.count >= numbers.count, !range.isEmpty {
    results = sharedSignalConvolution(reals, parts, range: range, method: method, threads: threads)
  } else {
    results = parts.map {
      convolve($0, reals, range: range, method: method, threads: threads)
    }
  }
  return joined(results)
}

/// The complex numbers of which these are the real and the imaginary parts.
private func joined<Scalar: FourierScalar>(_ parts: [[Scalar]]) -> [Complex<Scalar>] {
  makeArray(count: parts[0].count) { output in
    for index in output.indices { output[index] = Complex(parts[0][index], parts[1][index]) }
  }
}
