// SPDX-License-Identifier: MIT

/// A way from a group's reference to a recording over links.
struct GroupRoute {
  private(set) var members: [Int]
  private(set) var falseAlarmProbability = 0.0
  private(set) var peakRatio = largestPeakRatio
  /// nil where a link's is not known.
  private(set) var polarity: Int? = 1

  /// The surest, and of these the shortest, is the best.
  private var rank: (Double, Int) { (falseAlarmProbability, members.count) }

  /// The most reliable routes from one recording to all (Bellman & Ford).
  static func all(count: Int, from start: Int, _ links: [GroupAlignment.Link]) -> [GroupRoute?] {
    var routes = [GroupRoute?](repeating: nil, count: count)
    routes[start] = GroupRoute(members: [start])
    for _ in 0..<count {
      var isSettled = true
      for link in links {
        for (from, to) in [(link.first, link.second), (link.second, link.first)] {
          guard var route = routes[from], !route.members.contains(to) else { continue }
          route.members.append(to)
          route.falseAlarmProbability += link.estimate.falseAlarmProbability
          route.peakRatio = min(route.peakRatio, link.estimate.peakRatio)
          route.polarity = link.estimate.polarity.flatMap { own in route.polarity.map { own * $0 } }
          if routes[to].map({ route.rank < $0.rank }) ?? true {
            routes[to] = route
            isSettled = false
          }
        }
      }
      if isSettled { break }
    }
    return routes
  }
}
