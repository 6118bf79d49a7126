// SPDX-License-Identifier: MIT

import ComputeSupport
import RealModule

/// A part of a clip's fingerprint, sought in others at every place.
///
/// Frames of unrelated sounds differ in half of their bits. How much the number of equal bits varies
/// by chance is measured in the recording that is searched, since neighbouring bits go together by
/// an amount that depends on the material. A first pass over every place takes one frame in four, and
/// what passes it is compared in full.
package struct FingerprintQuery: Sendable {
  /// Its first frame, in the clip.
  package let start: Int
  /// The number of frames that it spans.
  package var length: Int { frames.count }
  private let frames: [UInt32]
  private let sparse: [UInt32]

  /// A place where the query fits.
  package struct Hit: Sendable, Equatable {
    /// The query's first frame, in the clip.
    package var clipFrame: Int
    /// The query's length in frames.
    package var length: Int
    /// Where that is in the recording; negative where the query begins before it.
    package var recordingFrame: Int
    /// The equal bits beyond chance, in standard deviations of chance.
    package var score: Double

    /// Where the clip's first frame is in the recording.
    package var offset: Int { recordingFrame - clipFrame }
  }

  /// From one part of a clip to the next, and the length of each, in frames: 4.8 s and 9.6 s.
  private static var spacing: Int { 200 }
  private static var longest: Int { 400 }
  /// Every so many frames in the first pass. With windows of 128 ms, those between say little more.
  private static var sparseStep: Int { 4 }
  /// What passes on to the second pass, in standard deviations: 1 place in 740 by chance. The least of
  /// 80 clips of 10 s at 0 dB had 5.
  private static var firstThreshold: Double { 3 }
  /// In standard deviations: by chance 1 place in 10⁹ is beyond, 300 days of sound. What is below is
  /// missed; the least of those 80 clips had 7.6.
  private static var threshold: Double { 6 }

  /// The parts of a clip's fingerprint that are to be sought: all of it, or where it is longer than
  /// 9.6 s, parts of that length which overlap by half.
  package static func parts(of clip: Fingerprint) -> [FingerprintQuery] {
    let count = clip.frames.count
    guard count > Fingerprint.lookBack else { return [] }
    let steps = max(0, (count - longest + spacing - 1) / spacing)
    return (0...steps).map { step in
      let start = steps == 0 ? 0 : step * (count - longest) / steps
      return FingerprintQuery(
        start: start, frames: Array(clip.frames[start..<min(count, start + longest)]))
    }
  }

  private init(start: Int, frames: [UInt32]) {
    (self.start, self.frames) = (start, frames)
    sparse = stride(from: 0, to: frames.count, by: Self.sparseStep).map { frames[$0] }
  }

  /// The places in a recording where the query fits, the best of each neighbourhood; also where up to
  /// half of it is beyond an end.
  package func hits(in recording: Fingerprint, _ scratch: inout Scratch) -> [Hit] {
    let margin = length / 2
    let placeCount = recording.frames.count + 2 * margin - length + 1
    guard placeCount > 0 else { return [] }
    scratch.load(recording, margin: margin, readBeyond: length, placeCount: placeCount)
    let half = sparse.count * Fingerprint.bitCount / 2
    scratch.count(sparse, step: Self.sparseStep, placeCount)
    let places = stride(from: 0, to: placeCount, by: Self.deviationStep)
    let scale = chanceDeviation(of: places.map { scratch.counts[$0] }, around: half)
    let limit = UInt32(max(0, Double(half) - Self.firstThreshold * scale))
    let candidates = (0..<placeCount).filter { scratch.counts[$0] < limit }
    return candidates.isEmpty ? [] : best(of: candidates, placeCount, margin, scratch.padded)
  }

  /// Of the first pass's candidates those that fit in full, the best of each neighbourhood.
  private func best(
    of candidates: [Int], _ placeCount: Int, _ margin: Int, _ padded: [UInt32]
  ) -> [Hit] {
    let half = length * Fingerprint.bitCount / 2
    func differingBits(_ place: Int) -> UInt32 {
      var sum = 0
      for index in frames.indices { sum += (padded[place + index] ^ frames[index]).nonzeroBitCount }
      return UInt32(sum)
    }
    let step = max(1, placeCount / Self.sampleCount)
    let samples = stride(from: 0, to: placeCount, by: step).map(differingBits)
    let scale = chanceDeviation(of: samples, around: half)
    var hits: [Hit] = []
    for place in candidates {
      let score = (Double(half) - Double(differingBits(place))) / scale
      guard score > Self.threshold else { continue }
      let hit = Hit(
        clipFrame: start, length: length, recordingFrame: place - margin, score: score)
      if let last = hits.last, hit.recordingFrame - last.recordingFrame < Self.neighbourhood {
        if last.score < score { hits[hits.count - 1] = hit }
      } else {
        hits.append(hit)
      }
    }
    return hits
  }

  /// Neighbouring places say nearly the same of chance.
  private static var deviationStep: Int { 6 }
  /// Places at which chance is measured in full.
  private static var sampleCount: Int { 32 }
  /// Frames within which the best place is the one: the windows of more distant ones do not overlap.
  private static var neighbourhood: Int { 6 }

  /// What one thread needs to search recordings.
  package struct Scratch: Sendable {
    /// A recording with chance before and behind it.
    fileprivate var padded: [UInt32] = []
    /// The bits that differ at each place.
    fileprivate var counts: [UInt32] = []

    package init() {}

    fileprivate mutating func load(
      _ recording: Fingerprint, margin: Int, readBeyond: Int, placeCount: Int
    ) {
      padded.removeAll(keepingCapacity: true)
      var noise = DitherNoise(seed: UInt64(recording.frames.count))
      for _ in 0..<margin { padded.append(noise.nextBits()) }
      padded += recording.frames
      for _ in 0..<margin + readBeyond { padded.append(noise.nextBits()) }
      if counts.count < placeCount { counts = [UInt32](repeating: 0, count: placeCount) }
    }

    fileprivate mutating func count(_ pattern: [UInt32], step: Int, _ placeCount: Int) {
      let padded = padded
      var all = counts.mutableSpan
      var target = all._mutatingExtracting(0..<placeCount)
      countDifferingBits(padded.span, from: pattern.span, step: step, into: &target)
    }
  }
}

/// The standard deviation of numbers of differing bits by chance, around half of all bits.
///
/// It is that of places where more than half differ: those where the sound is found again, and it may
/// be in many places, are all among the others. Of few places a variance is assumed besides.
private func chanceDeviation(of counts: [UInt32], around half: Int) -> Double {
  // Of 2 · `half` independent bits the variance is `half` / 2; speech and music had twice that.
  let assumed = Double(half)
  // Judged: what is assumed counts as so many places.
  let weight = 64.0
  var (sum, number) = (weight * assumed, weight)
  for count in counts where count > half {
    let excess = Double(count) - Double(half)
    sum += excess * excess
    number += 1
  }
  return (sum / number).squareRoot()
}
