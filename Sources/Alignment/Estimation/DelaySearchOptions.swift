// SPDX-License-Identifier: MIT

/// How a delay is to be sought.
public struct DelaySearchOptions: Sendable, Equatable, Codable {
  /// How much each frequency counts in a generalised cross-correlation (Knapp & Carter 1976).
  ///
  /// With the spectra G₁₁ and G₂₂ of the signals, their cross-spectrum G₁₂ and their coherence
  /// γ² = |G₁₂|² / (G₁₁ G₂₂), the weight is a factor of the cross-spectrum. It decides which delay
  /// is found; how sure that is is always judged in the same way, on whitened signals.
  public enum Weighting: String, CaseIterable, Sendable, Codable {
    /// The phase transform (PHAT), 1 / |G₁₂|, by each frequency's own magnitude.
    case phaseTransform
    /// The smoothed coherence transform (SCOT), 1 / √(G₁₁ G₂₂), with spectra averaged over
    /// neighbouring frequencies.
    case smoothedCoherence
    /// Maximum likelihood, γ² / (|G₁₂| (1 - γ²)) (Hannan & Thomson 1973), with averaged spectra.
    ///
    /// As long as the delay is not known there is no coherence to be had: all lags are searched as
    /// with ``smoothedCoherence``, and the likelihood is that of aligned segments.
    case maximumLikelihood
    /// Plain cross-correlation: every frequency counts as it is.
    case unweighted
  }

  /// How far from ``expectedDelay`` a delay may be, either way, in seconds; nil for every possible one.
  public var maximumDelay: Double?
  /// The middle of the delays to consider, in seconds, where ``maximumDelay`` limits them.
  public var expectedDelay: Double
  /// Whether the difference of the clocks is to be measured even where it is not evident.
  public var measuresDrift: Bool
  /// How much each frequency counts; nil for several weightings to find the delay, and maximum
  /// likelihood to refine it.
  public var weighting: Weighting?
  /// The only frequencies that count, in Hz; nil for all that both signals hold.
  public var band: ClosedRange<Double>?
  /// The largest false-alarm probability of a break of the map; less certain ones are left out.
  public var largestBreakProbability: Double
  /// The number of threads to use; nil for one for each processor. The result is the same.
  public var threads: Int?

  /// Creates options.
  public init(
    maximumDelay: Double? = nil, measuresDrift: Bool = false, weighting: Weighting? = nil,
    band: ClosedRange<Double>? = nil, threads: Int? = nil, expectedDelay: Double = 0,
    largestBreakProbability: Double = 1e-6
  ) {
    self.maximumDelay = maximumDelay
    self.expectedDelay = expectedDelay
    self.measuresDrift = measuresDrift
    self.weighting = weighting
    self.band = band
    self.threads = threads
    self.largestBreakProbability = largestBreakProbability
  }

  /// Throws if a number makes no sense, or if there is nothing of the band in these signals.
  func check(
    _ first: some SampleSource, _ second: some SampleSource
  ) throws(AlignmentError) {
    if let maximumDelay, !(maximumDelay >= 0) {
      throw .invalidOption(
        "the largest delay must be zero or a positive number of seconds, not \(maximumDelay)")
    }
    guard expectedDelay.isFinite else {
      throw .invalidOption("the expected delay must be a number of seconds, not \(expectedDelay)")
    }
    guard largestBreakProbability >= 0, largestBreakProbability <= 1 else {
      throw .invalidOption(
        "the largest probability of a break to be none must be from 0 to 1, not "
          + "\(largestBreakProbability)")
    }
    try first.check(.reference)
    try second.check(.other)
    guard let band else { return }
    let (low, high) = (band.lowerBound, band.upperBound)
    guard low >= 0, low < high, high.isFinite else {
      throw .invalidOption(
        "a band needs two frequencies in Hz, the lower first, not \(low) to \(high)")
    }
    let nyquist = min(first.sampleRate, second.sampleRate) / 2
    guard low < nyquist else {
      throw .invalidOption(
        "a band from \(low) Hz on is empty: the lower sample rate has nothing above \(nyquist) Hz")
    }
    let duration = min(
      first.duration, second.duration,
      Double(SegmentGrid.targetLength) / max(first.sampleRate, second.sampleRate))
    let count = (min(high, nyquist) - low) * duration
    guard count >= Self.fewestFrequencies else {
      throw .invalidOption(
        "a band of \(min(high, nyquist) - low) Hz holds \(Int(count)) frequencies that segments of "
          + "\(duration) s can tell apart; at least \(Int(Self.fewestFrequencies)) are needed")
    }
  }

  /// Judged: with fewer, a segment's standard error is no more than a guess.
  private static var fewestFrequencies: Double { 16 }
}

/// What the module's own code calls it.
package typealias Weighting = DelaySearchOptions.Weighting
