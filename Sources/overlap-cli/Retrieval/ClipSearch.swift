// SPDX-License-Identifier: MIT

import Alignment
import ComputeSupport
import SignalFiles

/// Finds all places in an archive at which a clip is heard: fingerprints propose, exact alignment decides.
struct ClipSearch: Sendable {
  private let archive: any Archive
  private let entries: [IndexEntry]
  /// The largest false-alarm probability of a match.
  private let threshold: Double
  private let threads: Int
  /// How many places there are for a match, by the lags of one exact alignment.
  private let chances: Double

  /// A place at which a clip was found.
  struct Match: Sendable {
    var entry: IndexEntry
    var alignment: PairAlignment
    /// Where the clip's start is in the file, in seconds of its time line.
    var position: Double { alignment.estimate.delayAtStart }
  }

  /// What a search gave.
  struct Result {
    /// The surest first.
    var matches: [Match] = []
    /// What could not be read.
    var failures: [CommandFailure] = []
    /// How many places were not looked at.
    var leftOut = 0
  }

  init(_ archive: any Archive, threshold: Double, threads: Int) {
    entries = archive.entries
    (self.archive, self.threshold, self.threads) = (archive, threshold, threads)
    let duration = entries.reduce(0) { $0 + $1.duration }
    chances = max(1, duration / (2 * Self.reach))
  }

  /// How far from the place that a fingerprint tells the exact one is sought, in seconds: some windows of
  /// fingerprints, and what clocks differ by in minutes.
  private static var reach: Double { 0.5 }
  /// Sound around what a fingerprint matches that is aligned with it, in seconds.
  private static var margin: Double { 1 }
  /// Below, in seconds, no clock is off by more than a few samples. Judged.
  private static var shortDuration: Double { 15 }
  /// Places that are aligned exactly for a clip: of a loop there may be thousands. Judged by time, a tenth
  /// of a second for each.
  private static var mostCandidates: Int { 500 }

  private struct Candidate: Sendable {
    var entry: Int
    var track: Recording.Track
    var part: Recording.Part
    var sound: SharedSound
  }

  /// The places of a clip, none of them twice.
  func matches(of clip: Recording) -> Result {
    var result = Result()
    var candidates: [Candidate] = []
    for track in clip.tracks {
      for part in track.parts {
        candidates += self.candidates(track, part, of: clip, &result.failures)
      }
    }
    candidates.sort { $0.sound.score > $1.sound.score }
    result.leftOut = max(0, candidates.count - Self.mostCandidates)
    candidates.removeLast(result.leftOut)
    let (chosen, partCount) = (candidates, clip.tracks.reduce(0) { $0 + $1.parts.count })
    let outcomes = parallelMap(chosen.count, threads: threads) { index in
      align(chosen[index], clip, searches: Double(partCount))
    }
    for outcome in outcomes {
      switch outcome {
      case .success(let match): if let match, match.alignment.isReliable { result.add(match) }
      case .failure(let failure): result.failures.append(failure)
      }
    }
    result.matches.sort {
      ($0.alignment.estimate.falseAlarmProbability, $0.entry.path, $0.position)
        < ($1.alignment.estimate.falseAlarmProbability, $1.entry.path, $1.position)
    }
    return result
  }

  /// Compares a clip that was found nowhere with all of each recording.
  func compareInFull(_ clip: Recording, _ result: inout Result) {
    let aligner = PairAligner(
      track: .best, channel: .auto, options: DelaySearchOptions(threads: 1), threshold: threshold)
    var files: [IndexEntry] = []
    for entry in entries where files.last?.absolutePath != entry.absolutePath {
      files.append(entry)
    }
    let (chosen, count) = (files, Double(files.count))
    let outcomes = parallelMap(files.count, threads: threads) { index in
      defer { SoundFile.forget(chosen[index].path) }
      return aligner.align(pathOf: chosen[index].path, with: clip)
    }
    for (entry, outcome) in zip(files, outcomes) {
      guard case .success(var alignment) = outcome else { continue }
      alignment.estimate.falseAlarmProbability = min(
        1, count * alignment.estimate.falseAlarmProbability)
      if alignment.isReliable { result.add(Match(entry: entry, alignment: alignment)) }
    }
  }

