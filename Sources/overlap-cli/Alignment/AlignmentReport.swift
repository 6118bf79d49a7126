import Alignment

/// What is printed about one pair of recordings.
struct AlignmentReport {
  var reference: String
  var other: String
  /// The reference's.
  var sampleRate: Int
  /// Whether clocks were compared: the delay is then that at the reference's first sample.
  var hasDrift = false
  /// Whether the channels that match best were asked for.
  var choosesChannels = false
  var outcome: PairOutcome

  /// How results are printed.
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
    switch outcome {
    case .failure(let failure): if !isKnown { printError(failure.message) }
    case .success(let found) where !found.isReliable: printError(refusal(found))
    case .success(let found):
      if format == .sentences { printResult(sentence(found)) }
      if isQuiet { return }
      for warning in warnings(found.estimate) { printError("\(other): \(warning)") }
    }
  }

  /// The names of the columns of ``Format/csv``.
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
    if !found.estimate.pieces.isEmpty {
      object.add(
        "pieces",
        found.estimate.pieces.map { piece -> JSONObject in
          ["start_seconds": piece.start, "end_seconds": piece.end, "delay_seconds": piece.delay]
        })
    }
    return object
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
