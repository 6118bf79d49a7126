// SPDX-License-Identifier: MIT

import Alignment
import TestSupport
import Testing

@Suite("Groups of recordings")
struct GroupAlignmentTests {
  private func link(
    _ first: Int, _ second: Int, _ delay: Double, error: Double = 1e-6,
    probability: Double = 1e-30, polarity: Int = 1, peakRatio: Double = 5, drift: ClockDrift? = nil
  ) -> GroupAlignment.Link {
    GroupAlignment.Link(
      first: first, second: second,
      estimate: DelayEstimate(
        delay: delay, standardError: error, polarity: polarity, falseAlarmProbability: probability,
        peakRatio: peakRatio, overlap: 10, drift: drift))
  }

  @Test("have their places by way of one another")
  func chain() throws {
    let group = GroupAlignment(
      count: 5,
      links: [
        link(0, 1, 2, error: 3e-6, probability: 1e-20, polarity: -1, peakRatio: 4),
        // The other way round: the first's place follows from the second's.
        link(2, 1, 5, error: 4e-6, probability: 1e-10, peakRatio: 2),
        // Not reliable, or ambiguous: as if they were not there.
        link(0, 3, 1, probability: 1e-3), link(1, 4, 1, peakRatio: 1),
      ])
    let first = try #require(group.members[0])
    #expect(first.estimate.delay == 0 && first.estimate.standardError == 0 && first.route == [0])
    let member = try #require(group.members[2])
    #expect(abs(member.estimate.delay - (2 - 5)) < 1e-12)
    #expect(abs(member.estimate.standardError - 5e-6) < 1e-12)
    #expect(member.estimate.polarity == -1)
    #expect(member.route == [0, 1, 2])
    #expect(member.estimate.peakRatio == 2)
    #expect(abs(member.estimate.falseAlarmProbability - 1e-10) < 1e-15)
    #expect(group.members[3] == nil && group.members[4] == nil)
    #expect(group.contradictions.isEmpty)
  }

  @Test("take the mean of two ways, weighted by how sure they are")
  func weighting() throws {
    // Over 1 the delay is 3.00001 with a variance of 2; directly it is 3 with a variance of 1.
    let group = GroupAlignment(
      count: 3, links: [link(0, 1, 1), link(1, 2, 2.000_01), link(0, 2, 3)])
    let member = try #require(group.members[2])
    #expect(abs(member.estimate.delay - (3 + 1e-5 / 3)) < 1e-9)
    #expect(abs(try #require(group.members[1]).estimate.delay - (1 - 1e-5 / 3)) < 1e-9)
  }

  @Test("leave out a pair that the others contradict")
  func contradiction() throws {
    let places = [0, 1.5, -2.25, 7, 3]
    var links: [GroupAlignment.Link] = []
    for first in places.indices {
      for second in places.indices.dropFirst(first + 1) {
        links.append(link(first, second, places[second] - places[first]))
      }
    }
    // Surer than all others by itself, and wrong.
    links[1] = link(0, 2, 40, error: 1e-9, probability: 1e-300)
    let group = GroupAlignment(count: 5, links: links)
    for index in places.indices {
      let member = try #require(group.members[index])
      #expect(abs(member.estimate.delay - places[index]) < 1e-9)
      #expect(member.route.count <= 3)
    }
    #expect(group.contradictions == [links[1]])
  }

  @Test("leave out the weakest of three that contradict one another")
  func triangle() throws {
    for weakest in 0..<3 {
      var links = [link(0, 1, 1), link(1, 2, 2), link(0, 2, 9)]
      links[weakest].estimate.falseAlarmProbability = 1e-7
      let group = GroupAlignment(count: 3, links: links)
      #expect(group.contradictions == [links[weakest]])
      #expect(group.members.allSatisfy { $0 != nil })
    }
  }

  @Test("have any of them for the reference, and errors as large as their scatter")
  func noise() throws {
    var generator = SeededGenerator(seed: 91)
    let (count, error) = (6, 1e-5)
    let places = (0..<count).map { _ in 10 * generator.normal() }
    var squares = (normalized: 0.0, count: 0.0)
    var errors = 0.0
    for _ in 0..<50 {
      var links: [GroupAlignment.Link] = []
      for first in 0..<count {
        for second in first + 1..<count {
          let delay = places[second] - places[first] + error * generator.normal()
          links.append(link(first, second, delay, error: error))
        }
      }
      let group = GroupAlignment(count: count, reference: 3, links: links)
      for index in 0..<count where index != 3 {
        let member = try #require(group.members[index])
        errors += member.estimate.standardError
        let deviation =
          (member.estimate.delay - (places[index] - places[3])) / member.estimate.standardError
        squares.normalized += deviation * deviation
        squares.count += 1
      }
    }
    #expect((0.6...1.4).contains(squares.normalized / squares.count))
    // Fifteen pairs know more than one: the variance is a third.
    #expect((0.55...0.8).contains(errors / squares.count / error))
  }

  @Test("follow clocks that differ along a chain")
  func clocks() throws {
    // tᵢ = a + b · t for the reference's time t.
    let clocks = [(a: 0.0, b: 1.0), (a: 3.0, b: 1 + 2e-4), (a: -7.0, b: 1 - 5e-4)]
    func line(_ first: Int, _ second: Int) -> GroupAlignment.Link {
      let rate = clocks[second].b / clocks[first].b - 1
      let start = clocks[second].a - (1 + rate) * clocks[first].a
      var made = link(
        first, second, start,
        drift: ClockDrift(
          rate: rate, standardError: 1e-8, delayAtStart: start, standardErrorAtStart: 1e-6,
          segments: [ClockDrift.Segment(time: 100, delay: start + 100 * rate, standardError: 1e-6)])
      )
      made.estimate.map = TimeMap([
        TimeMap.Stretch(
          start: 0, end: 200, delay: start, standardError: 1e-6, rate: rate, rateStandardError: 1e-8
        )
      ])
      return made
    }
    for links in [[line(0, 1), line(1, 2)], [line(0, 1), line(1, 2), line(2, 0)]] {
      let group = GroupAlignment(count: 3, links: links)
      for index in clocks.indices {
        let member = try #require(group.members[index])
        #expect(abs(member.estimate.delay - clocks[index].a) < 1e-9)
        #expect(abs((member.estimate.drift?.rate ?? 0) - (clocks[index].b - 1)) < 1e-12)
      }
    }
  }

  @Test("of which one has nothing in common with the reference are aligned all the same")
  func recordings() throws {
    let sound = Scene(period: 12, band: 3500, seed: 92).recording(from: 0, seconds: 11, rate: 8000)
    func part(_ from: Int, _ to: Int) -> any SampleSource {
      ArraySource(Array(sound[from..<to]), sampleRate: 8000)
    }
    let silence = ArraySource([Float](repeating: 0, count: 8000), sampleRate: 8000)
    let group = try alignGroup([
      part(0, 32_000), part(48_000, 88_000), part(20_000, 68_000), silence,
    ])
    let member = try #require(group.members[1])
    #expect(abs(member.estimate.delay + 6) < 1e-6)
    #expect(member.route == [0, 2, 1])
    #expect(group.members[3] == nil)
    #expect(group.failures.keys.sorted() == [3])
    guard case .silent = group.failures[3] else {
      Issue.record("\(String(describing: group.failures[3]))")
      return
    }
    #expect(throws: AlignmentError.self) { try alignGroup([silence], reference: 1) }
  }
}
