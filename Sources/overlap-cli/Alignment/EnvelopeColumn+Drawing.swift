// SPDX-License-Identifier: MIT

import Alignment

extension EnvelopeColumn {
  var low: Double { Double(lowest) }
  var high: Double { Double(highest) }
  /// The one of both that is farther from 0.
  var tallest: Float { abs(lowest) > abs(highest) ? lowest : highest }
}

extension [EnvelopeColumn] {
  /// Whether there is sound at a time.
  func isAround(_ time: Double) -> Bool {
    guard let first, let last else { return false }
    return first.position <= time && time <= last.position
  }

  /// The height of the line through the columns at a place.
  func value(at place: Double) -> Double? {
    guard let next = firstIndex(where: { $0.position >= place }), next > 0 else {
      return first.flatMap { $0.position == place ? $0.high : nil }
    }
    let (a, b) = (self[next - 1], self[next])
    return a.high + (b.high - a.high) * (place - a.position) / (b.position - a.position)
  }

  /// The end, farther from 0, of the stroke of the column at a place.
  func tallest(at place: Double) -> Double? {
    guard let first, let last, first.position <= place, place <= last.position else { return nil }
    let nearest = self.min { abs($0.position - place) < abs($1.position - place) }
    return nearest.map { Double($0.tallest) }
  }

  var tallest: Float { reduce(0) { Swift.max($0, abs($1.lowest), abs($1.highest)) } }
}
