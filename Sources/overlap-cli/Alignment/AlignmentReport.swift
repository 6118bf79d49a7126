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
  var outcome: PairOutcome

  enum Format {
    case sentences, json, csv
  }

  /// Prints the result, and on standard error what else there is to say: the reason of a failure
  /// unless it `isKnown`.
  func print(as format: Format, isQuiet: Bool = false, isKnown: Bool = false) {
    switch format {
    case .json: printResult(object)
    case .csv: printResult(columns.members.map { csv($0.value) }.joined(separator: ","))
    case .sentences: break
    }
    if case .success(let found) = outcome, !isQuiet {
      for note in found.notes { printError("note: " + note) }
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

  var header: String { columns.members.map(\.key).joined(separator: ",") }

  /// All keys with their values, `error` last: null where there is none.
  private var columns: JSONObject {
    var found: PairAlignment?
    var error = ""
    switch outcome {
    case .success(let alignment): found = alignment
    case .failure(let failure): error = failure.message
    }
    let estimate = found?.estimate
    let delay = hasDrift ? estimate?.delayAtStart : estimate?.delay
    var columns: JSONObject = [
      "reference": reference, "other": other, "aligned": outcome.isReliable,
      "delay_seconds": delay, "delay_samples": delay.map { $0 * Double(sampleRate) },
      "sample_rate": found.map { _ in sampleRate },
      "standard_error_seconds":
        hasDrift ? estimate?.standardErrorAtStart : estimate?.standardError,
      "polarity": estimate?.polarity,
      "false_alarm_probability": estimate?.falseAlarmProbability,
      "peak_ratio": estimate?.peakRatio,
    ]
    if hasDrift {
      columns.add("drift_ppm", estimate?.drift.map { $0.rate * 1e6 })
      columns.add("drift_standard_error_ppm", estimate?.drift.map { $0.standardError * 1e6 })
    }
    if choosesChannels {
      columns.add("reference_channel", found.map { $0.channels.reference + 1 })
      columns.add("other_channel", found.map { $0.channels.other + 1 })
    }
    columns.add("overlap_seconds", estimate?.overlap)
    columns.add("error", error)
    return columns
  }

  private var object: JSONObject {
    var object = columns
    guard case .success(let found) = outcome else { return object }
    object.removeLast()
    if !found.route.isEmpty { object.add("linked_by", found.route) }
    if !found.notes.isEmpty { object.add("notes", found.notes) }
    if !found.estimate.pieces.isEmpty {
      object.add(
        "pieces",
        found.estimate.pieces.map { piece -> JSONObject in
          ["start_seconds": piece.start, "end_seconds": piece.end, "delay_seconds": piece.delay]
        })
    }
    return object
  }

  /// What the user should know besides the delay.
  func warnings(_ estimate: DelayEstimate) -> [String] {
    var warnings: [String] = []
    if !hasDrift, let drift = estimate.drift, drift.isSignificant {
      warnings.append(
        "its clock differs from the reference's by \(withSign(drift.rate * 1e6, 2)) ppm: the delay "
          + "is that of the middle of the overlap; --drift corrects it")
    }
    if !estimate.pieces.isEmpty {
      let pieces = estimate.pieces.map {
        "\(withSign($0.delay, 4)) s from \(fixed($0.start, 1)) s to \(fixed($0.end, 1)) s"
      }
      warnings.append(
        "the delay jumps, as where something was cut out: \(pieces.joined(separator: "; ")) "
          + "of the reference")
    }
    return warnings
  }

  /// Which file is later, by how much, how sure, and what to trim.
  func sentence(_ found: PairAlignment) -> String {
    let estimate = found.estimate
    let delay = hasDrift ? estimate.delayAtStart : estimate.delay
    let (later, earlier) = delay < 0 ? (reference, other) : (other, reference)
    let seconds = abs(delay)
    let amount = fixed(seconds, 7)
    var text =
      "Every event comes \(amount) s later in \(later) than in \(earlier) "
      + "(\(fixed(seconds * Double(sampleRate), 2)) samples at \(sampleRate) Hz, "
      + "give or take \(microseconds(estimate.standardError))).\n"
      + "Unrelated recordings would fit as well "
      + "\(probability(estimate.falseAlarmProbability)); "
      + "they overlap for \(fixed(estimate.overlap, 1)) s.\n"
    if hasDrift, let drift = estimate.drift {
      text +=
        "The clock runs \(fixed(abs(drift.rate) * 1e6, 3)) ppm "
        + "\(drift.rate < 0 ? "fast" : "slow") in \(other), give or take "
        + "\(fixed(drift.standardError * 1e6, 3)) ppm.\n"
    }
    if !found.route.isEmpty {
      text += "They are linked by \(found.route.joined(separator: ", ")).\n"
    }
    if choosesChannels {
      text +=
        "Channel \(found.channels.reference + 1) of \(reference) and channel "
        + "\(found.channels.other + 1) of \(other) match best.\n"
    }
    if estimate.polarity < 0 {
      text += "One of them is upside down: invert the polarity of \(other).\n"
    }
    text += "To line them up, trim \(amount) s from the start of \(later)."
    return text
  }

  /// What was found, and why it is not enough.
  func refusal(_ found: PairAlignment) -> String {
    let (estimate, threshold) = (found.estimate, found.threshold)
    let (later, seconds) =
      estimate.delay < 0 ? (reference, -estimate.delay) : (other, estimate.delay)
    let guess = "the best guess is that \(later) is \(fixed(seconds, 3)) s later"
    if estimate.falseAlarmProbability > threshold {
      return
        "no reliable alignment of \(reference) and \(other): \(guess), but unrelated recordings "
        + "fit as well \(probability(estimate.falseAlarmProbability)) (the limit is \(threshold))"
    }
    return
      "no reliable alignment of \(reference) and \(other): the material repeats itself; \(guess), "
      + "but another delay fits nearly as well (peak ratio \(fixed(estimate.peakRatio, 2)))"
  }
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
