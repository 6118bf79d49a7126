internal import ComputeSupport
internal import ComplexModule
public import FourierTransform
internal import RealModule

/// The correlation of a signal with a kernel at some lags only: `Σ_t signal[t + k] · conj(kernel[t])`
/// for each k of `lags`.
///
/// Lags at which the two do not overlap have the value zero. Where there are few of them the inputs
/// are taken in stretches whose cross-spectra are added up, since all share one axis of lags, and
/// transformed back once.
///
/// - Returns: a value for each lag, the lowest first; zeros if either input is empty.
/// - Complexity: O(n log L) time and O(L) memory for L lags, or less if a direct sum is faster.
@specialized(where Element == Float)
@specialized(where Element == Double)
@specialized(where Element == Complex<Float>)
@specialized(where Element == Complex<Double>)
public func correlate<Element: SignalElement>(
  _ signal: [Element], _ kernel: [Element], lags: ClosedRange<Int>,
  threads: Int? = nil
) -> [Element] {
  var values = [Element](repeating: .zero, count: lags.count)
  guard !signal.isEmpty, !kernel.isEmpty else { return values }
  let wanted = Range(lags).clamped(to: (1 - kernel.count)..<signal.count)
  guard !wanted.isEmpty else { return values }
  let first = wanted.lowerBound - lags.lowerBound
  let found = correlate(signal, kernel, overlappingLags: wanted, threads: threadCount(threads))
  for index in found.indices { values[first + index] = found[index] }
  return values
}

/// The same for lags that all have products.
private func correlate<Element: SignalElement>(
  _ signal: [Element], _ kernel: [Element], overlappingLags lags: Range<Int>, threads: Int
) -> [Element] {
  let stretches = LagStretches(
    lags: lags, signalCount: signal.count, kernelCount: kernel.count)
  let range = (lags.lowerBound + kernel.count - 1)..<(lags.upperBound + kernel.count - 1)
  let whole = Planner.shared.choose(
    Planner.Job(
      kind: ElementKind(Element.self), signalCount: max(signal.count, kernel.count),
      kernelCount: min(signal.count, kernel.count), range: range, threads: 1, uses: 1),
    method: nil)
  // On one thread, as the planner compares methods.
  let seconds = stretches.seconds(ElementKind(Element.self))
  if seconds < whole.seconds[whole.method] ?? 0,
    let scale = SpectrumScale(signal, kernel)
  {
    return stretches.correlate(signal, kernel, scale, threads: threads)
  }
  return convolve(
    signal, reversedConjugate(kernel), range: range, method: nil, threads: threads)
}

/// The powers of two that take the inputs' peaks near 1; nil where something is not finite, which
/// must not be transformed.
private struct SpectrumScale {
  let signal: Int
  let kernel: Int

  init?<Element: SignalElement>(_ signal: [Element], _ kernel: [Element]) {
    let (first, second) = (PreparedKernel(signal), PreparedKernel(kernel))
    guard first.nonFiniteTaps.isEmpty, second.nonFiniteTaps.isEmpty else { return nil }
    self.signal = first.exponent
    self.kernel = second.exponent
  }
}

/// How the inputs are cut.
private struct LagStretches {
  let lags: Range<Int>
  /// The kernel's samples that have a partner at one of the lags.
  let used: Range<Int>
  /// Samples of the kernel in a stretch; with the lags they fill a transform.
  let stretch: Int
  let transformLength: Int

  init(lags: Range<Int>, signalCount: Int, kernelCount: Int) {
    self.lags = lags
    used =
      max(
        0, 1 - lags.upperBound)..<max(
        max(0, 1 - lags.upperBound), min(kernelCount, signalCount - lags.lowerBound))
    // Four times the lags, so that three quarters of each transform are samples; not below a
    // length at which transforms are fast, and no longer than all that there is.
    let length = min(max(4 * lags.count, 1 << 13), lags.count + max(1, used.count))
    transformLength = TransformLengths.length(at: TransformLengths.index(atLeast: length))
    stretch = transformLength - lags.count + 1
  }

  private var count: Int { (used.count + stretch - 1) / stretch }

  /// Stretches are added up in at most this many groups, whatever the number of threads, so that
  /// the sum has the same bits on any.
  private var groups: Int { min(8, count) }

  func seconds(_ kind: ElementKind) -> Double {
    guard let costs = Planner.shared.model.costs[kind] else { return .infinity }
    // Two forward transforms take as long as a step's one there and one back.
    let step = costs.stepSeconds(at: TransformLengths.index(atLeast: transformLength))
    return costs.transformCall + step * (Double(count) + 0.5 + Double(groups) / 8)
  }

  func correlate<Element: SignalElement>(
    _ signal: [Element], _ kernel: [Element], _ scale: SpectrumScale, threads: Int
  ) -> [Element] {
    let packedCount = Element.packedCount(transformLength)
    let perGroup = (count + groups - 1) / groups
    var sums = [Complex<Element.Scalar>](repeating: .zero, count: groups * packedCount)
    var target = sums.mutableSpan
    target.withShared { sums in
      forEachPiece(
        groups, threads: threads, scratch: { LagWorkspace<Element>(length: transformLength) }
      ) { group, workspace in
        sums.withElements((group * packedCount)..<((group + 1) * packedCount)) { sum in
          var piece = group * perGroup
          while piece < min(count, (group + 1) * perGroup) {
            let from = used.lowerBound + piece * stretch
            workspace.add(
              from..<min(from + stretch, used.upperBound), of: kernel, signal, self, scale,
              to: &sum)
            piece += 1
          }
        }
      }
    }
    var total = Array(sums[..<packedCount])
    for index in packedCount..<sums.count { total[index % packedCount] += sums[index] }
    var workspace = LagWorkspace<Element>(length: transformLength)
    return workspace.values(&total, self, scale)
  }
}

