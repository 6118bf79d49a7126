// SPDX-License-Identifier: MIT

import Alignment

// What a result says of stretches, breaks and clocks.
extension AlignmentReport {
  /// Adds the stretches where there is more to say of them than one delay, and the breaks.
  func addMap(_ estimate: DelayEstimate, to object: inout JSONObject) {
    let map = estimate.map
    if !hasDrift, let drift = estimate.drift {
      object.add("drift_ppm", drift.rate * 1e6)
      object.add("drift_standard_error_ppm", drift.standardError * 1e6)
    }
    guard estimate.drift != nil || !map.breaks.isEmpty else { return }
    object.add("pieces", map.stretches.map(\.json))
    if !map.breaks.isEmpty { object.add("breaks", map.breaks.map(\.json)) }
  }

  /// The lines of values: one, or one for each stretch, with the columns that tell of stretches last.
  var rows: [JSONObject] {
    guard hasPieces else { return [columns] }
    var error = ""
    if case .failure(let failure) = outcome { error = failure.message }
    let found = (try? outcome.get())?.estimate.map.stretches
    let stretches =
      found?.map(\.json.members) ?? [
        TimeMap.Stretch(start: 0, end: 0, delay: 0).json.members.map { ($0.key, Double?.none) }
      ]
    return stretches.map { members in
      var row: JSONObject = [
        "reference": reference, "other": other, "aligned": outcome.isReliable,
      ]
      for (key, value) in members { row.add(key, value) }
      row.add("error", error)
      return row
    }
  }

  /// Where the delay jumps, in a sentence.
  func jumps(_ map: TimeMap) -> String {
    let places = map.breaks.map { place in
      let length = fixed(abs(place.inserted), abs(place.inserted) < 0.1 ? 4 : 3)
      let what = place.inserted < 0 ? "\(length) s less" : "\(length) s more"
      return "\(what) at \(fixed(0.5 * (place.from + place.to), 2)) s"
    }
    return
      "the delay jumps, as where something was cut out of a recording or put into one: it holds "
      + "\(places.joined(separator: ", ")) of the reference, and what is said of the delay is that of "
      + "the first stretch; --json tells of each"
  }
}

extension TimeMap.Stretch {
  /// Its delay is that at its start.
  var json: JSONObject {
    [
      "start_seconds": start, "end_seconds": end, "delay_seconds": delay,
      "standard_error_seconds": standardError, "drift_ppm": rate * 1e6,
      "drift_standard_error_ppm": rateStandardError * 1e6,
      "false_alarm_probability": falseAlarmProbability,
    ]
  }
}

extension TimeMap.Break {
  var json: JSONObject {
    [
      "from_seconds": from, "to_seconds": to, "inserted_seconds": inserted,
      "false_alarm_probability": falseAlarmProbability,
    ]
  }
}
