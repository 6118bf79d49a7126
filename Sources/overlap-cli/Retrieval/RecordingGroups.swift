import Alignment
import ComputeSupport
import SignalFiles

/// Which recordings belong together, and how those of each group lie: fingerprints propose pairs, exact
/// alignment decides, and all pairs of a group are solved together.
struct RecordingGroups {
  /// The files, in the order in which they were given.
  let paths: [String]
  /// Groups of two recordings or more, the largest first; each with its files' numbers in the order of
  /// their starts.
  private(set) var groups: [Group] = []
  /// What could not be read or compared.
  private(set) var failures: [CommandFailure] = []

  /// Recordings of one event.
  struct Group {
    /// One of the recordings each.
    struct Member {
      var file: Int
      /// When it starts on the group's time line, whose zero is the first start of all.
      var start: Double
      var estimate: DelayEstimate
    }
    var members: [Member]
    /// Pairs of files that were aligned and that the others contradict.
    var contradictions: [(Int, Int)]
  }

  private struct Pair: Sendable {
    var first: Int
    var second: Int
    var score: Double
  }

  /// Pairs of one recording that are aligned besides what holds its group together: enough to find a
  /// contradiction. Judged.
  private static var spareLinks: Int { 2 }

  init(_ archive: any Archive, _ aligner: PairAligner, threads: Int) {
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
    let absolutePaths = parts.map { entries[$0[0]].absolutePath }
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
    let pairs = Self.pairs(fingerprints, threads: threads)
    let links = align(pairs, absolutePaths, aligner, threads: threads)
    solve(links, aligner.threshold)
  }

  /// Pairs of files whose fingerprints share something, the likeliest first.
  private static func pairs(_ fingerprints: [[Fingerprint]], threads: Int) -> [Pair] {
    let count = fingerprints.count
    let found = parallelMap(count, threads: threads) { first -> [Pair] in
      let queries = fingerprints[first].flatMap { FingerprintQuery.parts(of: $0) }
      var scratch = FingerprintQuery.Scratch()
      return (first + 1..<max(count, first + 1)).compactMap { second in
        let scores = fingerprints[second].flatMap { recording in
          queries.flatMap { $0.hits(in: recording, &scratch).map(\.score) }
        }
        // The most that one part shares, and a little for each other one.
        guard let best = scores.max() else { return nil }
        return Pair(first: first, second: second, score: best + Double(scores.count))
      }
    }
    return found.flatMap(\.self).sorted { $0.score > $1.score }
  }

  /// Aligns pairs: as long as groups can grow, those that would join them, the likeliest first; and then
  /// some more within groups.
  private mutating func align(
    _ pairs: [Pair], _ files: [String], _ aligner: PairAligner, threads: Int
  ) -> [GroupAlignment.Link] {
    var links: [GroupAlignment.Link] = []
    var isTried = [Bool](repeating: false, count: pairs.count)
    var groups = DisjointSets(count: files.count)
    var counts = [Int](repeating: 0, count: files.count)
    let progress = ProgressBar("Aligning")
    while true {
      var planned = groups
      var extra = counts
      let chosen = pairs.indices.filter { index in
        let pair = pairs[index]
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
      let outcomes = parallelMap(chosen.count, threads: threads) { place in
        let pair = pairs[chosen[place]]
        return PairOutcome { () throws(CommandFailure) in
          try aligner.align(
            aligner.open(files[pair.second]), with: aligner.open(files[pair.first]))
        }
      }
      for (index, outcome) in zip(chosen, outcomes) {
        isTried[index] = true
        let pair = pairs[index]
        switch outcome {
        case .success(let found) where found.isReliable:
          links.append(.init(first: pair.first, second: pair.second, estimate: found.estimate))
          if !groups.join(pair.first, pair.second) {
            counts[pair.first] += 1
            counts[pair.second] += 1
          }
        case .success: break
        case .failure(let failure): failures.append(failure)
        }
      }
      // What was decoded of them: of many files it would fill the disk.
      for index in chosen {
        SoundFile.forget(files[pairs[index].first])
        SoundFile.forget(files[pairs[index].second])
      }
      progress.report(Double(isTried.count { $0 }) / Double(pairs.count))
    }
    return links
  }

  /// Solves for the places of each group's recordings.
  private mutating func solve(_ links: [GroupAlignment.Link], _ threshold: Double) {
    var sets = DisjointSets(count: paths.count)
    for link in links { _ = sets.join(link.first, link.second) }
    for files in sets.all where files.count > 1 {
      let places = Dictionary(
        uniqueKeysWithValues: files.enumerated().map { ($0.element, $0.offset) })
      let own = links.compactMap { link -> GroupAlignment.Link? in
        guard let first = places[link.first], let second = places[link.second] else { return nil }
        return .init(first: first, second: second, estimate: link.estimate)
      }
      let solution = GroupAlignment(count: files.count, links: own, threshold: threshold)
      var members: [Group.Member] = []
      for (index, member) in solution.members.enumerated() {
        guard let estimate = member?.estimate else { continue }
        // Where the other's first sample is on the reference's line.
        let start = -estimate.delayAtStart / (1 + (estimate.drift?.rate ?? 0))
        members.append(Group.Member(file: files[index], start: start, estimate: estimate))
      }
      let zero = members.map(\.start).min() ?? 0
      for index in members.indices { members[index].start -= zero }
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

/// Which of some things are connected (R. E. Tarjan, 1975).
private struct DisjointSets {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  private mutating func root(_ element: Int) -> Int {
    var element = element
    while parents[element] != element {
      parents[element] = parents[parents[element]]
      element = parents[element]
    }
    return element
  }

  mutating func areJoined(_ first: Int, _ second: Int) -> Bool { root(first) == root(second) }

  /// Connects two; false where they are connected already.
  mutating func join(_ first: Int, _ second: Int) -> Bool {
    let (a, b) = (root(first), root(second))
    parents[max(a, b)] = min(a, b)
    return a != b
  }

  /// The elements of each set.
  var all: [[Int]] {
    mutating get {
      let roots = parents.indices.map { root($0) }
      return Dictionary(grouping: parents.indices, by: { roots[$0] }).values.sorted {
        $0[0] < $1[0]
      }
    }
  }
}
