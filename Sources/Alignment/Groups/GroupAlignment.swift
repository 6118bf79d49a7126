import RealModule

/// Any number of recordings of one event on the time line of one of them, from the delays between
/// pairs.
///
/// The pairs need not be all: what is linked with the reference over others has its place too. Where
/// there are more than enough, each recording's place is the one that fits all pairs best, and a pair
/// that the others contradict is found and left out.
public struct GroupAlignment: Sendable, Equatable {
  /// How two recordings lie, by themselves.
  public struct Link: Sendable, Equatable {
    /// The index of the recording that was taken for the reference of the pair.
    public var first: Int
    /// The index of the recording that was taken for the other one.
    public var second: Int
    /// How the second lies relative to the first.
    public var estimate: DelayEstimate

    /// Creates a link.
    public init(first: Int, second: Int, estimate: DelayEstimate) {
      (self.first, self.second, self.estimate) = (first, second, estimate)
    }
  }

  /// The place of one recording.
  public struct Member: Sendable, Equatable {
    /// How much later, in seconds, the reference's first sample comes in this recording.
    public var delay: Double
    /// The standard deviation of the error of ``delay``, in seconds.
    public var standardError: Double
    /// By how many seconds a second events come ever later in this recording than in the reference.
    public var drift: Double
    /// The standard deviation of the error of ``drift``; 0 where no pair's clocks were compared.
    public var driftStandardError: Double
    /// 1, or -1 where it is upside down relative to the reference.
    public var polarity: Int
    /// At most this is the probability that the recording does not belong to the others: the sum of
    /// those of the links on ``route``.
    public var falseAlarmProbability: Double
    /// The smallest peak ratio of the links on ``route``; infinite for the reference.
    public var peakRatio: Double
    /// The indices of the recordings over which this one is linked with the reference the most
    /// reliably: from the reference to this one, both included.
    public var route: [Int]
  }

  /// The index of the recording whose time line it is.
  public var reference: Int
  /// The recordings' places; nil for those that no reliable link leads to.
  public var members: [Member?]
  /// The links that the others contradict, and that therefore count for nothing.
  public var contradictions: [Link]

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
    var clocks = DifferenceSystem(
      count: count, anchor: reference, links: reliable.map(\.clockDifference))
    let hasDrift = reliable.contains { $0.estimate.drift != nil }
    // One vote a link: which of them are right is a matter of how many agree.
    func votes(_ links: [DifferenceSystem.Link]) -> [DifferenceSystem.Link] {
      links.map {
        var link = $0
        link.weight = 1
        return link
      }
    }
    var rates = [Double](repeating: 0, count: count)
    if hasDrift {
      var system = clocks
      system.links = votes(clocks.links)
      rates = system.leastDeviations(floor: 1e-9)
    }
    var places = DifferenceSystem(count: count, anchor: reference, links: [])
    var trusted = reliable
    contradictions = []
    while true {
      places.links = votes(trusted.map { $0.placeDifference(rates) })
      let values = places.leastDeviations(floor: 1e-6)
      let residuals = places.links.map { abs($0.residual(values)) }
      guard let worst = residuals.max(), worst > LagSearch.separation else { break }
      // Of those that are off alike the weakest.
      let suspects = trusted.indices.filter { residuals[$0] > 0.99 * worst }
      let weakest = suspects.dropFirst().reduce(suspects[0]) {
        trusted[$0].isWeaker(than: trusted[$1]) ? $0 : $1
      }
      contradictions.append(trusted.remove(at: weakest))
    }

