/// How a delay is to be sought.
public struct AlignmentOptions: Sendable, Equatable {
  /// The largest magnitude of the delay to consider, in seconds; nil for every possible one.
  public var maximumLag: Double?
  /// Whether the difference of the clocks is to be measured even where it is not evident.
  public var measuresDrift: Bool
  /// How much each frequency counts.
  public var weighting: Weighting
  /// The only frequencies that count; nil for all that both signals hold.
  public var band: FrequencyBand?
  /// The number of threads to use, at least 1; nil for all cores. The result is the same.
  public var threads: Int?

  /// Creates options.
  public init(
    maximumLag: Double? = nil, measuresDrift: Bool = false, weighting: Weighting = .automatic,
    band: FrequencyBand? = nil, threads: Int? = nil
  ) {
    self.maximumLag = maximumLag
    self.measuresDrift = measuresDrift
    self.weighting = weighting
    self.band = band
    self.threads = threads
  }
}

/// How much each frequency counts in a generalised cross-correlation (Knapp & Carter 1976).
///
/// With the spectra G₁₁ and G₂₂ of the signals, their cross-spectrum G₁₂ and their coherence
/// γ² = |G₁₂|² / (G₁₁ G₂₂), the weight is a factor of the cross-spectrum. It decides which delay is
/// found; how sure that is is always judged in the same way, on whitened signals.
public enum Weighting: String, CaseIterable, Sendable {
  /// Several weightings to find the delay, and the maximum-likelihood weighting to refine it.
  case automatic = "auto"
  /// The phase transform, 1 / |G₁₂|, by each frequency's own magnitude.
  case phaseTransform = "phat"
  /// The smoothed coherence transform, 1 / √(G₁₁ G₂₂), with spectra averaged over neighbouring
  /// frequencies.
  case smoothedCoherence = "scot"
  /// Maximum likelihood, γ² / (|G₁₂| (1 - γ²)) (Hannan & Thomson 1973), with averaged spectra.
  ///
  /// As long as the delay is not known there is no coherence to be had: all lags are searched as
  /// with ``smoothedCoherence``, and the likelihood is that of aligned windows.
  case maximumLikelihood = "ml"
  /// Plain cross-correlation: every frequency counts as it is.
  case none
}

/// A range of frequencies.
public struct FrequencyBand: Sendable, Equatable {
  /// In Hz.
  public var low: Double
  /// In Hz; above `low`.
  public var high: Double

  /// Creates a band from `low` to `high` Hz.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// Throws if the band is none, or if there is nothing of it in signals of these rates and lengths.
  ///
  /// A pair of windows needs a few frequencies to tell a delay: at least ``fewestFrequencies``.
  func check(
    _ first: some SampleSource, _ second: some SampleSource
  ) throws(AlignmentError) {
    guard low >= 0, low < high, high.isFinite else {
      throw .invalidOption(
        "a band needs two frequencies in Hz, the lower first, not \(low) to \(high)")
    }
    let nyquist = Double(min(first.sampleRate, second.sampleRate)) / 2
    guard low < nyquist else {
      throw .invalidOption(
        "a band from \(low) Hz on is empty: the lower sample rate has nothing above \(nyquist) Hz")
    }
    let duration = min(
      first.duration, second.duration,
      Double(WindowGrid.targetLength) / Double(max(first.sampleRate, second.sampleRate)))
    let count = (min(high, nyquist) - low) * duration
    guard count >= Self.fewestFrequencies else {
      throw .invalidOption(
        "a band of \(min(high, nyquist) - low) Hz holds \(Int(count)) frequencies that windows of "
          + "\(duration) s can tell apart; at least \(Int(Self.fewestFrequencies)) are needed")
    }
  }

  private static var fewestFrequencies: Double { 16 }
}