/// One thread's memory, and what is done in it.
private struct LagWorkspace<Element: SignalElement> {
  let weights: TwiddleTable<Element.Scalar>
  let transform: ComplexTransform<Element.Scalar>
  /// What is transformed next: a whole transform's samples.
  var samples: [Element]
  var packed: [Complex<Element.Scalar>]
  var signalSpectrum: [Complex<Element.Scalar>]
  var kernelSpectrum: [Complex<Element.Scalar>]

  init(length: Int) {
    let packedCount = Element.packedCount(length)
    weights = Element.packingWeights(packedCount: packedCount)
    do { transform = try .shared(length: packedCount) } catch { preconditionFailure("\(error)") }
    samples = [Element](repeating: .zero, count: length)
    packed = [Complex<Element.Scalar>](repeating: .zero, count: packedCount)
    signalSpectrum = packed
    kernelSpectrum = packed
  }

  /// Adds the cross-spectrum of a stretch of the kernel with what it meets at the lags.
  mutating func add(
    _ taps: Range<Int>, of kernel: [Element], _ signal: [Element], _ stretches: LagStretches,
    _ scale: SpectrumScale, to sum: inout MutableSpan<Complex<Element.Scalar>>
  ) {
    load(
      signal, at: taps.lowerBound + stretches.lags.lowerBound,
      count: taps.count + stretches.lags.count - 1)
    Self.transform(
      samples, by: powerOfTwo(-scale.signal), weights, transform, &packed, &signalSpectrum)
    loadBackwards(kernel, taps, length: stretches.stretch)
    Self.transform(
      samples, by: powerOfTwo(-scale.kernel), weights, transform, &packed, &kernelSpectrum)
    Element.Scalar.addProducts(&sum, signalSpectrum.span, kernelSpectrum.span)
  }

  /// Takes `count` samples from index `start` on, zeros where there are none and after them.
  private mutating func load(_ signal: [Element], at start: Int, count: Int) {
    let inside = (start..<(start + count)).clamped(to: signal.indices)
    var target = samples.mutableSpan
    for index in 0..<(inside.lowerBound - start) { target[index] = .zero }
    for index in (inside.upperBound - start)..<target.count { target[index] = .zero }
    // A product with 1 is a copy, at the rate of the vector kernels.
    var part = target._mutatingExtracting(
      (inside.lowerBound - start)..<(inside.upperBound - start))
    Element.scale(signal.span.extracting(inside), by: 1, into: &part)
  }

  /// Takes the conjugates of a stretch backwards, so that its first is at index `length` - 1, with
  /// zeros before and after.
  private mutating func loadBackwards(_ kernel: [Element], _ taps: Range<Int>, length: Int) {
    var target = samples.mutableSpan
    for index in 0..<(length - taps.count) { target[index] = .zero }
    for index in length..<target.count { target[index] = .zero }
    let stretch = kernel.span.extracting(taps)
    for index in stretch.indices { target[length - 1 - index] = stretch[index].conjugated }
  }

  private static func transform(
    _ samples: [Element], by factor: Element.Scalar, _ weights: TwiddleTable<Element.Scalar>,
    _ transform: ComplexTransform<Element.Scalar>, _ packed: inout [Complex<Element.Scalar>],
    _ spectrum: inout [Complex<Element.Scalar>]
  ) {
    var numbers = packed.mutableSpan
    var frequencies = spectrum.mutableSpan
    Element.pack(samples.span, by: factor, weights, from: 0, into: &numbers)
    cannotFail { () throws(TransformError) in
      try transform.forward(numbers.span, into: &frequencies)
    }
  }

  /// The values at the lags from the sum of all cross-spectra.
  mutating func values(
    _ sum: inout [Complex<Element.Scalar>], _ stretches: LagStretches, _ scale: SpectrumScale
  ) -> [Element] {
    Self.invert(transform, &sum, &packed)
    let (factor, rest): (Element.Scalar, Element.Scalar) =
      powerOfTwoFactors(scale.signal + scale.kernel)
    let first = stretches.stretch - 1
    return makeArray(count: stretches.lags.count) { output in
      Element.unpack(
        packed.span, by: factor / Element.Scalar(packed.count), weights, from: 0,
        results: first..<(first + output.count), into: &output)
      guard rest != 1 else { return }
      for index in output.indices { output[index] = output[index].scaled(by: rest) }
    }
  }

  private static func invert(
    _ transform: ComplexTransform<Element.Scalar>, _ sum: inout [Complex<Element.Scalar>],
    _ packed: inout [Complex<Element.Scalar>]
  ) {
    var frequencies = sum.mutableSpan
    var numbers = packed.mutableSpan
    cannotFail { () throws(TransformError) in
      try transform.unscaledInverse(consuming: &frequencies, into: &numbers)
    }
  }
}
