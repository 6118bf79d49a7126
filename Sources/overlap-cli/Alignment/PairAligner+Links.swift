import Alignment

extension PairAligner {
  /// Gives files that the reference alone cannot place a place by way of others.
  ///
  /// They are compared with those that have a place already, one after the other, until no more of
  /// them find one. `paths` are that of the reference and those of the others, `outcomes` what
  /// comparing with the reference gave for each of the others; `report` is called with the part of
  /// the work that is done.
  func link(_ paths: [String], _ outcomes: inout [PairOutcome], _ report: (Double) -> Void) {
    var links: [GroupAlignment.Link] = []
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
      guard let recording = try? open(paths[known]) else { continue }
      for index in waiting {
        report(Double(done) / Double(expected))
        done += 1
        guard
          case .success(let found) = align(pathOf: paths[index], with: recording),
          found.isReliable
        else { continue }
        links.append(.init(first: known, second: index, estimate: found.estimate))
        placed.append(index)
      }
      waiting.removeAll { placed.contains($0) }
    }
    let group = GroupAlignment(count: paths.count, links: links, threshold: threshold)
    for link in links where link.first != 0 {
      guard let member = group.members[link.second],
        case .success(var found) = outcomes[link.second - 1]
      else { continue }
      found.route = member.route.dropFirst().dropLast().map { paths[$0] }
      found.estimate = member.estimate
      found.estimate.overlap = overlap(paths[0], paths[link.second], member.estimate)
      outcomes[link.second - 1] = .success(found)
    }
  }

  /// How long, in seconds, both files hold the same: 0 where one ends before the other begins.
  private func overlap(
    _ reference: String, _ other: String, _ estimate: DelayEstimate
  ) -> Double {
    guard let first = try? open(reference), let second = try? open(other) else {
      return 0
    }
    let line = AlignedTimeLine(
      [.init(duration: first.duration), .init(duration: second.duration, estimate.clock)],
      sampleRate: first.sampleRate, isTrimmed: true)
    return line.duration
  }
}
