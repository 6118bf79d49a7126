// SPDX-License-Identifier: MIT

import Alignment
import TestSupport
import Testing

/// Recordings that lost or repeat something, each on a line of true time.
@Suite("Groups of recordings that break")
struct GroupMapTests {
  /// A recording whose clock runs by `rate` too fast and that at `places` of its own time lost (positive) or
  /// repeats (negative) so many seconds: how its time follows from the line's.
  private func map(
    start: Double, rate: Double = 0, duration: Double, breaks: [(time: Double, lost: Double)] = []
  ) -> TimeMap {
    var stretches: [TimeMap.Stretch] = []
    var (own, line) = (0.0, start)
    for place in breaks + [(time: duration, lost: 0)] {
      let end = line + (place.time - own) / (1 + rate)
      stretches.append(
        TimeMap.Stretch(
          start: line, end: end, delay: own - line, standardError: 1e-6, rate: rate,
          falseAlarmProbability: 1e-30))
      // What is repeated is skipped.
      line = end + max(0, place.lost)
      own = place.time + max(0, -place.lost)
    }
    return TimeMap(stretches)
  }

  private func link(_ first: Int, _ second: Int, _ maps: [TimeMap]) throws -> GroupAlignment.Link {
    let map = try #require(maps[first].inverse.followed(by: maps[second]))
    let stretch = map.stretches[0]
    return GroupAlignment.Link(
      first: first, second: second,
      estimate: DelayEstimate(
        map: map, falseAlarmProbability: 1e-30, peakRatio: 5, overlap: 10,
        drift: ClockDrift(
          rate: stretch.rate, standardError: 1e-8, delayAtStart: stretch.delay(at: 0),
          standardErrorAtStart: 1e-6)))
  }

  private func links(
    _ maps: [TimeMap], _ pairs: [(Int, Int)]
  ) throws -> [GroupAlignment.Link] {
    try pairs.map { try link($0.0, $0.1, maps) }
  }

  private func allPairs(_ count: Int) -> [(Int, Int)] {
    (0..<count).flatMap { first in (first + 1..<count).map { (first, $0) } }
  }

  /// The largest difference of two maps to the same recording, in seconds, where both tell.
  private func distance(_ found: TimeMap, _ truth: TimeMap, margin: Double = 1e-6) -> Double {
    var largest = 0.0
    for stretch in truth.stretches {
      for part in [0.05, 0.5, 0.95] {
        let time = stretch.start + margin + part * (stretch.end - stretch.start - 2 * margin)
        guard let delay = found.delay(at: time) else { return .infinity }
        largest = max(largest, abs(delay - stretch.delay(at: time)))
      }
    }
    return largest
  }

  @Test("say whose breaks they are")
  func ownership() throws {
    let maps = [
      map(start: 0, duration: 90),
      map(start: 3, duration: 80, breaks: [(20, 0.1), (50, 0.25)]),
      map(start: -2, duration: 85, breaks: [(41, -0.3)]),
      map(start: 1, duration: 70),
    ]
    let group = GroupAlignment(count: 4, links: try links(maps, allPairs(4)))
    #expect(group.contradictions.isEmpty)
    for (index, truth) in maps.enumerated() {
      let member = try #require(group.members[index])
      #expect(member.line.breaks.count == truth.breaks.count)
      #expect(distance(member.line, truth) < 1e-8)
      // The reference is whole: its line is the group's.
      #expect(distance(member.estimate.map, truth) < 1e-8)
    }
  }

  @Test("have places on a reference that breaks itself")
  func brokenReference() throws {
    let maps = [
      map(start: 0, duration: 90, breaks: [(30, 0.2)]), map(start: 5, duration: 80),
      map(start: -4, duration: 85),
    ]
    let group = GroupAlignment(count: 3, links: try links(maps, allPairs(3)))
    let reference = try #require(group.members[0])
    #expect(distance(reference.line, maps[0]) < 1e-8)
    #expect(reference.estimate.map.stretches.count == 1 && reference.estimate.delay == 0)
    for index in 1..<3 {
      let member = try #require(group.members[index])
      #expect(member.line.breaks.isEmpty && member.estimate.map.breaks.count == 1)
      #expect(distance(member.line, maps[index]) < 1e-8)
      let truth = try #require(maps[0].inverse.followed(by: maps[index]))
      #expect(distance(member.estimate.map, truth) < 1e-8)
    }
  }

