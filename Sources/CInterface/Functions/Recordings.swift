// SPDX-License-Identifier: MIT

internal import Alignment
public import COverlap
internal import FourierTransform

// The function of overlap.h for two recordings.

/// Estimates the delay between two recordings; the header, overlap.h, has the rest.
@c @implementation
public func overlap_estimate_delay(
  _ type: overlap_type, _ reference: UnsafePointer<overlap_array>?,
  _ other: UnsafePointer<overlap_array>?, _ sampleRate: Double,
  _ options: UnsafePointer<overlap_delay_options>?, _ estimate: UnsafeMutablePointer<overlap_delay>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    let type = try ElementType(type)
    let reference = unsafe try ArrayView(reference, type, "the reference")
    let other = unsafe try ArrayView(other, type, "the other signal")
    for (signal, name) in [(reference, "the reference"), (other, "the other signal")] {
      try signal.require(rank: 1, name)
      try signal.requireReal(name)
    }
    guard let estimate = unsafe estimate else { throw .argument("the estimate is NULL") }
    let search = unsafe try DelaySearchOptions(options?.pointee ?? overlap_delay_options())
    let found =
      type.cType == OVERLAP_FLOAT32
      ? try delay(other.elements(Float.self), reference.elements(Float.self), sampleRate, search)
      : try delay(other.elements(Double.self), reference.elements(Double.self), sampleRate, search)
    unsafe estimate.pointee = overlap_delay(
      delay: found.delay, standard_error: found.standardError,
      false_alarm_probability: found.falseAlarmProbability, peak_ratio: found.peakRatio,
      overlap: found.overlap, drift: found.drift?.rate ?? .nan,
      drift_standard_error: found.drift?.standardError ?? .nan,
      polarity: Int32(found.polarity ?? 0), is_ambiguous: found.isAmbiguous ? 1 : 0)
  }
}

private func delay<Scalar: FourierScalar>(
  _ other: [Scalar], _ reference: [Scalar], _ sampleRate: Double, _ options: DelaySearchOptions
) throws(InterfaceError) -> DelayEstimate {
  try translating(InterfaceError.init) { () throws(AlignmentError) in
    try estimateDelay(of: other, from: reference, sampleRate: sampleRate, options: options)
  }
}

extension DelaySearchOptions {
  fileprivate init(_ options: overlap_delay_options) throws(InterfaceError) {
    let (lowest, highest) = (options.lowest_frequency, options.highest_frequency)
    guard lowest <= highest else {
      throw .argument("the frequencies from \(lowest) to \(highest) Hz are none")
    }
    self.init(
      maximumDelay: options.maximum_delay == 0 ? nil : options.maximum_delay,
      measuresDrift: options.measures_drift != 0,
      band: lowest == 0 && highest == 0 ? nil : lowest...highest,
      threads: try ArrayOptions.threads(options.threads),
      expectedDelay: options.expected_delay)
  }
}
