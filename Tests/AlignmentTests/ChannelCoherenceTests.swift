// SPDX-License-Identifier: MIT

import Alignment
import TestSupport
import Testing

@Suite("What a mix says of its channels")
struct ChannelCoherenceTests {
  /// The channels that the mix says little of.
  private func overlooked(_ channels: [[Float]]) -> [Int] {
    var coherence = ChannelCoherence(channelCount: channels.count)
    let length = ChannelCoherence.segmentLength
    for segment in 0..<ChannelCoherence.segmentCount {
      var frames: [Float] = []
      for index in segment * length..<(segment + 1) * length {
        for channel in channels { frames.append(channel[index]) }
      }
      coherence.add(frames.span)
    }
    return coherence.overlooked()
  }

  private static var count: Int { ChannelCoherence.segmentCount * ChannelCoherence.segmentLength }
  private let sound: [Float] = whiteNoise(Self.count, seed: 101)
  private func other(_ seed: UInt64) -> [Float] { whiteNoise(Self.count, seed: seed) }
  private var silence: [Float] { [Float](repeating: 0, count: Self.count) }

  @Test("is enough where they hold the same, or as many things as they are")
  func ordinary() {
    #expect(overlooked([sound]) == [])
    #expect(overlooked([sound, sound]) == [])
    #expect(overlooked([sound, silence]) == [])
    #expect(overlooked([silence, silence]) == [])
    #expect(overlooked([sound, other(102)]) == [])
    for count in [3, 6, 16] {
      #expect(overlooked((0..<count).map { other(110 + UInt64($0)) }) == [], "\(count) channels")
    }
    // One microphone four metres, or 12 ms, from the other.
    let delayed = Array(sound.suffix(576) + sound.dropLast(576))
    #expect(overlooked([sound, delayed]) == [])
  }

  @Test("is too little of a channel that another cancels or drowns")
  func extraordinary() {
    #expect(overlooked([sound, sound.map { -$0 }]) == [0])
    let nearly = zip(sound, other(103)).map { -$0 + 0.1 * $1 }
    #expect(overlooked([sound, nearly]).count == 1)
    #expect(overlooked([sound, other(104).map { 20 * $0 }]) == [0])
    // One of each two that hold the same is enough.
    let loud = other(105).map { 40 * $0 }
    #expect(overlooked([sound, loud, sound, loud]).count == 1)
  }
}
