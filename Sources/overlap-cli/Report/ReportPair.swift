// SPDX-License-Identifier: MIT

import Alignment
import SignalFiles

/// What the page shows of two recordings: how they were compared, and where to listen.
struct ReportPair {
  private let pair: ReportData.Pair
  private let names: (reference: String, other: String)
  private let paths: (reference: String, other: String)
  private let sources: (reference: RecordingSource, other: RecordingSource)
  private let trace: CorrelationTrace
  /// The reference's times, on its file's time line, at which both are loud.
  private let places: [Double]

  init(
    _ pair: ReportData.Pair, in group: ReportData.Group, _ envelopes: [[EnvelopeColumn]],
    _ aligner: PairAligner
  ) throws(CommandFailure) {
    self.pair = pair
    let (first, second) = (group.recordings[pair.reference], group.recordings[pair.other])
    names = (first.name, second.name)
    paths = (first.path, second.path)
    let reference = try aligner.open(first.path)
    let other = try aligner.open(second.path)
    let compared = pair.found.compared
    sources = (reference.source(of: compared.reference), other.source(of: compared.other))
    let starts = (compared.reference.track.start, compared.other.track.start)
    let estimate = pair.found.estimate.shifted(reference: -starts.0, other: -starts.1)
    do throws(AlignmentError) {
      trace = try correlationTrace(
        of: sources.other, from: sources.reference, near: estimate.delay, options: aligner.options)
    } catch {
      throw CommandFailure(error, reference: first.path, other: second.path)
    }
    places = loudestPlaces(
      envelopes[pair.reference], envelopes[pair.other], pair.found.estimate.map,
      count: ReportSounds.placeCount, duration: ReportSounds.duration)
  }

  /// The pair's part of the data; its sounds, of so many places at most, are added to the others.
  func object(
    _ sounds: inout ReportSounds, placeCount: Int
  ) throws(CommandFailure) -> JSONObject {
    let estimate = pair.found.estimate
    let offset = pair.found.compared.other.track.start - pair.found.compared.reference.track.start
    var heard: [JSONObject] = []
    for time in places.prefix(placeCount) {
      if let place = try sounds.add(time, pair.found, sources.reference, sources.other) {
        heard.append(place)
      }
    }
    return [
      "reference": pair.reference, "other": pair.other, "delay": estimate.delay,
      "standard_error": estimate.standardError, "drift_ppm": estimate.drift.map { $0.rate * 1e6 },
      "drift_standard_error_ppm": estimate.drift.map { $0.standardError * 1e6 },
      "false_alarm_probability": estimate.falseAlarmProbability, "polarity": estimate.polarity,
      "overlap": estimate.overlap, "sentences": sentences, "is_contradicted": pair.isContradicted,
      "correlation": correlation(offset), "pieces": estimate.map.stretches.map(\.reportObject),
      "breaks": estimate.map.breaks.map { place -> JSONObject in
        ["from": place.from, "to": place.to, "inserted": place.inserted]
      }, "places": heard,
      "command": "overlap align \(paths.reference.shellQuoted) \(paths.other.shellQuoted)",
    ]
  }

  private var sentences: [String] {
    let compared = pair.found.compared
    return [(names.reference, compared.reference), (names.other, compared.other)].flatMap {
      name, part in
      ([part.track.startNote].compactMap(\.self) + part.track.sentences(oneOf: part.trackCount))
        .map { "\(name): \($0)" }
    }
  }

  /// Around the delay one value a lag, and over all lags the largest of each column.
  private func correlation(_ offset: Double) -> JSONObject? {
    let columns = trace.columns
    guard let first = columns.first, let last = columns.last, columns.count > 1 else { return nil }
    return [
      "first_lag": first.position + offset, "last_lag": last.position + offset,
      "values": columns.map { column -> Double in
        let value = -column.lowest > column.highest ? column.lowest : column.highest
        return (Double(value) * 100).rounded() / 100
      },
    ]
  }
}

extension TimeMap.Stretch {
  fileprivate var reportObject: JSONObject {
    ["start": start, "end": end, "delay": delay, "standard_error": standardError]
  }
}

/// The reference's times at which both recordings are loudest, in the middle of that many parts of what
/// they share: from where on to listen for a duration.
private func loudestPlaces(
  _ reference: [EnvelopeColumn], _ other: [EnvelopeColumn], _ map: TimeMap, count: Int,
  duration: Double
) -> [Double] {
  guard let last = other.last, other.count > 1 else { return [] }
  let step = (last.position - other[0].position) / Double(other.count - 1)
  var shared: [(time: Double, height: Float)] = []
  for column in reference {
    guard let time = map.otherTime(at: column.position), step > 0 else { continue }
    let index = Int(((time - other[0].position) / step).rounded())
    guard other.indices.contains(index) else { continue }
    let height =
      (column.highest - column.lowest) * (other[index].highest - other[index].lowest)
    shared.append((column.position, height))
  }
  guard let first = shared.first?.time, let end = shared.last?.time else { return [] }
  let parts = min(count, shared.count)
  return (0..<parts).compactMap { part in
    let own = shared[shared.count * part / parts..<shared.count * (part + 1) / parts]
    // Both are heard all the time, if they share so much.
    return own.max { $0.height < $1.height }.map {
      max(first, min($0.time - duration / 2, end - duration))
    }
  }
}

extension String {
  /// As a shell takes it for one word.
  var shellQuoted: String {
    "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
