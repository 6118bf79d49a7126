// SPDX-License-Identifier: MIT

internal import COverlap
internal import ComplexModule
internal import Convolution
internal import FourierTransform

/// Convolves lines of samples that lie side by side, by the shortest way, on which short ones take a
/// few hundred nanoseconds rather than several microseconds; false if they are none, or if something is
/// wrong with them.
func convolveLines(
  _ type: overlap_type, _ signal: UnsafePointer<overlap_array>?,
  _ kernel: UnsafePointer<overlap_array>?, _ output: UnsafePointer<overlap_array>?,
  _ options: UnsafePointer<overlap_options>?, isCorrelation: Bool
) throws(InterfaceError) -> Bool {
  guard let options = unsafe LineOptions(options) else { return false }
  func run<Element: SignalElement>(_: Element.Type) throws(InterfaceError) -> Bool {
    guard let signal = unsafe ContiguousLine<Element>(signal),
      let kernel = unsafe ContiguousLine<Element>(kernel),
      let output = unsafe ContiguousLine<Element>(output)
    else { return false }
    try signal.withSpan { signal throws(InterfaceError) in
      try kernel.withSpan { kernel throws(InterfaceError) in
        try output.withMutableSpan { results throws(InterfaceError) in
          try translating(InterfaceError.init) { () throws(ConvolutionError) in
            try convolve(signal, kernel, options, isCorrelation: isCorrelation, into: &results)
          }
        }
      }
    }
    return true
  }
  return switch type {
  case OVERLAP_FLOAT32: try run(Float.self)
  case OVERLAP_FLOAT64: try run(Double.self)
  case OVERLAP_COMPLEX64: try run(Complex<Float>.self)
  case OVERLAP_COMPLEX128: try run(Complex<Double>.self)
  default: false
  }
}

@inline(__always)
private func convolve<Element: SignalElement>(
  _ signal: Span<Element>, _ kernel: Span<Element>, _ options: LineOptions, isCorrelation: Bool,
  into results: inout MutableSpan<Element>
) throws(ConvolutionError) {
  let (mode, method, threads) = (options.mode, options.method, options.threads)
  // One call copies what is no array, which takes a part of the time of a long signal; a plan has the
  // kernel alone copied, and takes longer for a short one, by a few hundred nanoseconds.
  if signal.count >= max(4096, kernel.count) {
    let plan =
      isCorrelation
      ? try ConvolutionPlan(
        correlatingWith: kernel, mode: mode, method: method, threads: threads, expectedUses: 1)
      : try ConvolutionPlan(
        kernel: kernel, mode: mode, method: method, threads: threads, expectedUses: 1)
    return try plan.apply(to: signal, into: &results)
  }
  if isCorrelation {
    try correlate(signal, kernel, into: &results, mode: mode, method: method, threads: threads)
  } else {
    try convolve(signal, kernel, into: &results, mode: mode, method: method, threads: threads)
  }
}

/// Options that matter to a line.
private struct LineOptions {
  var mode = ConvolutionMode.full
  var method: ConvolutionMethod?
  var threads: Int?

  /// nil if there are others, or if one of them makes no sense.
  init?(_ options: UnsafePointer<overlap_options>?) {
    guard let options = unsafe options else { return }
    switch unsafe options.pointee.mode {
    case OVERLAP_FULL: mode = .full
    case OVERLAP_SAME: mode = .same
    case OVERLAP_VALID: mode = .valid
    default: return nil
    }
    switch unsafe options.pointee.method {
    case OVERLAP_AUTOMATIC: method = nil
    case OVERLAP_DIRECT: method = .direct
    case OVERLAP_SEPARABLE: method = .separable
    case OVERLAP_FFT: method = .fft
    case OVERLAP_OVERLAP_SAVE: method = .overlapSave
    default: return nil
    }
    let count = unsafe options.pointee.threads
    threads = count == 0 ? nil : Int(count)
    let hasAxes = unsafe options.pointee.axes != nil
    guard count >= 0, !hasAxes, unsafe options.pointee.boundary == OVERLAP_ZERO,
      unsafe options.pointee.result_type.rawValue == 0
    else { return nil }
  }
}