  /// What the fingerprints of a part of the clip and of all recordings share.
  private func candidates(
    _ track: Recording.Track, _ part: Recording.Part, of clip: Recording,
    _ failures: inout [CommandFailure]
  ) -> [Candidate] {
    let fingerprint: Fingerprint
    do throws(AlignmentError) {
      fingerprint = try Fingerprint(of: part.source, seed: 0)
    } catch {
      failures.append(CommandFailure(error, reference: clip.path, other: clip.path))
      return []
    }
    let queries = FingerprintQuery.parts(of: fingerprint)
    let found = parallelMap(entries.count, threads: threads) { index in
      Swift.Result<[SharedSound], SignalFileError> { () throws(SignalFileError) in
        let recording = try archive.fingerprint(index)
        var scratch = FingerprintQuery.Scratch()
        return SharedSound.joined(queries.flatMap { $0.hits(in: recording, &scratch) })
      }
    }
    var candidates: [Candidate] = []
    for (index, sounds) in found.enumerated() {
      switch sounds {
      case .success(let sounds):
        candidates += sounds.map { Candidate(entry: index, track: track, part: part, sound: $0) }
      case .failure(let error): failures.append(CommandFailure(error))
      }
    }
    return candidates
  }

  /// Aligns the sound around a candidate exactly; nil where there is nothing to align.
  private func align(
    _ candidate: Candidate, _ clip: Recording, searches: Double
  ) -> Swift.Result<Match?, CommandFailure> {
    let (entry, sound) = (entries[candidate.entry], candidate.sound)
    let source = candidate.part.source
    do throws(SignalFileError) {
      let from = max(0, sound.clipTime.lowerBound - Self.margin)
      let to = sound.clipTime.upperBound + Self.margin
      let own = Excerpt(source, from...to)
      let other = try entry.excerpt(
        from + sound.position - Self.reach...to + sound.position + Self.reach)
      do throws(AlignmentError) {
        let options = DelaySearchOptions(
          maximumDelay: Self.reach, threads: 1,
          expectedDelay: own.start + sound.position - other.start)
        // What is as long as one part of a clip has one delay.
        let isShort = to - from < Self.shortDuration
        var estimate = try
          (isShort
          ? estimateOneDelay(of: other.source, from: own, options: options)
          : estimateDelay(of: other.source, from: own, options: options)).shifted(
            reference: own.start + candidate.track.file.start, other: other.start + entry.start)
        estimate.falseAlarmProbability = min(
          1, chances * searches * estimate.falseAlarmProbability)
        return .success(
          Match(
            entry: entry,
            alignment: PairAlignment(
              estimate: estimate, threshold: threshold,
              compared: (
                ComparedPart(candidate.track, candidate.part, of: clip),
                ComparedPart(entry, other.track)
              ))))
      } catch {
        switch error {
        case .silent, .tooShort: return .success(nil)
        default: return .failure(CommandFailure(error, reference: clip.path, other: entry.path))
        }
      }
    } catch {
      return .failure(CommandFailure(error))
    }
  }
}

extension ClipSearch.Result {
  /// Adds a match, or keeps the surer one of two at the same place.
  fileprivate mutating func add(_ match: ClipSearch.Match) {
    let index = matches.firstIndex {
      $0.entry.absolutePath == match.entry.absolutePath
        && abs($0.position - match.position) < 0.1
    }
    guard let index else {
      matches.append(match)
      return
    }
    let known = matches[index].alignment.estimate.falseAlarmProbability
    if match.alignment.estimate.falseAlarmProbability < known { matches[index] = match }
  }
}

/// A stretch of a source.
private struct Excerpt: SampleSource {
  private let source: any SampleSource
  private let first: Int
  let frameCount: Int
  var sampleRate: Double { source.sampleRate }
  /// When its first sample comes, in seconds since the source's first.
  var start: Double { Double(first) / sampleRate }

  init(_ source: some SampleSource, _ stretch: ClosedRange<Double>) {
    self.source = source
    let rate = source.sampleRate
    first = min(source.frameCount, Int((max(0, stretch.lowerBound) * rate).rounded(.down)))
    frameCount = min(source.frameCount, Int((stretch.upperBound * rate).rounded(.up))) - first
  }

  func read(at start: Int, into block: inout MutableSpan<Float>) throws {
    try source.read(at: first + start, into: &block)
  }
}

extension ComparedPart {
  /// What of an indexed file was compared.
  fileprivate init(_ entry: IndexEntry, _ track: SoundFile.Track) {
    self.init(
      track: track, trackCount: entry.trackCount, channel: entry.channel > 0 ? entry.channel : nil,
      sampleRate: entry.sampleRate, duration: entry.duration)
  }
}
