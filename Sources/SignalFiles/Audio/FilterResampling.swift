// SPDX-License-Identifier: MIT

/// The taps of a filter at another sample rate, and how many of them come before its time 0.
///
/// The filter has the same gain at each frequency, and the same phase. ``resample(_:from:to:)`` does
/// that to a signal and ends where the signal does; of a filter, what its band-limited form has
/// before its first tap and after its last one counts as much as the rest, and without it a single
/// tap would lose up to half of its gain.
///
/// - Throws: ``ResamplingError``.
package func resampleFilter(
  _ taps: [Float], from source: Int, to target: Int
) throws(ResamplingError) -> (taps: [Float], lead: Int) {
  if source == target { return (taps, 0) }
  guard source > 0, target > 0 else {
    throw .invalidRates(from: Double(source), to: Double(target))
  }
  // So many zeros at each end that time 0 falls on a sample of both rates.
  let divisor = greatestCommonDivisor(source, target)
  let periods = (ringing * divisor + min(source, target) - 1) / min(source, target)
  let padding = periods * (source / divisor)
  let zeros = [Float](repeating: 0, count: padding)
  let ratio = Double(target) / Double(source)
  let all = try resample(zeros + taps + zeros, from: Double(source), to: Double(target))
  let lead = Int((Double(ringing) * max(1, ratio)).rounded(.up))
  let origin = periods * (target / divisor)
  let end = origin + Int((Double(taps.count) * ratio).rounded(.up)) + lead
  let gain = Float(1 / ratio)
  return (all[origin - lead..<min(end, all.count)].map { gain * $0 }, lead)
}

/// What the resampler's filter has before and after a sample, in periods of the lower of two rates: to
/// -160 dB of its peak, beyond which single precision has nothing left.
private let ringing = 128

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
