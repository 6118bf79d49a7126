// SPDX-License-Identifier: MIT

public import ComplexModule
internal import ComputeSupport
public import FourierTransform

/// The convolution of real with complex samples, whichever of the two is the signal; see
/// ``convolve(_:_:mode:method:threads:)->[Element]`` for the rest.
///
/// A complex signal with a real kernel costs two real convolutions. A real signal with a complex
/// kernel takes a real transform of each block and two real inverse ones, three quarters of what the
/// same signal takes as complex samples. A real factor times a complex one is its product with both
/// parts: an infinite sample makes no NaN of a part that is not zero.
@_disfavoredOverload  // So that what is all real or all complex is not taken for a mixture.
public func convolve<Signal, Kernel>(
  _ signal: borrowing Signal, _ kernel: borrowing Kernel, mode: ConvolutionMode = .full,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) -> [Complex<Signal.Element.Scalar>]
where
  Signal: ContiguousSamples & ~Copyable & ~Escapable, Signal.Element: SignalElement,
  Kernel: ContiguousSamples & ~Copyable & ~Escapable, Kernel.Element: SignalElement,
  Signal.Element.Scalar == Kernel.Element.Scalar
{
  mixed(.convolution, signal.span, kernel.span, mode, method, threads: threads)
}

/// The correlation of real with complex samples, whichever of the two is the signal; see
/// ``correlate(_:_:mode:method:threads:)->[Element]`` and the convolution of such samples.
@_disfavoredOverload  // So that what is all real or all complex is not taken for a mixture.
public func correlate<Signal, Kernel>(
  _ signal: borrowing Signal, _ kernel: borrowing Kernel, mode: ConvolutionMode = .full,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) -> [Complex<Signal.Element.Scalar>]
where
  Signal: ContiguousSamples & ~Copyable & ~Escapable, Signal.Element: SignalElement,
  Kernel: ContiguousSamples & ~Copyable & ~Escapable, Kernel.Element: SignalElement,
  Signal.Element.Scalar == Kernel.Element.Scalar
{
  mixed(.correlation, signal.span, kernel.span, mode, method, threads: threads)
}

private func mixed<Signal: SignalElement, Kernel: SignalElement>(
  _ operation: Operation, _ signal: Span<Signal>, _ kernel: Span<Kernel>, _ mode: ConvolutionMode,
  _ method: ConvolutionMethod?, threads: Int?
) -> [Complex<Signal.Scalar>] where Signal.Scalar == Kernel.Scalar {
  let a = separatedParts(signal)
  var b = separatedParts(kernel)
  // The kernel of a correlation counts as its conjugate.
  if operation == .correlation && b.count == 2 { b[1] = b[1].map { -$0 } }
  let results = mode.results(operation, signalCount: signal.count, kernelCount: kernel.count)
  // The transforms of a real signal's blocks serve both parts of the kernel.
  let isLonger = a.count == 1 ? signal.count >= kernel.count : kernel.count >= signal.count
  var isShared = a.count != b.count && isLonger && !results.present.isEmpty
  // Few lags are found by stretches of the inputs where that is the fastest.
  if operation == .correlation, case .lags = mode, method == nil { isShared = false }
  guard isShared else {
    let pairs = a.count == 2 ? a.map { ($0, b[0]) } : b.map { (a[0], $0) }
    return makeArray(count: results.count) { output in
      join(
        pairs.map { operation.results($0, $1, mode, method, threads: threads) }, into: &output)
    }
  }
  if operation == .correlation { b = b.map { $0.reversed() } }
  let (reals, parts) = a.count == 1 ? (a[0], b) : (b[0], a)
  let joined = sharedSignalConvolution(
    reals, parts, range: results.present, method: method, threads: threadCount(threads))
  return makeArray(count: results.count) { output in
    results.write(into: &output) { join(joined, into: &$0) }
  }
}

/// The real parts of samples, and the imaginary ones if they have some.
private func separatedParts<Element: SignalElement>(_ samples: Span<Element>) -> [[Element.Scalar]]
{
  let parts = Element.separatedParts(samples)
  return Element.isReal ? [parts.real] : [parts.real, parts.imaginary]
}

/// Writes the complex values of which these are the real and the imaginary parts.
private func join<Scalar: FourierScalar>(
  _ parts: [[Scalar]], into output: inout MutableSpan<Complex<Scalar>>
) {
  for index in output.indices {
    output[index] = Complex(parts[0][index], parts.count == 2 ? parts[1][index] : 0)
  }
}
