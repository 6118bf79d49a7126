// SPDX-License-Identifier: MIT

import Alignment

/// A figure of an alignment: the correlation, both recordings before and after, and the delays.
struct AlignmentFigure {
  struct Track {
    var name: String
    /// The whole of it, by its own time.
    var whole: [EnvelopeColumn]
    /// Some milliseconds of it, by its own time, without and with the alignment.
    var closeUp: (before: [EnvelopeColumn], after: [EnvelopeColumn])
    var placement: AlignedTimeLine.Placement
    var polarity: Float
  }

  var reference: Track
  var other: Track
  var found: PairAlignment
  /// By the time since the sound of each began; ``found`` is on the files' time lines.
  var estimate: DelayEstimate
  var trace: CorrelationTrace
  /// The reference's time in the middle of the close-up, in seconds.
  var closeUpTime: Double

  /// In seconds: some periods of a voice or an instrument.
  static var closeUpDuration: Double { 0.02 }
  /// As many as the figure has pixels in width.
  private static var columnCount: Int { 1100 }

  init(
    _ found: PairAlignment, reference: Recording, other: Recording, options: DelaySearchOptions
  ) throws(AlignmentError) {
    let first = reference.source(of: found.compared.reference)
    let second = other.source(of: found.compared.other)
    let starts = (found.compared.reference.track.start, found.compared.other.track.start)
    let estimate = found.estimate.shifted(reference: -starts.0, other: -starts.1)
    (self.found, self.estimate) = (found, estimate)
    var options = options
    options.expectedDelay -= starts.1 - starts.0
    trace = try correlationTrace(
      of: second, from: first, near: estimate.delay, options: options)
    let placement = AlignedTimeLine.Placement(duration: other.duration, estimate.clock)
    let count = Self.columnCount
    let wholes = (
      try minMaxEnvelope(of: first, from: 0, to: reference.duration, columnCount: count),
      try minMaxEnvelope(of: second, from: 0, to: other.duration, columnCount: count, role: .other)
    )
    let half = 0.5 * Self.closeUpDuration
    // One that the other has by its own time too, if there is one: both are seen before and after.
    let time =
      loudestMoment(wholes.0, wholes.1, placement, within: half...max(half, other.duration - half))
      ?? loudestMoment(wholes.0, wholes.1, placement) ?? 0.5 * reference.duration
    closeUpTime = time
    let own = placement.map.otherTime(at: time) ?? time + found.estimate.delay
    let (from, to) = (time - half, time + half)
    let closeUp = try minMaxEnvelope(of: first, from: from, to: to, columnCount: count)
    self.reference = Track(
      name: figureName(reference.path), whole: wholes.0, closeUp: (closeUp, closeUp),
      placement: AlignedTimeLine.Placement(duration: reference.duration), polarity: 1)
    self.other = Track(
      name: figureName(other.path), whole: wholes.1,
      closeUp: (
        try minMaxEnvelope(of: second, from: from, to: to, columnCount: count, role: .other),
        try minMaxEnvelope(
          of: second, from: own - half, to: own + half, columnCount: count, role: .other)
      ), placement: placement, polarity: found.estimate.polarity == -1 ? -1 : 1)
  }
}

/// The reference's time at which both recordings are loud; nil where they do not overlap.
private func loudestMoment(
  _ reference: [EnvelopeColumn], _ other: [EnvelopeColumn], _ placement: AlignedTimeLine.Placement,
  within times: ClosedRange<Double> = -.infinity ... .infinity
) -> Double? {
  var best: (height: Float, time: Double)?
  var index = 0
  for column in reference where times.contains(column.position) {
    while index < other.count, placement.referenceTime(other[index].position) < column.position {
      index += 1
    }
    guard index > 0, index < other.count else { continue }
    let height =
      (column.highest - column.lowest) * (other[index].highest - other[index].lowest)
    if best.map({ height > $0.height }) ?? true { best = (height, column.position) }
  }
  return best?.time
}

/// The last part of a path, shortened in its middle if it is too long for a figure.
func figureName(_ path: String) -> String {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  return name.count <= 44 ? name : "\(name.prefix(26))…\(name.suffix(16))"
}
