// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import RealModule

/// A correlation at few lags, by stretches of the inputs whose cross-spectra are added up, since all
/// share one axis of lags, and transformed back once.
struct LagStretches {
  /// The powers of two that take the inputs' peaks near 1.
  typealias Scale = (signal: Int, kernel: Int)

  let lags: Range<Int>
  /// The kernel's samples that have a partner at one of the lags.
  let used: Range<Int>
  /// Samples of the kernel in a stretch; with the lags they fill a transform.
  let stretch: Int
  let transformLength: Int

  init(lags: Range<Int>, signalCount: Int, kernelCount: Int) {
    self.lags = lags
    let first = max(0, 1 - lags.upperBound)
    used = first..<max(first, min(kernelCount, signalCount - lags.lowerBound))
    // Four times the lags, so that three quarters of each transform are samples; not below a
    // length at which transforms are fast (judged), and no longer than all that there is.
    let length = min(max(4 * lags.count, 1 << 13), lags.count + max(1, used.count))
    transformLength = TransformLengths.length(at: TransformLengths.index(atLeast: length))
    stretch = transformLength - lags.count + 1
  }

  private var count: Int { (used.count + stretch - 1) / stretch }

  /// Stretches are added up in at most this many groups, whatever the number of threads, so that
  /// the sum has the same bits on any. Judged: more would share the work of more threads, and take
  /// more memory.
  private var groups: Int { min(8, count) }

  /// How to scale the inputs; nil where this way is not the fastest, on one thread as the planner
  /// compares methods, and where something is not finite, which must not be transformed.
  ///
  /// - Parameter range: the results in the full convolution.
  func scale<Element: SignalElement>(
    _ signal: [Element], _ kernel: [Element], _ range: Range<Int>
  ) -> Scale? {
    let kind = ElementKind(Element.self)
    let whole = Planner.shared.choose(
      Planner.Job(
        kind: kind, signalCount: max(signal.count, kernel.count),
        kernelCount: min(signal.count, kernel.count), range: range, threads: 1, uses: 1),
      method: nil)
    guard seconds(kind) < whole.seconds else { return nil }
    let (first, second) = (PreparedKernel(signal), PreparedKernel(kernel))
    guard first.separateTaps.isEmpty, second.separateTaps.isEmpty else { return nil }
    return (first.exponent, second.exponent)
  }

  private func seconds(_ kind: ElementKind) -> Double {
    guard let costs = Planner.shared.model.costs[kind] else { return .infinity }
    // Two forward transforms take as long as a step's one there and one back.
    let step = costs.stepSeconds(at: TransformLengths.index(atLeast: transformLength))
    return costs.transformCall + step * (Double(count) + 0.5 + Double(groups) / 8)
  }

  /// Writes the results, and tells whether they hold: none is so small beside the largest product
  /// there could be that the transforms' rounding errors may show in it.
  // Not inlined, so that the specialised versions are what runs.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  @inline(never)
  func correlate<Element: SignalElement>(
    _ signal: [Element], _ kernel: [Element], _ scale: Scale, threads: Int,
    into output: inout MutableSpan<Element>
  ) -> Bool {
    let packedCount = Element.packedCount(transformLength)
    let stretches = used.pieces(of: stretch)
    let perGroup = (count + groups - 1) / groups
    var sums = [Complex<Element.Scalar>](repeating: .zero, count: groups * packedCount)
    var target = sums.mutableSpan
    target.withShared { sums in
      forEachPiece(
        groups, threads: threads, scratch: { LagScratch<Element>(length: transformLength) }
      ) { group, scratch in
        sums.withElements((group * packedCount)..<((group + 1) * packedCount)) { sum in
          for taps in stretches.dropFirst(group * perGroup).prefix(perGroup) {
            scratch.add(taps, of: kernel, signal, self, scale, to: &sum)
          }
        }
      }
    }
    var total = Array(sums[..<packedCount])
    for index in packedCount..<sums.count { total[index % packedCount] += sums[index] }
    var transform = PlainBlockTransform<Element>(length: transformLength)
    let (factor, rest): (Element.Scalar, Element.Scalar) =
      powerOfTwoFactors(scale.signal + scale.kernel)
    let hasSmallOnes = transform.inverse(
      consuming: &total, by: factor / Element.Scalar(packedCount),
      results: (stretch - 1)..<(stretch - 1 + output.count), into: &output,
      below: Element.Scalar.layerRatio * factor)
    BlockConvolver.scale(&output, by: rest)
    return !hasSmallOnes
  }
}

/// One thread's memory, and what is done in it.
private struct LagScratch<Element: SignalElement> {
  var transform: PlainBlockTransform<Element>
  /// What is transformed next: a whole transform's samples.
  var samples: [Element]
  var signalSpectrum: [Complex<Element.Scalar>]
  var kernelSpectrum: [Complex<Element.Scalar>]

  init(length: Int) {
    transform = PlainBlockTransform(length: length)
    samples = [Element](repeating: .zero, count: length)
    signalSpectrum = [Complex<Element.Scalar>](repeating: .zero, count: transform.count)
    kernelSpectrum = signalSpectrum
  }

  /// Adds the cross-spectrum of a stretch of the kernel with what it meets at the lags.
  mutating func add(
    _ taps: Range<Int>, of kernel: [Element], _ signal: [Element], _ stretches: LagStretches,
    _ scale: LagStretches.Scale, to sum: inout MutableSpan<Complex<Element.Scalar>>
  ) {
    load(
      signal, at: taps.lowerBound + stretches.lags.lowerBound,
      count: taps.count + stretches.lags.count - 1)
    transform.forward(samples, by: powerOfTwo(-scale.signal), into: &signalSpectrum)
    loadBackwards(kernel, taps, length: stretches.stretch)
    transform.forward(samples, by: powerOfTwo(-scale.kernel), into: &kernelSpectrum)
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
}
