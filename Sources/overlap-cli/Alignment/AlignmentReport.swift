// SPDX-License-Identifier: MIT

import Alignment

/// What is printed about one pair of recordings.
struct AlignmentReport {
  var reference: String
  var other: String
  /// The reference's.
  var sampleRate: Int
  /// Whether clocks were compared: the delay is then that at the reference's first sample.
  var hasDrift = false
  var choosesChannels = false
  /// Whether some delays were left out.
  var hasLimit = false
  /// Whether each stretch has a line of values of its own.
  var hasPieces = false
  var outcome: PairOutcome

  enum Format {
    case sentences, json, csv
    /// Its place is in a ``PlacementTable``.
    case table
  }

  /// Prints the result, and on standard error what else there is to say: the reason of a failure
  /// unless it `isKnown`.
  func print(as format: Format, isQuiet: Bool = false, isKnown: Bool = false) {
    switch format {
    case .json: printResult(object())
    case .csv:
      for row in rows { printResult(row.members.map { csv($0.value) }.joined(separator: ",")) }
    case .sentences, .table: break
    }
    if case .success(let found) = outcome, !isQuiet {
      for note in notes(found) { printError("note: " + note) }
    }
    switch outcome {
    case .failure(let failure): if !isKnown { printError(failure.message) }
    case .success(let found) where !found.isReliable: printError(refusal(found))
    case .success(let found):
      if format == .sentences { printResult(sentence(found)) }
      if isQuiet { return }
      for warning in warnings(found.estimate) { printError("\(other): \(warning)") }
    }
  }

  var header: String { rows[0].members.map(\.key).joined(separator: ",") }

  /// All keys with their values, `error` last: null where there is none.
  var columns: JSONObject {
    var found: PairAlignment?
    var error = ""
    switch outcome {
    case .success(let alignment): found = alignment
    case .failure(let failure): error = failure.message
    }
    let estimate = found?.estimate
    let delay = found.map { self.delay($0) }
    let later = delay.flatMap { $0 == 0 ? nil : $0 < 0 ? reference : other }
    let trim = outcome.isReliable ? delay.map(abs) : nil
    let laterRate = found.map { delay ?? 0 < 0 ? sampleRate : $0.other.sampleRate }
    var columns: JSONObject = [
      "reference": reference, "other": other, "aligned": outcome.isReliable,
      "delay_seconds": delay, "delay_samples": delay.map { $0 * Double(sampleRate) },
      "sample_rate": found.map { _ in sampleRate },
      "other_delay_samples": delay.flatMap { delay in
        found.map { delay * Double($0.other.sampleRate) }
      }, "other_sample_rate": found?.other.sampleRate,
      "standard_error_seconds": found.map { standardError($0) },
      "polarity": estimate?.polarity,
      "false_alarm_probability": estimate?.falseAlarmProbability,
      "peak_ratio": estimate?.peakRatio,
    ]
    if hasDrift {
      columns.add("drift_ppm", estimate?.drift.map { $0.rate * 1e6 })
      columns.add("drift_standard_error_ppm", estimate?.drift.map { $0.standardError * 1e6 })
    }
    if choosesChannels {
      columns.add("reference_channel", found?.compared.reference.channel)
      columns.add("other_channel", found?.compared.other.channel)
    }
    columns.add("trim_file", trim.flatMap { _ in later })
    columns.add("trim_seconds", trim)
    columns.add("trim_samples", trim.flatMap { trim in laterRate.map { trim * Double($0) } })
    columns.add("overlap_seconds", estimate?.overlap)
    columns.add("error", error)
    return columns
  }

  /// The result in JSON, with what its line of a batch says besides.
  func object(with members: [(key: String, value: JSONText)] = []) -> JSONObject {
    var object = JSONObject(members.map { ($0.key, $0.value) })
    for (key, value) in columns.members { object.add(key, value) }
    if case .failure(let failure) = outcome {
      object.add("error_status", Int(failure.status.rawValue))
      object.add("error_may_pass", failure.mayPass)
    }
    guard case .success(let found) = outcome else { return object }
    object.removeLast()
    addTimeLines(found, to: &object)
    if !found.route.isEmpty { object.add("linked_by", found.route) }
    addMap(found.estimate, to: &object)
    return object
  }

  /// The keys of results: what a line of a batch has of that name is not about its own result.
  static let resultKeys: Set<String> = [
    "reference", "other", "aligned", "delay_seconds", "delay_samples", "sample_rate",
    "other_delay_samples", "other_sample_rate", "standard_error_seconds", "polarity",
    "false_alarm_probability", "peak_ratio", "drift_ppm", "drift_standard_error_ppm",
    "reference_channel", "other_channel", "trim_file", "trim_seconds", "trim_samples",
    "overlap_seconds", "reference_start_seconds", "other_start_seconds", "reference_gaps",
    "other_gaps", "reference_track", "other_track", "notes", "pieces", "breaks", "linked_by",
    "error", "error_status", "error_may_pass",
  ]

  /// What the user should know besides the delay.
  func warnings(_ estimate: DelayEstimate) -> [String] {
    var warnings: [String] = []
    if !hasDrift, let drift = estimate.drift, drift.isSignificant {
      let rate = partsPerMillion(drift.rate, standardError: drift.standardError)
      warnings.append(
        "its clock runs \(rate.value.dropFirst()) ppm \(drift.rate < 0 ? "slower" : "faster") than "
          + "the reference's: the delay is that of the first moment that both share")
    }
    if !estimate.map.breaks.isEmpty { warnings.append(jumps(estimate.map)) }
    return warnings
  }

