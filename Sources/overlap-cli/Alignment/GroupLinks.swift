import Alignment

/// Recordings that have nothing in common with the reference, and may have with one another.
///
/// Files that the reference alone cannot place are compared with those that have a place already,
/// one after the other, until no more of them find one.
struct GroupLinks {
  var aligner: PairAligner
  /// The reference's path and those of the others.
  var paths: [String]
  /// What comparing with the reference gave, for each of the others; these are completed.
  var outcomes: [PairOutcome]
  private var links: [GroupAlignment.Link] = []

  init(aligner: PairAligner, paths: [String], outcomes: [PairOutcome]) {
    (self.aligner, self.paths, self.outcomes) = (aligner, paths, outcomes)
  }

  /// Compares what is needed, and gives those that were linked their places.
  ///
  /// - Parameter report: is called with the part of the work that is done.
  mutating func complete(_ report: (Double) -> Void) {
    var waiting: [Int] = []
    for (index, outcome) in outcomes.enumerated() {
      guard case .success(let found) = outcome else { continue }
      if found.isReliable {
        links.append(.init(first: 0, second: index + 1, estimate: found.estimate))
      } else {
        waiting.append(index + 1)
      }
    }
    var placed = links.map(\.second)
    let expected = waiting.count * max(1, outcomes.count - 1)
    var done = 0
    // Whoever has found a place may be the link for those that still wait.
    var next = 0
    while next < placed.count, !waiting.isEmpty {
      let known = placed[next]
      next += 1
      guard let recording = try? aligner.open(paths[known]) else { continue }
      for index in waiting {
        report(Double(done) / Double(expected))
        done += 1
        guard
          case .success(let found) = aligner.align(pathOf: paths[index], with: recording),
          found.isReliable
        else { continue }
        links.append(.init(first: known, second: index, estimate: found.estimate))
        placed.append(index)
      }
      waiting.removeAll { placed.contains($0) }
    }
    let group = GroupAlignment(count: paths.count, links: links, threshold: aligner.threshold)
    for link in links where link.first != 0 {
      if let member = group.members[link.second] { place(link.second, member) }
    }
  }

  private mutating func place(_ index: Int, _ member: GroupAlignment.Member) {
    guard case .success(var found) = outcomes[index - 1] else { return }
    found.route = member.route.dropFirst().dropLast().map { paths[$0] }
    found.estimate = member.estimate
    found.estimate.overlap = overlap(paths[0], paths[index], member.estimate)
    outcomes[index - 1] = .success(found)
  }

  /// How long, in seconds, both files hold the same: 0 where one ends before the other begins.
  private func overlap(
    _ reference: String, _ other: String, _ estimate: DelayEstimate
  ) -> Double {
    guard let first = try? aligner.open(reference), let second = try? aligner.open(other) else {
      return 0
    }
    let line = AlignedTimeLine(
      [
        .init(duration: first.duration),
        .init(duration: second.duration, estimate),
      ], sampleRate: first.sampleRate, isTrimmed: true)
    return line.duration
  }
}
