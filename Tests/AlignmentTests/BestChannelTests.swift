// SPDX-License-Identifier: MIT

import Alignment
import TestSupport
import Testing

@Suite("The channels that match best")
struct BestChannelTests {
  private func sources(_ channels: [[Float]]) -> [ArraySource] {
    channels.map { ArraySource($0, sampleRate: 8000) }
  }

  private let sound = Scene(period: 6, band: 3500, seed: 95).recording(
    from: 0, seconds: 5, rate: 8000)

  @Test("are found among all pairs, and exchanged with the recordings")
  func pairs() throws {
    let reference = sources([whiteNoise(30_000, seed: 96), Array(sound.prefix(30_000))])
    let other = sources([
      Array(sound.dropFirst(800).prefix(30_000)), whiteNoise(30_000, seed: 97),
      [Float](repeating: 0, count: 30_000),
    ])
    let match = try estimateDelay(ofBestOf: other, from: reference)
    #expect(match.reference == 1 && match.other == 0)
    #expect(match.estimate.isReliable(atMost: 1e-6))
    #expect(abs(match.estimate.delay + 0.1) < 1e-6)
    let back = try estimateDelay(ofBestOf: reference, from: other)
    #expect(back.reference == 0 && back.other == 1)
    #expect(back.estimate.delay == -match.estimate.delay)
  }

  @Test("are the same as those of one channel where there is only one")
  func single() throws {
    let (first, second) = (Array(sound.prefix(20_000)), Array(sound.dropFirst(500)))
    let match = try estimateDelay(ofBestOf: sources([second]), from: sources([first]))
    #expect(
      try match.estimate == estimateDelay(of: second, from: first, sampleRate: 8000))
  }

  @Test("of many are sought in the mix of the other recording")
  func many() throws {
    var channels = (0..<9).map { whiteNoise(24_000, seed: 100 + UInt64($0)) }
    channels[6] = Array(sound.dropFirst(1600).prefix(24_000)).map { 3 * $0 }
    let reference = sources([whiteNoise(24_000, seed: 98), Array(sound.prefix(24_000))])
    let match = try estimateDelay(ofBestOf: sources(channels), from: reference)
    #expect(match.reference == 1 && match.other == 6)
    #expect(abs(match.estimate.delay + 0.2) < 1e-6)
  }

  @Test("are none where all are silent or there are no channels")
  func none() {
    let silent = sources([[Float](repeating: 0, count: 8000)])
    #expect(throws: AlignmentError.self) {
      try estimateDelay(ofBestOf: silent, from: sources([sound]))
    }
    #expect(throws: AlignmentError.self) { try estimateDelay(ofBestOf: silent, from: []) }
  }
}
