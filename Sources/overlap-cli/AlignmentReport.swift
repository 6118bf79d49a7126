import Alignment

/// What is printed about one pair of recordings.
struct AlignmentReport {
  var reference: String
  var other: String
  /// The reference's.
  var sampleRate: Int
  var threshold: Double
  var outcome: Result<DelayEstimate, CommandFailure>

  /// What the pair adds to the command's exit status; nil for a reliable alignment.
  var status: ExitStatus? {
    switch outcome {
    case .success(let estimate): estimate.isReliable(atMost: threshold) ? nil : .noMatch
    case .failure(let failure): failure.status
    }
  }

  func print(asJSON: Bool) {
    if asJSON { Swift.print(json.line) }
    switch outcome {
    case .failure(let failure): printError(failure.message)
    case .success(let estimate):
      if !estimate.isReliable(atMost: threshold) {
        printError(refusal(estimate))
      } else if !asJSON {
        Swift.print(sentence(estimate))
      }
    }
  }

  private var json: JSONObject {
    var object = JSONObject()
    object.add("reference", reference)
    object.add("other", other)
    object.add("aligned", status == nil)
    switch outcome {
    case .failure(let failure):
      object.add("error", failure.message)
    case .success(let estimate):
      object.add("delay_seconds", estimate.delay)
      object.add("delay_samples", estimate.delay * Double(sampleRate))
      object.add("sample_rate", sampleRate)
      object.add("standard_error_seconds", estimate.standardError)
      object.add("polarity", estimate.polarity)
      object.add("false_alarm_probability", estimate.falseAlarmProbability)
      object.add("peak_ratio", estimate.peakRatio)
      object.add("overlap_seconds", estimate.overlap)
    }
    return object
  }

  /// Which file is later, by how much, how sure, and what to trim.
  private func sentence(_ estimate: DelayEstimate) -> String {
    let (later, earlier) = estimate.delay < 0 ? (reference, other) : (other, reference)
    let seconds = abs(estimate.delay)
    let amount = fixed(seconds, 7)
    var text =
      "Every event comes \(amount) s later in \(later) than in \(earlier) "
      + "(\(fixed(seconds * Double(sampleRate), 2)) samples at \(sampleRate) Hz, "
      + "give or take \(microseconds(estimate.standardError))).\n"
      + "Unrelated recordings would fit as well "
      + "\(probability(estimate.falseAlarmProbability)); "
      + "they overlap for \(fixed(estimate.overlap, 1)) s.\n"
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

private func probability(_ value: Double) -> String {
  if value >= 0.1 { return "with a probability of \(fixed(value, 1))" }
  if value <= 1e-30 { return "with a probability below 1e-30" }
  let exponent = Int(String(value).split(separator: "e").last ?? "") ?? 0
  if exponent < 0 { return "with a probability of about 1e\(exponent)" }
  return "with a probability of \(fixed(value, 4))"
}

private func microseconds(_ seconds: Double) -> String {
  let value = seconds * 1e6
  if value < 0.01 { return "less than 0.01 us" }
  if value < 1000 { return "\(fixed(value, value < 1 ? 2 : 1)) us" }
  return "\(fixed(value / 1000, 1)) ms"
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
