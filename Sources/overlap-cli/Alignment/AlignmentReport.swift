import Alignment

/// What is printed about one pair of recordings.
struct AlignmentReport {
  var reference: String
  var other: String
  /// The reference's.
  var sampleRate: Int
  /// Whether the difference of the clocks was asked for: the delay is then that at the reference's
  /// first sample.
  var hasDrift = false
  /// Whether the channels that match best were asked for.
  var choosesChannels = false
  var outcome: PairOutcome

  /// How results are printed.
  enum Format {
    case sentences, json, csv
  }

  /// Prints the result, and on standard error what else there is to say.
  ///
  /// - Parameter isKnown: whether the reason of a failure has been given already.
  func print(as format: Format, isQuiet: Bool = false, isKnown: Bool = false) {
    switch format {
    case .json: printResult(json)
    case .csv: printResult(values.map(\.1.csv).joined(separator: ","))
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
  static func header(hasDrift: Bool, choosesChannels: Bool) -> String {
    let empty = AlignmentReport(
      reference: "", other: "", sampleRate: 0, hasDrift: hasDrift,
      choosesChannels: choosesChannels, outcome: .failure(CommandFailure(.usage)))
    return empty.values.map(\.0).joined(separator: ",")
  }

  /// One value of a result.
  private enum Value {
    case text(String)
    case flag(Bool)
    case integer(Int?)
    case number(Double?)

    var csv: String {
      switch self {
      case .text(let text):
        quoted(text)
      case .flag(let flag): flag.description
      case .integer(let integer): integer?.description ?? ""
      case .number(let number): number.flatMap { $0.isFinite ? $0.description : nil } ?? ""
      }
    }

    /// A text as it stands in a line of values. It is gone through by its bytes: one `Character` may
    /// be both ends of a line, or a quote with an accent.
    private func quoted(_ text: String) -> String {
      guard text.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return text }
      let quote = UInt8(ascii: "\"")
      let bytes = text.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] }
      return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
    }
  }

  /// All keys with their values; absent ones are nil.
  private var values: [(String, Value)] {
    var alignment: PairAlignment?
    var error = ""
    switch outcome {
    case .success(let found): alignment = found
    case .failure(let failure): error = failure.message
    }
    let estimate = alignment?.estimate
    let delay = hasDrift ? estimate?.delayAtStart : estimate?.delay
    let deviation = hasDrift ? estimate?.standardErrorAtStart : estimate?.standardError
    var values: [(String, Value)] = [
      ("reference", .text(reference)),
      ("other", .text(other)),
      ("aligned", .flag(outcome.isReliable)),
      ("delay_seconds", .number(delay)),
      ("delay_samples", .number(delay.map { $0 * Double(sampleRate) })),
      ("sample_rate", .integer(estimate == nil ? nil : sampleRate)),
      ("standard_error_seconds", .number(deviation)),
      ("polarity", .integer(estimate?.polarity)),
      ("false_alarm_probability", .number(estimate?.falseAlarmProbability)),
      ("peak_ratio", .number(estimate?.peakRatio)),
    ]
    if hasDrift {
      values += [
        ("drift_ppm", .number(estimate?.drift.map { $0.rate * 1e6 })),
        ("drift_standard_error_ppm", .number(estimate?.drift.map { $0.standardError * 1e6 })),
      ]
    }
    if choosesChannels {
      values += [
        ("reference_channel", .integer(alignment.map { $0.channels.reference + 1 })),
        ("other_channel", .integer(alignment.map { $0.channels.other + 1 })),
      ]
    }
    values += [
      ("overlap_seconds", .number(estimate?.overlap)),
      ("error", .text(error)),
    ]
    return values
  }

  private var json: JSONObject {
    var object: JSONObject = [:]
    for (key, value) in values {
      switch value {
      case .text(let text): if key != "error" || !text.isEmpty { object.add(key, text) }
      case .flag(let flag): object.add(key, flag)
      case .integer(let integer): object.add(key, integer)
      case .number(let number): object.add(key, number)
      }
    }
    guard case .success(let found) = outcome else { return object }
    if !found.route.isEmpty { object.add("linked_by", found.route) }
    if !found.estimate.pieces.isEmpty {
      object.add(
        "pieces",
        found.estimate.pieces.map { piece -> JSONObject in
          [
            "start_seconds": piece.start, "end_seconds": piece.end, "delay_seconds": piece.delay,
          ]
        })
    }
    return object
  }
}