  @Test("of which two alone know of a break give it to the one that lost something")
  func twoAlone() throws {
    for (reference, lost) in [(0, 0.15), (1, 0.15), (0, -0.15), (1, -0.15)] {
      let maps = [
        map(start: 0, duration: 60, breaks: [(30, lost)]), map(start: 2, duration: 50),
      ]
      let group = GroupAlignment(
        count: 2, reference: reference, links: try links(maps, [(0, 1)]))
      let loser = lost > 0 ? 0 : 1
      #expect(try #require(group.members[loser]).line.breaks.count == 1)
      #expect(try #require(group.members[1 - loser]).line.breaks.isEmpty)
      // Whose it is does not matter to how the two lie.
      let truth = try #require(maps[reference].inverse.followed(by: maps[1 - reference]))
      let other = try #require(group.members[1 - reference])
      #expect(distance(other.estimate.map, truth) < 1e-8)
    }
  }

  @Test("are told apart by a third with which one of two runs through")
  func thirdWitness() throws {
    // 0 and 1 differ by a break; 2 has heard 0 alone, without one.
    let maps = [
      map(start: 0, duration: 60), map(start: 2, duration: 50, breaks: [(25, 0.15)]),
      map(start: -3, duration: 60),
    ]
    for pairs in [[(1, 0), (0, 2)], [(0, 1), (2, 0)]] {
      let group = GroupAlignment(count: 3, reference: 1, links: try links(maps, pairs))
      #expect(try #require(group.members[1]).line.breaks.count == 1)
      #expect(try #require(group.members[0]).line.breaks.isEmpty)
      #expect(try #require(group.members[2]).line.breaks.isEmpty)
    }
  }

  @Test("share what is known of one clock")
  func sharedClock() throws {
    var generator = SeededGenerator(seed: 1976)
    let (count, error) = (8, 2e-5)
    // Takes of two devices, each take with one of the other device; the first device's clock is the line's.
    let rates = (0..<count).map { $0 % 2 == 0 ? 0 : 3e-5 }
    var squares = (alone: 0.0, shared: 0.0, normalized: 0.0)
    let trials = 30
    for _ in 0..<trials {
      let links = (1..<count).map { second in
        let first = second - 1
        let rate = (1 + rates[second]) / (1 + rates[first]) - 1 + error * generator.normal()
        return GroupAlignment.Link(
          first: first, second: second,
          estimate: DelayEstimate(
            delay: 1, standardError: 1e-6, falseAlarmProbability: 1e-30, peakRatio: 5, overlap: 10,
            drift: ClockDrift(
              rate: rate, standardError: error, delayAtStart: 1, standardErrorAtStart: 1e-6)))
      }
      let alone = GroupAlignment(count: count, links: links)
      let shared = GroupAlignment(
        count: count, links: links, threshold: 1e-6, clocks: (0..<count).map { $0 % 2 })
      for index in 1..<count {
        let one = try #require(alone.members[index]?.estimate.drift)
        let both = try #require(shared.members[index]?.estimate.drift)
        squares.alone += (one.rate - rates[index]) * (one.rate - rates[index])
        let deviation = both.rate - rates[index]
        squares.shared += deviation * deviation
        squares.normalized += deviation * deviation / (both.standardError * both.standardError)
      }
    }
    // A chain of seven adds its errors up; the clocks are two.
    #expect(squares.shared < 0.1 * squares.alone)
    #expect((0.4...1.6).contains(squares.normalized / Double(trials * (count - 1))))
  }

  @Test("and whose clocks differ are solved together, at random")
  func random() throws {
    var generator = SeededGenerator(seed: 4711)
    for trial in 0..<40 {
      let count = 3 + trial % 5
      let maps = (0..<count).map { index -> TimeMap in
        let duration = 60 + 40 * Double.random(in: 0..<1, using: &generator)
        // Far enough apart to be told from one another.
        let breaks = (0..<trial % 3).map { number in
          (
            time: 12 + 8 * Double(number) + Double(index) * 1.7
              + Double.random(in: 0..<1, using: &generator),
            lost: 0.02 + 0.3 * Double.random(in: 0..<1, using: &generator)
          )
        }
        return map(
          start: index == 0 ? 0 : 4 * generator.normal(),
          rate: index == 0 ? 0 : 1e-4 * generator.normal(), duration: duration,
          breaks: index == 0 ? [] : breaks)
      }
      let group = GroupAlignment(count: count, links: try links(maps, allPairs(count)))
      #expect(group.contradictions.isEmpty)
      for (index, truth) in maps.enumerated() {
        let member = try #require(group.members[index])
        #expect(
          member.line.breaks.count == truth.breaks.count, "trial \(trial), recording \(index)")
        #expect(
          distance(member.line, truth, margin: 0.6) < 1e-6, "trial \(trial), recording \(index)")
      }
    }
  }
}
