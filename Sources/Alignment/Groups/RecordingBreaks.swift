// SPDX-License-Identifier: MIT

/// The breaks of each recording of a group, told apart from those of the others.
///
/// A break that two recordings show between them belongs to one of them. It is the one in which more of
/// the others show the same break at the same place, counting against it those with which it runs
/// through there. Where these tell nothing it is the one that lost something: recorders lose samples when
/// they cannot keep up (115 of the 195 devices of CHiME-6), and nothing makes them insert any.
struct RecordingBreaks {
  /// Where something was cut out of a recording, or inserted into it, in the recording's own time.
  struct Place {
    /// It is not before this time.
    var from: Double
    /// It is not after this time.
    var to: Double

    var middle: Double { (from + to) / 2 }
  }

  /// Those of each recording, in the order of time.
  private(set) var places: [[Place]]

  /// One break of one pair as one of the two would have it.
  private struct Claim {
    var place: Place
    /// What was inserted into the recording, in seconds.
    var inserted: Double
    var partner: Int
    /// The number of the pair's break among all.
    var number: Int

    /// 1 where the recording lost something, which happens, and 0 where something was inserted into it.
    var likelihood: Int { inserted > 0 ? 0 : 1 }
  }

  /// In seconds: how far the places of one break may lie apart in two pairs. In a pause its place is known
  /// to half a second or so. Judged.
  private static var reach: Double { 0.5 }
  /// In seconds: by how much the lengths of one break may differ in two pairs. Judged: two breaks by
  /// chance so near and so much alike are rarer than errors of this size.
  private static var tolerance: Double { 0.002 }

  init(count: Int, _ links: [GroupAlignment.Link]) {
    var claims = [[Claim]](repeating: [], count: count)
    var number = 0
    for link in links {
      let map = link.estimate.map
      for (first, second) in zip(map.breaks, map.inverse.breaks) {
        // What the delay grows by was inserted into the second, or is missing in the first.
        claims[link.first].append(
          Claim(
            place: Place(from: first.from, to: first.to), inserted: -first.inserted,
            partner: link.second, number: number))
        claims[link.second].append(
          Claim(
            place: Place(from: second.from, to: second.to), inserted: first.inserted,
            partner: link.first, number: number))
        number += 1
      }
    }
    /// For each break of a pair the better of its two owners so far.
    var owners = [(score: Int, recording: Int, claim: Claim)?](repeating: nil, count: number)
    for recording in 0..<count {
      for claim in claims[recording] {
        let witnesses = Set(
          claims[recording].filter { Self.isSame($0, claim) }.map(\.partner))
        let opposed = links.count { link in
          guard link.first == recording || link.second == recording else { return false }
          let partner = link.first == recording ? link.second : link.first
          return !witnesses.contains(partner)
            && Self.runsThrough(claim.place, link, of: recording)
        }
        let score = witnesses.count - opposed
        let isBetter =
          owners[claim.number].map { known in
            (known.score, known.claim.likelihood) < (score, claim.likelihood)
          } ?? true
        if isBetter { owners[claim.number] = (score, recording, claim) }
      }
    }
    places = (0..<count).map { recording in
      let own = owners.compactMap { $0 }.filter { $0.recording == recording }.map(\.claim)
      return Self.merged(own)
    }
  }

  private static func isSame(_ first: Claim, _ second: Claim) -> Bool {
    first.place.from < second.place.to + reach && second.place.from < first.place.to + reach
      && abs(first.inserted - second.inserted) < tolerance
  }

  /// Whether one stretch of a link holds all around a place of one of its recordings.
  private static func runsThrough(
    _ place: Place, _ link: GroupAlignment.Link, of recording: Int
  ) -> Bool {
    let map = link.first == recording ? link.estimate.map : link.estimate.map.inverse
    return map.stretches.contains {
      $0.start < place.from - reach && place.to + reach < $0.end
    }
  }

  /// One place for each break, as narrow as the pairs know it.
  private static func merged(_ claims: [Claim]) -> [Place] {
    var merged: [Claim] = []
    for claim in claims.sorted(by: { $0.place.middle < $1.place.middle }) {
      if let index = merged.lastIndex(where: { isSame($0, claim) }) {
        let known = merged[index].place
        let (from, to) = (max(known.from, claim.place.from), min(known.to, claim.place.to))
        // Of two that do not meet the earlier is as good as the later.
        if from <= to { merged[index].place = Place(from: from, to: to) }
      } else {
        merged.append(claim)
      }
    }
    return merged.map(\.place)
  }

  /// Into how many segments the breaks divide each recording.
  var segmentCounts: [Int] { places.map { $0.count + 1 } }

  /// The segment of a recording in which most of an interval of its time lies.
  func segment(of recording: Int, from start: Double, to end: Double) -> Int {
    let own = places[recording]
    var best = (segment: 0, part: -Double.infinity)
    for segment in 0...own.count {
      let low = segment == 0 ? -Double.infinity : own[segment - 1].middle
      let high = segment == own.count ? Double.infinity : own[segment].middle
      let part = min(end, high) - max(start, low)
      if part > best.part { best = (segment, part) }
    }
    return best.segment
  }
}