    clocks.links = trusted.map(\.clockDifference)
    let clockFit = clocks.robustLeastSquares()
    rates = hasDrift ? clockFit.values : rates
    places.links = trusted.map { $0.placeDifference(rates) }
    let placeFit = places.robustLeastSquares()
    let routes = Routes(count: count, from: reference, trusted)
    self.reference = reference
    members = (0..<count).map { index in
      guard let route = routes.route(to: index) else { return nil }
      let scale = Double.exp(rates[index])
      return Member(
        delay: placeFit.values[index] * scale,
        standardError: placeFit.deviations[index] * scale, drift: Double.expMinusOne(rates[index]),
        driftStandardError: hasDrift ? clockFit.deviations[index] : 0, polarity: route.polarity,
        falseAlarmProbability: min(1, route.falseAlarmProbability), peakRatio: route.peakRatio,
        route: route.members)
    }
  }
}

/// With tᵢ = aᵢ + bᵢ · t for the reference's time t, a link tⱼ = α + β tᵢ says that
/// log bⱼ - log bᵢ = log β, and that aⱼ/bⱼ - aᵢ/bᵢ = α/bⱼ.
extension GroupAlignment.Link {
  fileprivate func isWeaker(than other: Self) -> Bool {
    estimate.falseAlarmProbability != other.estimate.falseAlarmProbability
      ? estimate.falseAlarmProbability > other.estimate.falseAlarmProbability
      : estimate.standardError > other.estimate.standardError
  }

  /// The difference of the logarithms of the rates.
  fileprivate var clockDifference: DifferenceSystem.Link {
    let error = max(estimate.drift?.standardError ?? unmeasuredDrift, smallestDriftError)
    return DifferenceSystem.Link(
      a: first, b: second, value: Double.log(onePlus: estimate.drift?.rate ?? 0),
      weight: 1 / (error * error))
  }

  /// The difference of the places, for the logarithms of the rates that were settled on.
  fileprivate func placeDifference(_ rates: [Double]) -> DifferenceSystem.Link {
    let slope = Double.expMinusOne(rates[second] - rates[first])
    var delay = estimate.delay
    if let drift = estimate.drift {
      // In the middle of the windows the delay does not depend on the slope.
      let times = drift.windows.map(\.time)
      let middle = times.isEmpty ? 0 : times.reduce(0, +) / Double(times.count)
      delay = drift.delayAtStart + (drift.rate - slope) * middle
    }
    let scale = Double.exp(-rates[second])
    let error = max(estimate.standardError, smallestDelayError) * scale
    return DifferenceSystem.Link(
      a: first, b: second, value: delay * scale, weight: 1 / (error * error))
  }
}

/// Clocks that are in order are off by up to 100 ppm.
private let unmeasuredDrift = 1e-4
/// No clock is known to be the same as another.
private let smallestDriftError = 1e-10
/// A nanosecond, in seconds: no estimate of real recordings is surer.
private let smallestDelayError = 1e-9

/// The most reliable ways from one recording to all others.
private struct Routes {
  struct Route {
    var members: [Int]
    var falseAlarmProbability = 0.0
    var peakRatio = Double.infinity
    var polarity = 1
  }

  private var routes: [Route?]

  /// By Bellman & Ford.
  init(count: Int, from start: Int, _ links: [GroupAlignment.Link]) {
    routes = [Route?](repeating: nil, count: count)
    routes[start] = Route(members: [start])
    for _ in 0..<count {
      for link in links {
        for (from, to) in [(link.first, link.second), (link.second, link.first)] {
          guard var route = routes[from], !route.members.contains(to) else { continue }
          route.members.append(to)
          route.falseAlarmProbability += link.estimate.falseAlarmProbability
          route.peakRatio = min(route.peakRatio, link.estimate.peakRatio)
          route.polarity *= link.estimate.polarity
          if routes[to].map({ route.isBetter(than: $0) }) ?? true { routes[to] = route }
        }
      }
    }
  }

  func route(to index: Int) -> Route? { routes[index] }
}

extension Routes.Route {
  /// Surer, or as sure and shorter.
  fileprivate func isBetter(than other: Self) -> Bool {
    falseAlarmProbability != other.falseAlarmProbability
      ? falseAlarmProbability < other.falseAlarmProbability
      : members.count < other.members.count
  }
}
