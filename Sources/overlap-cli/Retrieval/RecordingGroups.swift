// SPDX-License-Identifier: MIT

import Alignment
import ComputeSupport
import SignalFiles

/// Which recordings belong together, and how those of each group lie: fingerprints propose pairs, exact
/// alignment decides, and all pairs of a group are solved together.
struct RecordingGroups {
  /// The files, in the order in which they were given.
  let paths: [String]
  /// Pairs that were aligned reliably.
  private(set) var pairs: [Pair] = []
  /// Pairs of which each fits at more than one place.
  private(set) var ambiguous: Set<[Int]> = []
  /// Groups of two recordings or more, the largest first; each with its files' numbers in the order of
  /// their starts.
  private(set) var groups: [Group] = []
  /// What could not be read or compared.
  private(set) var failures: [CommandFailure] = []

  private let absolutePaths: [String]
  private let aligner: PairAligner
  private let threads: Int

  /// Two files that were aligned.
  struct Pair: Sendable {
    /// The reference.
    var first: Int
    var second: Int
    var found: PairAlignment

    fileprivate func link(_ places: [Int: Int]) -> GroupAlignment.Link? {
      guard let first = places[first], let second = places[second] else { return nil }
      return .init(first: first, second: second, estimate: found.estimate)
    }
  }

  /// Recordings of one event.
  struct Group {
    /// One of the recordings each.
    struct Member {
      var file: Int
      /// When it starts on the group's time line, whose zero is the first start of all.
      var start: Double
      var startError: Double
      var estimate: DelayEstimate
      /// How its time follows from that of the group's line.
      var line: TimeMap
    }
    var members: [Member]
    /// Pairs of files that were aligned and that the others contradict.
    var contradictions: [(Int, Int)]
  }

  private struct Proposal: Sendable {
    var first: Int
    var second: Int
    var score: Double
  }

  /// Pairs of one recording that are aligned besides what holds its group together: enough to find a
  /// contradiction. Judged.
  private static var spareLinks: Int { 1 }
  /// Of the sound of files, in memory and as it was decoded on the disk, that is kept for their next pairs.
  private static var cacheByteCount: Int { 1 << 28 }

  /// Compares the recordings of an archive.
  ///
  /// - Parameter mayShare: Whether two files, by their numbers, can hold the same sound at all.
  init(
    _ archive: any Archive, _ aligner: PairAligner, threads: Int,
    mayShare: (Int, Int) -> Bool = { _, _ in true }
  ) {
    let entries = archive.entries
    var numbers: [String: Int] = [:]
    var (paths, parts): ([String], [[Int]]) = ([], [])
    for (index, entry) in entries.enumerated() {
      if let known = numbers[entry.absolutePath] {
        parts[known].append(index)
      } else {
        numbers[entry.absolutePath] = paths.count
        paths.append(entry.path)
        parts.append([index])
      }
    }
    self.paths = paths
    (self.aligner, self.threads) = (aligner, threads)
    absolutePaths = parts.map { entries[$0[0]].absolutePath }
    var fingerprints: [[Fingerprint]] = []
    for file in parts {
      do throws(SignalFileError) {
        var own: [Fingerprint] = []
        for index in file { own.append(try archive.fingerprint(index)) }
        fingerprints.append(own)
      } catch {
        failures.append(CommandFailure(error))
        fingerprints.append([])
      }
    }
    align(
      Self.proposals(fingerprints, threads: threads).filter { mayShare($0.first, $0.second) })
    solve()
  }

  /// Pairs of files whose fingerprints share something, the likeliest first.
  private static func proposals(_ fingerprints: [[Fingerprint]], threads: Int) -> [Proposal] {
    let count = fingerprints.count
    let found = parallelMap(count, threads: threads) { first -> [Proposal] in
      let queries = fingerprints[first].flatMap { FingerprintQuery.parts(of: $0) }
      var scratch = FingerprintQuery.Scratch()
      return (first + 1..<max(count, first + 1)).compactMap { second in
        let scores = fingerprints[second].flatMap { recording in
          queries.flatMap { $0.hits(in: recording, &scratch).map(\.score) }
        }
        // The most that one part shares, and a little for each other one.
        guard let best = scores.max() else { return nil }
        return Proposal(first: first, second: second, score: best + Double(scores.count))
      }
    }
    return found.flatMap(\.self).sorted { $0.score > $1.score }
  }

