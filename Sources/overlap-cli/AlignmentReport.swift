import Alignment

/// What is printed about one pair of recordings.
struct AlignmentReport {
  var reference: String
  var other: String
  /// The reference's.
  var sampleRate: Int
  var threshold: Double
  /// Whether the difference of the clocks was asked for: the delay is then that at the reference's
  /// first sample.
  var hasDrift = false
  /// Whether the channels that match best were asked for.
  var choosesChannels = false
  var outcome: Result<PairAlignment, CommandFailure>

  private var isAligned: Bool {
    if case .success(let found) = outcome { return found.estimate.isReliable(atMost: threshold) }
    return false
  }

  /// How results are printed.
  enum Format {
    case sentences, json, csv
  }

  /// Prints the result, and on standard error what else there is to say.
  ///
  /// - Parameter isKnown: whether the reason of a failure has been given already.
  func print(as format: Format, isQuiet: Bool = false, isKnown: Bool = false) {
    switch format {
    case .json: printResult(json.line)
    case .csv: printResult(values.map(\.1.csv).joined(separator: ","))
    case .sentences: break
    }
    switch outcome {
    case .failure(let failure): if !isKnown { printError(failure.message) }
    case .success(let found) where !isAligned: printError(refusal(found.estimate))
    case .success(let found):
      if format == .sentences { printResult(sentence(found)) }
      if isQuiet { return }
      for warning in warnings(found.estimate) { printError("\(other): \(warning)") }
    }
  }

  /// The names of the columns of ``Format/csv``.
  static func header(hasDrift: Bool, choosesChannels: Bool) -> String {
    let empty = AlignmentReport(
      reference: "", other: "", sampleRate: 0, threshold: 0, hasDrift: hasDrift,
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
    let delay =
      hasDrift ? estimate.map { $0.drift?.delayAtStart ?? $0.delay } : estimate?.delay
    let deviation =
      hasDrift
      ? estimate.map { $0.drift?.standardErrorAtStart ?? $0.standardError }
      : estimate?.standardError
    var values: [(String, Value)] = [
      ("reference", .text(reference)),
      ("other", .text(other)),
      ("aligned", .flag(isAligned)),
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
    var object = JSONObject()
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
        found.estimate.pieces.map {
          var piece = JSONObject()
          piece.add("start_seconds", $0.start)
          piece.add("end_seconds", $0.end)
          piece.add("delay_seconds", $0.delay)
          return piece
        })
    }
    return object
  }

  /// What the user should know besides the delay.
  private func warnings(_ estimate: DelayEstimate) -> [String] {
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
  private func sentence(_ found: PairAlignment) -> String {
    let estimate = found.estimate
    let delay = hasDrift ? estimate.drift?.delayAtStart ?? estimate.delay : estimate.delay
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
  private func refusal(_ estimate: DelayEstimate) -> String {
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

func probability(_ value: Double) -> String {
  if value >= 0.1 { return "with a probability of \(fixed(value, 1))" }
  if value <= 1e-30 { return "with a probability below 1e-30" }
  let exponent = Int(String(value).split(separator: "e").last ?? "") ?? 0
  if exponent < 0 { return "with a probability of about 1e\(exponent)" }
  return "with a probability of \(fixed(value, 4))"
}

func microseconds(_ seconds: Double) -> String {
  let value = seconds * 1e6
  if value < 0.01 { return "less than 0.01 us" }
  if value < 1000 { return "\(fixed(value, value < 1 ? 2 : 1)) us" }
  return "\(fixed(value / 1000, 1)) ms"
}

/// `value` with its sign and `digits` decimals.
private func withSign(_ value: Double, _ digits: Int) -> String {
  (value < 0 ? "-" : "+") + fixed(abs(value), digits)
}

/// `value` (not negative) with `digits` decimals.
func fixed(_ value: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let scaled = (value * scale).rounded()
  guard scaled < 9e15 else { return "\(value)" }
  let whole = String(Int(scaled))
  guard digits > 0 else { return whole }
  let padded = String(repeating: "0", count: max(0, digits + 1 - whole.count)) + whole
  return "\(padded.dropLast(digits)).\(padded.suffix(digits))"
}
