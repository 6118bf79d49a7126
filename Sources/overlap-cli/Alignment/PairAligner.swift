// SPDX-License-Identifier: MIT

import Alignment
import SignalFiles

/// Compares two files as the options say.
struct PairAligner: Sendable {
  var track: TrackChoice
  var channel: ChannelChoice
  var options: DelaySearchOptions
  /// The largest probability of a false alarm that is accepted.
  var threshold: Double
  /// The sample rate of recordings that are arrays; nil where nobody told it.
  var arrayRate: Int?

  /// Why this cannot be used: a sentence; nil if it can.
  var problem: String? {
    if let limit = options.maximumDelay, !(limit >= 0 && limit.isFinite) {
      return "--max-delay needs a number of seconds that is not negative, such as 30."
    }
    if !options.expectedDelay.isFinite { return "--near needs a number of seconds." }
    if options.expectedDelay != 0, options.maximumDelay == nil {
      return "--near needs --max-delay: how far from it a delay may be."
    }
    guard threshold > 0, threshold <= 1 else {
      return "--threshold needs a probability above 0 and up to 1, such as 1e-3."
    }
    return nil
  }

  func open(_ path: String) throws(CommandFailure) -> Recording {
    do throws(SignalFileError) {
      return try Recording(path: path, track: track, channel: channel, arrayRate: arrayRate)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// How `other` lies relative to `reference`.
  func align(
    _ other: Recording, with reference: Recording
  ) throws(CommandFailure) -> PairAlignment {
    do throws(AlignmentError) {
      return try bestTracks(other, reference)
    } catch {
      throw CommandFailure(error, reference: reference.path, other: other.path)
    }
  }

  /// How the file at `other` lies relative to `reference`, or why that cannot be told.
  func align(pathOf other: String, with reference: Recording) -> PairOutcome {
    PairOutcome { () throws(CommandFailure) in try align(try open(other), with: reference) }
  }

  /// Gives files that the reference alone cannot place a place by way of others.
  ///
  /// They are compared with those that have a place already, until no more of them find one. `paths`
  /// begin with that of the reference, with which the others have `outcomes`.
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
      found.estimate.overlap = overlap(
        paths[0], paths[link.second],
        found.soundMap(referenceStart: found.compared.reference.track.start))
      outcomes[link.second - 1] = .success(found)
    }
  }

  /// How long, in seconds, both files hold the same: 0 where one ends before the other begins.
  private func overlap(
    _ reference: String, _ other: String, _ map: TimeMap
  ) -> Double {
    guard let first = try? open(reference), let second = try? open(other) else {
      return 0
    }
    let line = AlignedTimeLine(
      [.init(duration: first.duration), .init(duration: second.duration, map)],
      sampleRate: first.sampleRate, isTrimmed: true)
    return line.duration
  }
}

/// What comparing two files gave, or why they could not be compared.
typealias PairOutcome = Result<PairAlignment, CommandFailure>

/// What was found out about two files.
struct PairAlignment: Sendable {
  /// On the files' time lines.
  var estimate: DelayEstimate
  /// How the samples lie, by the time since the other's first and the reference's at `start`.
  func soundMap(referenceStart start: Double) -> TimeMap {
    estimate.shifted(reference: -start, other: -compared.other.track.start).map
  }
  /// Whether both belong together, and in one way only.
  var isReliable: Bool { estimate.isReliable(atMost: threshold) }
  var threshold: Double
  /// What was compared of the reference and of the other.
  var compared: (reference: ComparedPart, other: ComparedPart)
  /// What the other file is, its length in seconds.
  var other: (sampleRate: Int, duration: Double) {
    (compared.other.sampleRate, compared.other.duration)
  }
  /// The files over which the two are linked, if they could not be compared directly.
  var route: [String] = []
}

extension PairOutcome {
  /// The exit status of a process that was run for it; nil for a reliable alignment.
  var status: ExitStatus? {
    switch self {
    case .failure(let failure): failure.status
    case .success(let found): found.isReliable ? nil : .noMatch
    }
  }

  /// Whether the two were compared and are aligned reliably.
  var isReliable: Bool { (try? get())?.isReliable ?? false }

  /// Whether they could not be compared.
  var isFailed: Bool { if case .failure = self { true } else { false } }
}
