// SPDX-License-Identifier: MIT

import Alignment

/// What of a file was compared with another: a channel, or the mix, of a track.
struct ComparedPart: Sendable {
  var track: SoundFile.Track
  /// The number of tracks in the file.
  var trackCount: Int
  /// From 1 on; nil for the mix.
  var channel: Int?
  var sampleRate: Int
  /// Of the sound, in seconds.
  var duration: Double
}

extension ComparedPart {
  init(_ track: Recording.Track, _ part: Recording.Part, of recording: Recording) {
    let sampleRate = part.source.wholeSampleRate
    self.init(
      track: track.file, trackCount: recording.trackCount, channel: part.channel,
      sampleRate: sampleRate, duration: Double(part.source.frameCount) / Double(sampleRate))
  }
}

extension Recording {
  /// What was compared.
  func source(of part: ComparedPart) -> RecordingSource {
    let track = tracks.first { $0.file.number == part.track.number } ?? tracks[0]
    return (track.parts.first { $0.channel == part.channel } ?? track.parts[0]).source
  }
}

// Which tracks and channels of two files match best.
extension PairAligner {
  /// The alignment by the two tracks that match best.
  ///
  /// Up to so many pairs are all tried. Where there are more, the reference's best is that with the
  /// other's first that holds anything, and the other's the best with that.
  func bestTracks(
    _ other: Recording, _ reference: Recording
  ) throws(AlignmentError) -> PairAlignment {
    let (first, second) = (reference.tracks.indices, other.tracks.indices)
    let largestPairCount = 16
    if first.count * second.count <= largestPairCount {
      return try best(of: first.flatMap { i in second.map { (i, $0) } }, other, reference)
    }
    var failure: AlignmentError?
    for start in second {
      do throws(AlignmentError) {
        let near = try best(of: first.map { ($0, start) }, other, reference)
        let index = first.first {
          reference.tracks[$0].file.number == near.compared.reference.track.number
        }
        return try best(
          of: second.map { (index ?? 0, $0) }, other, reference,
          searches: first.count + second.count)
      } catch {
        guard case .silent = error else { throw error }
        failure = error
      }
    }
    throw failure ?? .silent(role: .other)
  }

  /// - Parameter searches: How many were made in all; each is another chance of a false alarm.
  private func best(
    of pairs: [(Int, Int)], _ other: Recording, _ reference: Recording, searches: Int? = nil
  ) throws(AlignmentError) -> PairAlignment {
    var best: PairAlignment?
    var silence: AlignmentError?
    for (first, second) in pairs {
      do throws(AlignmentError) {
        let found = try bestParts(
          other, other.tracks[second], reference, reference.tracks[first])
        if best.map({ found.isSurer(than: $0) }) ?? true { best = found }
      } catch {
        // A track that nobody used.
        guard case .silent = error else { throw error }
        silence = silence ?? error
      }
    }
    guard var best else { throw silence ?? .silent(role: .other) }
    best.count(searches: searches ?? pairs.count)
    return best
  }

  /// The alignment of two tracks by their mixes, or by the channels that match best.
  private func bestParts(
    _ other: Recording, _ otherTrack: Recording.Track, _ reference: Recording,
    _ referenceTrack: Recording.Track
  ) throws(AlignmentError) -> PairAlignment {
    var options = options
    // Breaks are accepted by the same threshold as matches.
    options.largestBreakProbability = threshold
    // On the lines of the samples, which start when the sound does.
    options.expectedDelay -= otherTrack.file.start - referenceTrack.file.start
    func alignment(
      _ found: DelayEstimate, _ first: Recording.Part, _ second: Recording.Part
    ) -> PairAlignment {
      var estimate = found.shifted(
        reference: referenceTrack.file.start, other: otherTrack.file.start)
      // What a container rounds times to is no break.
      estimate.map = estimate.map.joined(
        upTo: referenceTrack.file.rounding + otherTrack.file.rounding)
      return PairAlignment(
        estimate: estimate, threshold: threshold,
        compared: (
          ComparedPart(referenceTrack, first, of: reference),
          ComparedPart(otherTrack, second, of: other)
        ))
    }
    let (first, second) = (referenceTrack.parts, otherTrack.parts)
    if channel == .best {
      let match = try estimateDelay(
        ofBestOf: second.map(\.source), from: first.map(\.source), options: options)
      return alignment(match.estimate, first[match.reference], second[match.other])
    }
    var best: PairAlignment?
    var silence: AlignmentError?
    for i in first.indices {
      for j in second.indices {
        do throws(AlignmentError) {
          let found = alignment(
            try estimateDelay(of: second[j].source, from: first[i].source, options: options),
            first[i], second[j])
          // The mix comes first, and stays unless another says much more.
          if best.map({ found.saysMuchMore(than: $0) }) ?? true { best = found }
        } catch {
          guard case .silent = error else { throw error }
          silence = silence ?? error
        }
      }
    }
    guard var best else { throw silence ?? .silent(role: .other) }
    best.count(searches: first.count * second.count)
    return best
  }
}

extension PairAlignment {
  fileprivate func isSurer(than other: PairAlignment) -> Bool {
    if isReliable != other.isReliable { return isReliable }
    return (estimate.falseAlarmProbability, estimate.standardError)
      < (other.estimate.falseAlarmProbability, other.estimate.standardError)
  }

  /// Whether this is reliable and the other not, or has less than half its error, as from four times
  /// as long a recording.
  fileprivate func saysMuchMore(than other: PairAlignment) -> Bool {
    if isReliable != other.isReliable { return isReliable }
    return isReliable
      ? estimate.standardError < 0.5 * other.estimate.standardError
      : estimate.falseAlarmProbability < other.estimate.falseAlarmProbability
  }

  /// Corrects the false-alarm probability for the best of so many searches (Bonferroni).
  fileprivate mutating func count(searches: Int) {
    estimate.falseAlarmProbability = min(1, Double(searches) * estimate.falseAlarmProbability)
  }
}
