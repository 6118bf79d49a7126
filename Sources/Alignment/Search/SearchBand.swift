// SPDX-License-Identifier: MIT

/// The frequencies that count at the rate at which all lags are searched.
package struct SearchBand: Sendable {
  /// The number of samples in a second.
  let rate: Double
  /// No weight below, in Hz.
  let low: Double
  /// No weight above, in Hz.
  let high: Double
  /// Full weight from `low + rise` to `high - fall`.
  private let rise: Double
  private let fall: Double

  /// What `restriction` leaves of the band, or full weight from 1.5 times ``lowestFrequency`` to 0.4 of
  /// the rate.
  package init(
    rate: Double, restriction: ClosedRange<Double>? = nil, isDecimated: Bool = true
  ) {
    self.rate = rate
    if let restriction {
      low = restriction.lowerBound
      // A decimator leaves less than the whole.
      high = min(restriction.upperBound, (isDecimated ? 0.45 : 0.5) * rate)
      rise = (high - low) / 16
      fall = rise
    } else {
      low = min(lowestFrequency, 0.01 * rate)
      high = 0.45 * rate
      rise = 0.5 * low
      fall = 0.05 * rate
    }
  }

  /// The band that these signals are searched in.
  init(
    _ first: some SampleSource, _ second: some SampleSource, restriction: ClosedRange<Double>?
  ) {
    let rate = searchRate(first, second, restriction)
    self.init(
      rate: rate, restriction: restriction,
      isDecimated: rate < min(first.sampleRate, second.sampleRate))
  }

  /// From 0 to 1.
  func gain(_ frequency: Double) -> Float {
    Float(max(0, min(1, (frequency - low) / rise, (high - frequency) / fall)))
  }
}

/// Below this frequency, in Hz, recordings hold wind, handling and mains. Judged.
private let lowestFrequency = 60.0

/// The common rate, in Hz, at which all lags are searched: the lower sample rate over an integer.
///
/// The whole band for short signals; about 12 kHz for longer ones, where most of the energy is; less
/// where their transform would be too long; but twice the lower part of what is asked for.
private func searchRate(
  _ first: some SampleSource, _ second: some SampleSource, _ restriction: ClosedRange<Double>?
) -> Double {
  let lower = min(first.sampleRate, second.sampleRate)
  let sampleCount = (first.duration + second.duration) * lower
  var needed = 0.0
  if let restriction {
    needed =
      min(restriction.upperBound, max(2 * restriction.lowerBound, restriction.lowerBound + 500))
      / 0.45
  }
  var divisor = 1.0
  if sampleCount > wholeBandSampleLimit {
    divisor = max(1, min((lower / 12_000).rounded(.up), (lower / needed).rounded(.down)))
  }
  while sampleCount / divisor > searchSampleLimit,
    lower / divisor > 2 * max(lowestSearchRate, needed)
  {
    divisor *= 2
  }
  return lower / divisor
}

/// Samples of both signals together: 12 s each at 44.1 kHz. Judged by time.
private let wholeBandSampleLimit = 1_048_576.0
/// 2^24 samples of both signals together: transforms of 64 MB. Judged by memory.
private let searchSampleLimit = 16_777_216.0
/// In Hz: below, there is not enough of speech left. Judged.
private let lowestSearchRate = 1300.0
