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
    /// its peak ratio the smallest of the links on ``route``. The overlap is 0 where lengths are not
    /// known.
    public var estimate: DelayEstimate
    /// The indices from the reference to this recording, over the most reliable links.
    public var route: [Int]
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
    precondition((0..<count).contains(reference), "the reference is one of the recordings")
    let reliable = links.filter { link in
      precondition(
        (0..<count).contains(link.first) && (0..<count).contains(link.second)
          && link.first != link.second, "a link is between two of the recordings")
      return link.estimate.isReliable(atMost: threshold)
    }
    var clocks = PairwiseOffsets(
      count: count, anchor: reference, links: reliable.map(\.clockDifference))
    let hasDrift = reliable.contains { $0.estimate.drift != nil }
    // One vote a link: which of them are right is a matter of how many agree.
    var rates =
      hasDrift
      ? clocks.leastDeviations(floor: 1e-9) : [Double](repeating: 0, count: count)
    var places = PairwiseOffsets(count: count, anchor: reference, links: [])
    var trusted = reliable
    contradictions = []
    while true {
      places.links = trusted.map { $0.placeDifference(rates) }
      let values = places.leastDeviations(floor: 1e-6)
      let residuals = places.links.map { abs($0.residual(values)) }
      guard let worst = residuals.max(), worst > LagSearch.separation else { break }
      // Of those that are off alike the weakest.
      let suspects = trusted.indices.filter { residuals[$0] > 0.99 * worst }
      let weakest = suspects.dropFirst().reduce(suspects[0]) {
        trusted[$0].estimate.weakness > trusted[$1].estimate.weakness ? $0 : $1
      }
      contradictions.append(trusted.remove(at: weakest))
    }

    clocks.links = trusted.map(\.clockDifference)
    let clockFit = clocks.robustLeastSquares()
    rates = hasDrift ? clockFit.values : rates
    places.links = trusted.map { $0.placeDifference(rates) }
    let placeFit = places.robustLeastSquares()
    let routes = Route.all(count: count, from: reference, trusted)
    self.reference = reference
    self.links = links
    members = (0..<count).map { index in
      guard let route = routes[index] else { return nil }
      let scale = Double.exp(rates[index])
      let delay = placeFit.values[index] * scale
      let error = placeFit.deviations[index] * scale
      let drift = ClockDrift(
        rate: Double.expMinusOne(rates[index]), standardError: clockFit.deviations[index],
        delayAtStart: delay, standardErrorAtStart: error)
      return Member(
        estimate: DelayEstimate(
          map: TimeMap([
            TimeMap.Stretch(
              start: 0, end: 0, delay: delay, standardError: error,
              rate: hasDrift ? drift.rate : 0,
              rateStandardError: hasDrift ? drift.standardError : 0,
              falseAlarmProbability: min(1, route.falseAlarmProbability))
          ]), polarity: route.polarity,
          falseAlarmProbability: min(1, route.falseAlarmProbability),
          peakRatio: route.peakRatio, overlap: 0,
          drift: hasDrift && index != reference ? drift : nil),
        route: route.members)
    }
  }
}

/// With tᵢ = aᵢ + bᵢ · t for the reference's time t, a link tⱼ = α + β tᵢ says that
/// log bⱼ - log bᵢ = log β, and that aⱼ/bⱼ - aᵢ/bᵢ = α/bⱼ.
extension GroupAlignment.Link {
  /// The difference of the logarithms of the rates.
  fileprivate var clockDifference: PairwiseOffsets.Link {
    let error = max(estimate.drift?.standardError ?? unmeasuredDrift, smallestDriftError)
    return PairwiseOffsets.Link(
      a: first, b: second, value: Double.log(onePlus: estimate.drift?.rate ?? 0),
      weight: 1 / (error * error))
  }

  /// The difference of the places, for the logarithms of the rates that were settled on.
  fileprivate func placeDifference(_ rates: [Double]) -> PairwiseOffsets.Link {
    let skew = Double.expMinusOne(rates[second] - rates[first])
    var delay = estimate.delay
    if let drift = estimate.drift {
      // In the middle of the segments the delay does not depend on the skew.
      let times = drift.segments.map(\.time)
      let middle = times.isEmpty ? 0 : times.reduce(0, +) / Double(times.count)
      delay = drift.delayAtStart + (drift.rate - skew) * middle
    }
    let scale = Double.exp(-rates[second])
    let error = max(estimate.standardError, smallestDelayError) * scale
    return PairwiseOffsets.Link(
      a: first, b: second, value: delay * scale, weight: 1 / (error * error))
  }
}

/// Clocks that are in order are off by up to 100 ppm.
private let unmeasuredDrift = 1e-4
/// No clock is known to be the same as another.
private let smallestDriftError = 1e-10
/// In seconds: no estimate of real recordings is surer.
private let smallestDelayError = 1e-9

/// A way from the reference to a recording over links.
private struct Route {
  var members: [Int]
  var falseAlarmProbability = 0.0
  var peakRatio = largestPeakRatio
  /// nil where a link's is not known.
  var polarity: Int? = 1

  /// The surest, and of these the shortest, is the best.
  var rank: (Double, Int) { (falseAlarmProbability, members.count) }

  /// The most reliable routes from one recording to all (Bellman & Ford).
  static func all(count: Int, from start: Int, _ links: [GroupAlignment.Link]) -> [Route?] {
    var routes = [Route?](repeating: nil, count: count)
    routes[start] = Route(members: [start])
    for _ in 0..<count {
      for link in links {
        for (from, to) in [(link.first, link.second), (link.second, link.first)] {
          guard var route = routes[from], !route.members.contains(to) else { continue }
          route.members.append(to)
          route.falseAlarmProbability += link.estimate.falseAlarmProbability
          route.peakRatio = min(route.peakRatio, link.estimate.peakRatio)
          route.polarity = link.estimate.polarity.flatMap { own in route.polarity.map { own * $0 } }
          if routes[to].map({ route.rank < $0.rank }) ?? true { routes[to] = route }
        }
      }
    }
    return routes
  }
}
