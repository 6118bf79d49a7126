// SPDX-License-Identifier: MIT

/// A part of a clip that a recording seems to hold, from the fingerprints of both: what exact
/// alignment is to decide about.
package struct SharedSound: Sendable, Equatable {
  /// The first and the last of the clip's frames, and where the clip's start is in the recording, as
  /// the best of its parts has it.
  package var clipFrames: Range<Int>
  package var offset: Int
  /// The largest of the hits' scores.
  package var score: Double
  /// The number of parts of the clip that were found.
  package var hitCount: Int

  /// In seconds of the clip.
  package var clipTime: ClosedRange<Double> {
    Double(clipFrames.lowerBound) * Fingerprint.hop...Double(clipFrames.upperBound)
      * Fingerprint.hop
  }
  /// Where the clip's start is in the recording, in seconds.
  package var position: Double { Double(offset) * Fingerprint.hop }

  /// Clocks differ by less. Judged: ten times what is usual.
  private static var largestSkew: Double { 1e-3 }

  /// Joins the hits of a clip's parts in one recording that lie one after the other: by where they put
  /// the clip's start, and up to the clocks' difference.
  package static func joined(_ hits: [FingerprintQuery.Hit]) -> [SharedSound] {
    var sounds: [(sound: SharedSound, last: FingerprintQuery.Hit)] = []
    for hit in hits.sorted(by: {
      ($0.clipFrame, $0.recordingFrame) < ($1.clipFrame, $1.recordingFrame)
    }) {
      let index = sounds.firstIndex { entry in
        let distance = hit.clipFrame - entry.last.clipFrame
        // A part may have been missed between two that were found.
        guard distance > 0, distance <= 2 * hit.length else { return false }
        let slack = 2 + Int(largestSkew * Double(distance))
        return abs(hit.offset - entry.last.offset) <= slack
      }
      let end = hit.clipFrame + hit.length
      guard let index else {
        let sound = SharedSound(
          clipFrames: hit.clipFrame..<end, offset: hit.offset, score: hit.score, hitCount: 1)
        sounds.append((sound, hit))
        continue
      }
      sounds[index].last = hit
      var sound = sounds[index].sound
      sound.clipFrames = sound.clipFrames.lowerBound..<max(end, sound.clipFrames.upperBound)
      sound.hitCount += 1
      if hit.score > sound.score { (sound.score, sound.offset) = (hit.score, hit.offset) }
      sounds[index].sound = sound
    }
    return sounds.map(\.sound).sorted { $0.score > $1.score }
  }
}