  /// That of the reference's first sample where clocks were compared.
  func delay(_ found: PairAlignment) -> Double {
    hasDrift ? found.estimate.delayAtStart : found.estimate.delay
  }

  func standardError(_ found: PairAlignment) -> Double {
    hasDrift ? found.estimate.standardErrorAtStart : found.estimate.standardError
  }

  /// Which file is later, by how much, how sure, and what to trim.
  func sentence(_ found: PairAlignment) -> String {
    let (reference, other) = (self.reference.onOneLine, self.other.onOneLine)
    let estimate = found.estimate
    let (delay, error) = (delay(found), standardError(found))
    let (later, earlier) = delay < 0 ? (reference, other) : (other, reference)
    let amount = measured(abs(delay), standardError: error)
    let isInTime = isZero(delay, standardError: error)
    let start = hasDrift && estimate.drift != nil ? " at the start" : ""
    let cause = estimate.reflectionError > 0.5 * error ? ", by reverberation" : ""
    var text: String
    if isInTime {
      text =
        "\(reference) and \(other) are in time already\(start), give or take "
        + "\(uncertainty(error))\(cause).\n"
    } else {
      text =
        "Every event comes \(amount) s later in \(later) than in \(earlier)\(start) "
        + "(\(samples(delay, error, at: sampleRate)), give or take \(uncertainty(error))\(cause)).\n"
    }
    text +=
      "Unrelated recordings would fit as well \(probability(estimate.falseAlarmProbability)); "
      + "they overlap for \(fixed(estimate.overlap, 1)) s.\n"
    if hasDrift, let drift = estimate.drift {
      // A clock that runs fast counts more time than has passed: events seem ever later.
      let rate = partsPerMillion(drift.rate, standardError: drift.standardError)
      let isNone =
        !rate.value.contains { "1"..."9" ~= $0 } || !(abs(drift.rate) > 2 * drift.standardError)
      text +=
        (isNone
          ? "The clocks of both run alike"
          : "The clock of \(other) runs \(rate.value.dropFirst()) ppm "
            + "\(drift.rate < 0 ? "slower" : "faster") than that of \(reference)")
        + ", give or take \(rate.error) ppm.\n"
    }
    if !found.route.isEmpty {
      text += "They are linked by \(found.route.map(\.onOneLine).joined(separator: ", ")).\n"
    }
    if choosesChannels {
      text +=
        "Channel \(found.compared.reference.channel ?? 1) of \(reference) and channel "
        + "\(found.compared.other.channel ?? 1) of \(other) match best.\n"
    }
    if estimate.polarity == nil {
      text += "Reflections are too loud to tell whether one of them is upside down.\n"
    } else if estimate.polarity == -1 {
      text += "One of them is upside down: invert the polarity of \(other).\n"
    }
    if isInTime { return text + "There is nothing to trim." }
    let rate = delay < 0 ? sampleRate : found.other.sampleRate
    let own = rate == sampleRate ? "" : " (\(samples(delay, error, at: rate)))"
    return text + "To line them up, trim \(amount) s\(own) from the start of \(later)."
  }

  private func samples(_ delay: Double, _ error: Double, at rate: Int) -> String {
    "\(measured(abs(delay), standardError: error, scale: Double(rate))) samples at \(rate) Hz"
  }

  /// What was found, why it is not enough, and what to try.
  func refusal(_ found: PairAlignment) -> String {
    let (estimate, threshold) = (found.estimate, found.threshold)
    let (later, seconds) =
      estimate.delay < 0 ? (reference, -estimate.delay) : (other, estimate.delay)
    let guess = "the best guess is that \(later) is \(fixed(seconds, 3)) s later"
    if estimate.falseAlarmProbability > threshold, estimate.isOfOneEvent {
      return
        "no reliable alignment of \(reference) and \(other): \(guess), but one of them holds little "
        + "more than one short event, and unrelated recordings fit as well "
        + "\(probability(estimate.falseAlarmProbability)) (the limit is \(threshold)); try a stretch "
        + "with more events: some words, or ten claps"
    }
    if estimate.falseAlarmProbability > threshold {
      var attempts = ["a longer stretch"]
      if !choosesChannels { attempts.append("--channel best") }
      if !hasDrift { attempts.append("--drift") }
      if hasLimit { attempts.append("a larger --max-delay") }
      return
        "no reliable alignment of \(reference) and \(other): \(guess), but unrelated recordings "
        + "fit as well \(probability(estimate.falseAlarmProbability)) (the limit is \(threshold)); "
        + "try \(attempts.joined(separator: ", or ")), or they may be of different events"
    }
    return
      "no reliable alignment of \(reference) and \(other): the material repeats itself; \(guess), "
      + "but another delay fits nearly as well (peak ratio \(fixed(estimate.peakRatio, 2))); "
      + "try a longer stretch, or \(hasLimit ? "a smaller" : "a") --max-delay that rules the "
      + "other one out"
  }
}

/// Whether a delay cannot be told from none: it is within two standard errors, or would be printed
/// as zero.
func isZero(_ delay: Double, standardError: Double) -> Bool {
  abs(delay) <= 2 * standardError
    || !measured(delay, standardError: standardError).contains { "1"..."9" ~= $0 }
}

/// A value as it stands in a line of values.
private func csv(_ value: any JSONValue) -> String {
  guard let text = value as? String else { return value.json == "null" ? "" : value.json }
  // By bytes: one `Character` may be both ends of a line, or a quote with an accent.
  guard text.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return text }
  let quote = UInt8(ascii: "\"")
  let bytes = text.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] }
  return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
}