  /// Aligns pairs: as long as groups can grow, those that would join them, the likeliest first; and then
  /// some more within groups.
  private mutating func align(_ proposals: [Proposal]) {
    var isTried = [Bool](repeating: false, count: proposals.count)
    var groups = DisjointSets(count: paths.count)
    var counts = [Int](repeating: 0, count: paths.count)
    let progress = ProgressBar("Aligning")
    while true {
      var planned = groups
      var extra = counts
      let chosen = proposals.indices.filter { index in
        let pair = proposals[index]
        guard !isTried[index] else { return false }
        if planned.join(pair.first, pair.second) { return true }
        // Within a group, once it is known to be one.
        guard groups.areJoined(pair.first, pair.second),
          min(extra[pair.first], extra[pair.second]) < Self.spareLinks
        else { return false }
        extra[pair.first] += 1
        extra[pair.second] += 1
        return true
      }
      guard !chosen.isEmpty else { break }
      for index in chosen { isTried[index] = true }
      let aligned = align(chosen.map { (proposals[$0].first, proposals[$0].second, aligner) })
      for pair in aligned where !groups.join(pair.first, pair.second) {
        counts[pair.first] += 1
        counts[pair.second] += 1
      }
      progress.report(Double(isTried.count { $0 }) / Double(proposals.count))
    }
  }

  /// Aligns pairs of files, each by an aligner of its own.
  ///
  /// - Returns: Those that are reliable.
  @discardableResult
  mutating func align(_ chosen: [(first: Int, second: Int, aligner: PairAligner)]) -> [Pair] {
    let files = absolutePaths
    // What has files in common is worked on together, so that each is decoded once or twice.
    let chosen = chosen.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    let cache = RecordingCache(byteCount: Self.cacheByteCount)
    @Sendable func align(_ index: Int) throws(CommandFailure) -> PairAlignment {
      let (first, second, aligner) = chosen[index]
      let (reference, other) = try (cache.use(files[first]), cache.use(files[second]))
      defer {
        cache.release(reference)
        cache.release(other)
      }
      return try aligner.align(
        other.recording(for: aligner), with: reference.recording(for: aligner))
    }
    let outcomes = parallelMap(chosen.count, threads: threads) { index in
      PairOutcome { () throws(CommandFailure) in try align(index) }
    }
    var aligned: [Pair] = []
    for ((first, second, _), outcome) in zip(chosen, outcomes) {
      switch outcome {
      case .success(let found) where found.isReliable:
        aligned.append(Pair(first: first, second: second, found: found))
      case .success(let found):
        if found.estimate.falseAlarmProbability <= found.threshold {
          ambiguous.insert([first, second])
        }
      case .failure(let failure): failures.append(failure)
      }
    }
    pairs += aligned
    return aligned
  }

  /// Solves for the places of each group's recordings.
  ///
  /// - Parameter clocks: Which clock each file was recorded by, where that is known.
  mutating func solve(clocks: [Int]? = nil) {
    groups = []
    var sets = DisjointSets(count: paths.count)
    for pair in pairs { _ = sets.join(pair.first, pair.second) }
    for files in sets.all where files.count > 1 {
      let places = Dictionary(
        uniqueKeysWithValues: files.enumerated().map { ($0.element, $0.offset) })
      let own = clocks.map { clocks in consecutive(files.map { clocks[$0] }) }
      let solution = GroupAlignment(
        count: files.count, links: pairs.compactMap { $0.link(places) },
        threshold: aligner.threshold, clocks: own)
      var members: [Group.Member] = []
      for (index, member) in solution.members.enumerated() {
        guard let member else { continue }
        members.append(
          Group.Member(
            file: files[index], start: member.line.inverse.delay(at: 0) ?? 0,
            startError: member.startError, estimate: member.estimate, line: member.line))
      }
      let zero = members.map(\.start).min() ?? 0
      for index in members.indices {
        members[index].start -= zero
        members[index].line = members[index].line.shifted(reference: -zero, other: 0)
      }
      groups.append(
        Group(
          members: members.sorted { ($0.start, $0.file) < ($1.start, $1.file) },
          contradictions: solution.contradictions.map { (files[$0.first], files[$0.second]) }))
    }
    groups.sort {
      ($1.members.count, $0.members[0].file) < ($0.members.count, $1.members[0].file)
    }
  }
}

/// The numbers by the order in which they come, from 0 on.
private func consecutive(_ numbers: [Int]) -> [Int] {
  var known: [Int: Int] = [:]
  return numbers.map { number in
    if let own = known[number] { return own }
    known[number] = known.count
    return known.count - 1
  }
}
