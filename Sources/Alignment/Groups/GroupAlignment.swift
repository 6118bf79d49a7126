// SPDX-License-Identifier: MIT

import RealModule

/// Any number of recordings of one event on the time line of one of them, from delays between pairs.
///
/// What is linked with the reference over others has its place too. Each recording's place is the one
/// that fits all pairs best; a pair that the others contradict is left out.
public struct GroupAlignment: Sendable, Equatable, Codable, CustomStringConvertible {
  /// How two recordings lie.
  public struct Link: Sendable, Equatable, Codable {
    /// The index of the pair's reference.
    public var first: Int
    /// The index of the other one.
    public var second: Int
    /// How the second lies relative to the first.
    public var estimate: DelayEstimate

    /// Creates a link.
    public init(first: Int, second: Int, estimate: DelayEstimate) {
      (self.first, self.second, self.estimate) = (first, second, estimate)
    }
  }

  /// The place of one recording.
  public struct Member: Sendable, Equatable, Codable {
    /// How the recording lies relative to the reference, from all links that count.
    ///
    /// Its delay is that of the reference's first sample, its false-alarm probability the sum and
    /// its peak ratio the smallest of the links on ``route``. Where links break, its map has a stretch
    /// for each part that runs through. The overlap is 0 where lengths are not known.
    public var estimate: DelayEstimate
    /// The indices from the reference to this recording, over the most reliable links.
    public var route: [Int]
    /// How the recording's time follows from that of the group's line: the reference's as it would be
    /// without breaks of its own.
    package var line: TimeMap
    /// The standard error of where the recording starts on that line.
    package var startError: Double
  }

  /// The index of the recording whose time line it is.
  public var reference: Int
  /// The recordings' places; nil for those that no reliable link leads to.
  public var members: [Member?]
  /// What each pair of recordings that could be compared gave, reliable or not.
  public var links: [Link]
  /// The links that the others contradict: they count for nothing.
  public var contradictions: [Link]
  /// Why recordings could not be compared with others, by their indices. It is not encoded.
  public var failures: [Int: AlignmentError] = [:]

  private enum CodingKeys: CodingKey { case reference, members, links, contradictions }

  /// The places, one recording a line.
  public var description: String {
    members.enumerated().map { index, member in
      let place = member?.estimate.description ?? failures[index]?.problem ?? "no reliable link"
      return "recording \(index): \(index == reference ? "the reference" : place)"
    }.joined(separator: "\n")
  }

  /// Finds the places of `count` recordings from links between pairs of them.
  ///
  /// - Parameters:
  ///   - count: The number of recordings.
  ///   - reference: The index of the one whose time line it is.
  ///   - links: What is known of pairs. Those that are not reliable count for nothing.
  ///   - threshold: The largest false-alarm probability of a reliable link.
  /// - Complexity: O(n³ + links) for n recordings, and as much again for each contradiction.
  public init(count: Int, reference: Int = 0, links: [Link], threshold: Double = 1e-6) {
    self.init(count: count, reference: reference, links: links, threshold: threshold, clocks: nil)
  }

  /// Finds the places of `count` recordings, of which some were made by one clock.
  ///
  /// - Parameter clocks: The clock of each recording, from 0 on; nil where nothing is known of them.
  package init(
    count: Int, reference: Int = 0, links: [Link], threshold: Double, clocks known: [Int]?
  ) {
    precondition((0..<count).contains(reference), "the reference is one of the recordings")
    let reliable = links.filter { link in
      precondition(
        (0..<count).contains(link.first) && (0..<count).contains(link.second)
          && link.first != link.second, "a link is between two of the recordings")
      return link.estimate.isReliable(atMost: threshold)
    }
    var equations = GroupEquations(count: count, reliable)
    let clocks = PairwiseOffsets(
      count: count, anchor: reference, links: reliable.map(\.clockDifference))
    let hasDrift = reliable.contains { $0.estimate.drift != nil }
    // One vote a link: which of them are right is a matter of how many agree.
    let rates =
      hasDrift
      ? clocks.leastDeviations(floor: 1e-9) : [Double](repeating: 0, count: count)
    var places = PairwiseOffsets(
      count: equations.segmentCount, anchor: equations.firstSegments[reference], links: [])
    var contradicted: Set<Int> = []
    while true {
      places.links = equations.places(rates)
      let values = places.leastDeviations(floor: 1e-6)
      let residuals = places.links.map { abs($0.residual(values)) }
      guard let worst = residuals.max(), worst > LagSearch.separation else { break }
      // Of those that are off alike the weakest.
      let suspects = residuals.indices.filter { residuals[$0] > 0.99 * worst }
      let weakest = suspects.dropFirst().reduce(suspects[0]) {
        equations.stretches[$0].link.estimate.weakness
          > equations.stretches[$1].link.estimate.weakness
          ? $0 : $1
      }
      contradicted.insert(equations.stretches.remove(at: weakest).number)
    }
    contradictions = contradicted.sorted().map { reliable[$0] }

    // A link of which a stretch is contradicted still tells of its other stretches.
    let trusted = Set(equations.stretches.map(\.number)).sorted().map { reliable[$0] }
    places.links = equations.places(rates)
    let solution = GroupSolution(
      equations, trusted, reference: reference, from: hasDrift ? rates : nil,
      isPlaced: places.reachable, clocks: known)
    let routes = GroupRoute.all(count: count, from: reference, trusted)
    self.reference = reference
    self.links = links
    let lines = (0..<count).map { index -> TimeMap? in
      guard let route = routes[index] else { return nil }
      return equations.map(
        of: index, solution, falseAlarmProbability: min(1, route.falseAlarmProbability))
    }
    let toReference = lines[reference]?.inverse
    members = (0..<count).map { index in
      guard let route = routes[index], let line = lines[index],
        let startError = equations.startError(of: index, solution)
      else { return nil }
      var map = line
      // What breaks in the reference itself breaks in every other recording's map.
      if let toReference, toReference.stretches.count > 1 {
        guard index != reference else {
          map = TimeMap([TimeMap.Stretch(start: 0, end: 0, delay: 0)])
          return Member(route, map, line, startError, drift: nil)
        }
        guard let followed = toReference.followed(by: line) else { return nil }
        map = followed
      }
      let first = map.stretches[0]
      let drift = ClockDrift(
        rate: Double.expMinusOne(solution.logRates[index]),
        standardError: solution.rateError(index),
        delayAtStart: first.delay(at: 0), standardErrorAtStart: first.standardError)
      return Member(
        route, map, line, startError, drift: hasDrift && index != reference ? drift : nil)
    }
  }
}

extension GroupAlignment.Member {
  fileprivate init(
    _ route: GroupRoute, _ map: TimeMap, _ line: TimeMap, _ startError: Double, drift: ClockDrift?
  ) {
    self.init(
      estimate: DelayEstimate(
        map: map, polarity: route.polarity,
        falseAlarmProbability: min(1, route.falseAlarmProbability), peakRatio: route.peakRatio,
        overlap: 0, drift: drift),
      route: route.members, line: line, startError: startError)
  }
}
