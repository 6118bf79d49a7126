// SPDX-License-Identifier: MIT

public import FourierTransform
internal import RealModule

/// Reads a signal at other times: output sample n is the band-limited signal at the input position
/// `start + n · step`, in samples.
///
/// `start` takes a recording's delay, and `step` the ratio of the rates and of the clocks. The filter
/// is a sinc of 32 zero crossings on each side under a Kaiser window (β = 9: what folds is 90 dB
/// down); at a whole position with a step of 1 it is the identity.
public struct TimeWarp: Sendable {
  /// The input position of output sample 0.
  package let start: Double
  /// Input samples from one output sample to the next.
  package let step: Double
  /// The filter's length on each side, in input samples.
  private let halfWidth: Int
  /// The filter at ``phaseCount`` + 1 fractions of a sample, one after the other.
  private let table: [Float]
  private let phaseCount: Int

  /// Linear interpolation between so many phases is off by π²/8 · 2^-20 at most: -118 dB.
  private static var largestPhaseCount: Int { 1024 }
  private static var zeroCrossings: Int { 32 }

  /// Prepares a warp; `step` is positive.
  public init(start: Double, step: Double) {
    precondition(step > 0, "time cannot run backwards")
    self.start = start
    self.step = step
    // Clocks that differ by a thousandth are no reason to narrow the band.
    let cutoff = step > 1.002 ? 0.95 / step : 1
    let half = Int((Double(Self.zeroCrossings) / cutoff).rounded(.up))
    let phaseCount = max(1, Int((Double(Self.largestPhaseCount) * cutoff).rounded(.up)))
    (self.halfWidth, self.phaseCount) = (half, phaseCount)
    table =
      cutoff == 1 ? Self.fullBandTable : Self.table(cutoff, half: half, phaseCount: phaseCount)
  }

  /// The table of all warps that narrow no band.
  private static let fullBandTable = table(1, half: zeroCrossings, phaseCount: largestPhaseCount)

  private static func table(_ cutoff: Double, half: Int, phaseCount: Int) -> [Float] {
    (0...phaseCount).flatMap { phase in
      let fraction = Double(phase) / Double(phaseCount)
      return (0..<2 * half).map { tap in
        let position = Double(tap - half + 1) - fraction
        return Float(
          cutoff * sinc(cutoff * position) * kaiser(position / Double(half), beta: 9))
      }
    }
  }

  /// Prepares what puts a recording on the time line of the reference that it was aligned with, at
  /// `outputRate` samples a second: the reference's own rate keeps them sample for sample together.
  public init(aligning estimate: DelayEstimate, inputRate: Double, outputRate: Double) {
    self.init(
      start: estimate.delayAtStart * inputRate,
      step: (1 + (estimate.drift?.rate ?? 0)) * inputRate / outputRate)
  }

  /// Prepares what puts a recording on the time line of the reference that it was aligned with, sample
  /// for sample: `other` and `reference` are those of ``estimateDelay(of:from:options:)``.
  ///
  /// - Precondition: the sample rates are positive, as those of signals that were aligned.
  public init(
    aligning estimate: DelayEstimate, of other: some SampleSource,
    from reference: some SampleSource
  ) {
    self.init(
      aligning: estimate, inputRate: other.sampleRate, outputRate: reference.sampleRate)
  }

  /// The first `count` output samples of a whole signal, which is 0 before its start and after its
  /// end.
  ///
  /// - Complexity: O(64 · count), and more in proportion where the step exceeds 1.
  public func apply<Samples>(to signal: borrowing Samples, count: Int) -> [Float]
  where Samples: ContiguousSamples & ~Copyable & ~Escapable, Samples.Element == Float {
    let samples = signal.span
    let needed = inputRange(for: 0..<count)
    var input = [Float](repeating: 0, count: needed.count)
    for index in needed.clamped(to: 0..<samples.count) {
      input[index - needed.lowerBound] = samples[index]
    }
    var result = [Float](repeating: 0, count: count)
    var target = result.mutableSpan
    apply(input.span, outputs: 0..<count, into: &target)
    return result
  }

  /// The input samples that are needed for a range of output samples.
  package func inputRange(for outputs: Range<Int>) -> Range<Int> {
    guard !outputs.isEmpty else { return 0..<0 }
    let first = Int((start + Double(outputs.lowerBound) * step).rounded(.down))
    let last = Int((start + Double(outputs.upperBound - 1) * step).rounded(.down))
    return first - halfWidth + 1..<last + halfWidth + 2
  }

  /// Computes the output samples `outputs` from `input`, which holds ``inputRange(for:)``.
  ///
  /// - Complexity: O(64 · outputs), and more in proportion where `step` exceeds 1.
  package func apply(
    _ input: Span<Float>, outputs: Range<Int>, into target: inout MutableSpan<Float>
  ) {
    let origin = inputRange(for: outputs).lowerBound
    let taps = 2 * halfWidth
    let filters = table.span
    for output in outputs {
      let position = start + Double(output) * step
      let floor = position.rounded(.down)
      let phase = (position - floor) * Double(phaseCount)
      let index = min(phaseCount - 1, Int(phase))
      let share = Float(phase - Double(index))
      let base = Int(floor) - halfWidth + 1 - origin
      let samples = input.extracting(base..<base + taps)
      let low = dot(samples, filters.extracting(index * taps..<(index + 1) * taps))
      let high =
        share == 0
        ? low : dot(samples, filters.extracting((index + 1) * taps..<(index + 2) * taps))
      target[output - outputs.lowerBound] = low + share * (high - low)
    }
  }
}
