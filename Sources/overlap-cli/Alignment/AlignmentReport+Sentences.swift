import Alignment

extension AlignmentReport {
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
