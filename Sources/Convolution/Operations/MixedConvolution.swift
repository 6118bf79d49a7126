public import ComplexModule
internal import ComputeSupport
public import FourierTransform

/// The convolution of real with complex samples, whichever of the two is the signal; see
/// ``convolve(_:_:mode:method:threads:)`` for the rest.
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
  let (a, b) = (separatedParts(signal.span), separatedParts(kernel.span))
  let count = (signal: a[0].count, kernel: b[0].count)
  let results = mode.results(.convolution, signalCount: count.signal, kernelCount: count.kernel)
  return joined(results, mixed(a, b, results, method: method, threads: threadCount(threads)))
}

/// The correlation of real with complex samples, whichever of the two is the signal; see
/// ``correlate(_:_:mode:method:threads:)`` and the convolution of such samples.
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
  let a = separatedParts(signal.span)
  // The kernel counts as its conjugate.
  var b = separatedParts(kernel.span)
  if b.count == 2 { b[1] = b[1].map { -$0 } }
  let results = mode.results(
    .correlation, signalCount: a[0].count, kernelCount: b[0].count)
  if case .lags = mode, method == nil {
    let parts = a.count == 2 ? a.map { ($0, b[0]) } : b.map { (a[0], $0) }
    return joined(
      results,
      parts.map { signal, kernel in
        makeArray(count: results.count) { output in
          write(
            results, of: signal, correlatedWith: kernel, mode: mode, method: nil,
            threads: threadCount(threads), into: &output)
        }
      })
  }
  return joined(
    results,
    mixed(a, b.map { $0.reversed() }, results, method: method, threads: threadCount(threads)))
}

/// The real parts of samples, and the imaginary ones if they have some.
private func separatedParts<Element: SignalElement>(_ samples: Span<Element>) -> [[Element.Scalar]]
{
  (0..<Element.scalarCount).map { part in
    makeArray(count: samples.count) { output in
      for index in output.indices {
        let parts = samples[index].parts
        output[index] = part == 0 ? parts.real : parts.imaginary
      }
    }
  }
}

/// The real and the imaginary parts of the results, of which `a` or `b` has two parts.
private func mixed<Scalar: FourierScalar>(
  _ a: [[Scalar]], _ b: [[Scalar]], _ results: WantedResults, method: ConvolutionMethod?,
  threads: Int
) -> [[Scalar]] {
  let (reals, parts) = a.count == 1 ? (a[0], b) : (b[0], a)
  let range = results.present
  guard reals.count >= parts[0].count, !range.isEmpty else {
    return parts.map { convolve($0, reals, range: range, method: method, threads: threads) }
  }
  return sharedSignalConvolution(reals, parts, range: range, method: method, threads: threads)
}

/// The complex values of which these are the real and the imaginary parts, of all wanted results or
/// of those present.
private func joined<Scalar: FourierScalar>(
  _ results: WantedResults, _ parts: [[Scalar]]
) -> [Complex<Scalar>] {
  makeArray(count: results.count) { output in
    let isWhole = parts[0].count == results.count
    let join = { (output: inout MutableSpan<Complex<Scalar>>) in
      for index in output.indices {
        output[index] = Complex(parts[0][index], parts.count == 2 ? parts[1][index] : 0)
      }
    }
    if isWhole { join(&output) } else { results.write(into: &output, join) }
  }
}
