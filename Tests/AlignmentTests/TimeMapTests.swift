// SPDX-License-Identifier: MIT

import Alignment
import TestSupport
import Testing

@Suite("A time map")
struct TimeMapTests {
  /// Two to four stretches whose clocks and delays differ, later in both recordings.
  private func randomMap(_ generator: inout SeededGenerator) -> TimeMap {
    func random(_ range: ClosedRange<Double>) -> Double {
      Double.random(in: range, using: &generator)
    }
    var (stretches, start, delay) = ([TimeMap.Stretch](), random(-5...5), random(-5...5))
    for _ in 0..<Int.random(in: 2...4, using: &generator) {
      let end = start + random(5...20)
      stretches.append(
        TimeMap.Stretch(
          start: start, end: end, delay: delay, standardError: random(0...1e-3),
          rate: random(-3e-4...3e-4)))
      // A cut leaves a gap in the reference, an insertion one in the other recording.
      let inserted = random(-2...2)
      let otherStart = end + stretches[stretches.count - 1].delay(at: end) + max(0, inserted)
      start = end + max(0, -inserted)
      delay = otherStart - start
    }
    return TimeMap(stretches)
  }

  @Test("is a line in each stretch, nothing in a cut, and goes on at both ends")
  func lines() {
    let map = TimeMap([
      TimeMap.Stretch(start: 1, end: 5, delay: 2, rate: 0.5),
      TimeMap.Stretch(start: 6, end: 9, delay: -1),
    ])
    let delays = [(0.0, 1.5), (1, 2), (3, 3), (5, 4), (6, -1), (8, -1), (20, -1)]
    for (time, delay) in delays {
      #expect(map.delay(at: time) == delay)
      #expect(map.otherTime(at: time) == time + delay)
    }
    #expect(map.delay(at: 5.5) == nil && map.otherTime(at: 5.5) == nil)
    #expect(map.breaks == [TimeMap.Break(from: 5, to: 6, inserted: -5.5)])
  }

  @Test("is undone by its inverse", arguments: 0..<20 as Range<UInt64>)
  func inverse(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let map = randomMap(&generator)
    for stretch in map.stretches {
      for part in [0.01, 0.3, 0.99] {
        let time = stretch.start + part * (stretch.end - stretch.start)
        let other = try #require(map.otherTime(at: time))
        #expect(abs(try #require(map.referenceTime(at: other)) - time) < 1e-11, "seed \(seed)")
        #expect(abs(try #require(map.inverse.inverse.delay(at: time)) + time - other) < 1e-11)
      }
    }
    for (place, other) in zip(map.breaks, map.inverse.breaks) {
      #expect(place.inserted == -other.inserted)
    }
  }

  @Test("followed by another is both, where both are", arguments: 0..<20 as Range<UInt64>)
  func followed(seed: UInt64) throws {
    var generator = SeededGenerator(seed: 100 + seed)
    let (first, second) = (randomMap(&generator), randomMap(&generator))
    let both = try #require(first.followed(by: second))
    for stretch in both.stretches {
      for part in [0.01, 0.5, 0.99] {
        let time = stretch.start + part * (stretch.end - stretch.start)
        let middle = try #require(first.otherTime(at: time))
        let last = try #require(second.otherTime(at: middle), "seed \(seed)")
        #expect(abs(try #require(both.otherTime(at: time)) - last) < 1e-11, "seed \(seed)")
      }
    }
    // With its inverse it is none, with an error that counts twice.
    let none = try #require(first.followed(by: first.inverse))
    for (stretch, own) in zip(none.stretches, first.stretches) {
      #expect(abs(stretch.delay) < 1e-11 && abs(stretch.rate) < 1e-15)
      #expect(abs(stretch.standardError - own.standardError * 2.0.squareRoot()) < 1e-15)
    }
  }

  @Test("moves with the starts of the files, and loses breaks that are none")
  func shiftedAndJoined() {
    var generator = SeededGenerator(seed: 200)
    let map = randomMap(&generator)
    let moved = map.shifted(reference: 3, other: 5)
    for time in [map.stretches[0].start + 1, map.stretches[1].start + 1] {
      #expect(abs(moved.otherTime(at: time + 3)! - (map.otherTime(at: time)! + 5)) < 1e-12)
    }
    #expect(map.joined(upTo: 10).stretches.count == 1 && map.joined(upTo: 10).breaks.isEmpty)
    #expect(map.joined(upTo: 0) == map)
  }
}
