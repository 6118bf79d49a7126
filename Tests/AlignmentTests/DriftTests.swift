// SPDX-License-Identifier: MIT

import Alignment
import RealModule
import TestSupport
import Testing

@Suite("Clocks that differ")
struct DriftTests {
  /// A recording whose clock gains on the scene: its time t₂ of the scene's t is t + delay + rate · t.
  private func recording(
    _ scene: Scene, rate: Double, seconds: Double, delay: Double, drift: Double
  ) -> [Float] {
    let straight = scene.recording(from: 0, seconds: seconds + 2, rate: rate)
    let step = 1 / (1 + drift)
    let warp = TimeWarp(start: -delay * step * rate, step: step)
    return warp.apply(to: straight, count: Int(seconds * rate))
  }

  @Test("are measured with an honest standard error", arguments: [0.0, 20, -200, 1000])
  func drift(millionths: Double) throws {
    let (rate, delay) = (8000.0, -0.4)
    let scene = Scene(period: 40, band: 3500, seed: 31)
    let reference = noisy(
      recording(scene, rate: rate, seconds: 30, delay: 0, drift: 0), snr: 20, seed: 32)
    let other = noisy(
      recording(scene, rate: rate, seconds: 30, delay: delay, drift: millionths * 1e-6), snr: 20,
      seed: 33)
    let estimate = try estimateDelay(
      of: other, from: reference, sampleRate: rate,
      options: DelaySearchOptions(measuresDrift: true))
    #expect(estimate.isReliable(atMost: 1e-6))
    let drift = try #require(estimate.drift)
    #expect(abs(drift.rate * 1e6 - millionths) < 1)
    #expect(abs(drift.rate * 1e6 - millionths) < 5 * drift.standardError * 1e6)
    #expect(abs(drift.delayAtStart - delay) < 20e-6)
    #expect(estimate.delayAtStart == drift.delayAtStart)
    #expect(drift.isSignificant == (millionths != 0))
    let back = try estimateDelay(
      of: reference, from: other, sampleRate: rate,
      options: DelaySearchOptions(measuresDrift: true))
    let inverse = try #require(back.drift)
    #expect(abs((1 + inverse.rate) * (1 + drift.rate) - 1) < 1e-12)
  }

  @Test("are noticed without being asked for")
  func noticed() throws {
    let scene = Scene(period: 40, band: 3500, seed: 34)
    let reference = recording(scene, rate: 8000, seconds: 30, delay: 0, drift: 0)
    let other = recording(scene, rate: 8000, seconds: 30, delay: 0.1, drift: 3e-4)
    let estimate = try estimateDelay(of: other, from: reference, sampleRate: 8000)
    #expect(abs((estimate.drift?.rate ?? 0) - 3e-4) < 1e-6)
    // At the first moment that both share.
    #expect(abs(estimate.delay - 0.1) < 1e-4)
    #expect(abs((estimate.map.delay(at: 15) ?? 0) - (0.1 + 3e-4 * 15)) < 1e-5)
  }

  /// 12 s of a scene by a clock that runs 90 ppm fast, as they are from 100 s on.
  private func clip(_ scene: Scene) -> [Float] {
    let straight = scene.recording(from: 99, seconds: 15, rate: 8000)
    let step = 1 / (1 + 9e-5)
    return TimeWarp(start: 8000, step: step).apply(to: straight, count: 96_000)
  }

  @Test("are found, too, of a clip of a long recording")
  func clipOfLong() throws {
    let scene = Scene(period: 120, band: 3500, seed: 37, shape: { 1 / (1 + $0 / 500) })
    let long = scene.recording(from: 0, seconds: 115, rate: 8000)
    let found = try estimateDelay(
      of: noisy(clip(scene), snr: 0, seed: 38), from: noisy(long, snr: 0, seed: 39),
      sampleRate: 8000)
    // Of one delay for all the best is half a millisecond off at the start.
    #expect(abs(found.delay + 100) < 5e-5)
    #expect(abs((found.drift?.rate ?? 0) - 9e-5) < 1e-5)
    #expect(found.isReliable(atMost: 1e-30))
  }

  @Test("do not hide that a clip is in a long recording twice")
  func clipTwice() throws {
    let scene = Scene(period: 120, band: 3500, seed: 37, shape: { 1 / (1 + $0 / 500) })
    var long = scene.recording(from: 0, seconds: 115, rate: 8000)
    for index in 800_000..<900_000 { long[index - 600_000] = long[index] }
    let found = try estimateDelay(
      of: noisy(clip(scene), snr: 0, seed: 38), from: noisy(long, snr: 0, seed: 39),
      sampleRate: 8000)
    #expect(found.isAmbiguous)
  }

  @Test("are told from a stretch that was dropped")
  func dropped() throws {
    let scene = Scene(period: 70, band: 3500, seed: 35)
    let reference = scene.recording(from: 0, seconds: 60, rate: 8000)
    var other = reference
    other.removeSubrange(320_000..<320_000 + 160)
    let estimate = try estimateDelay(of: other, from: reference, sampleRate: 8000)
    let stretches = estimate.map.stretches
    try #require(stretches.count == 2)
    #expect(abs(stretches[0].delay) < 1e-6)
    #expect(abs(stretches[1].delay + 0.02) < 1e-6)
    #expect(abs(stretches[0].end - 40) < 0.02 && abs(stretches[1].start - 40.02) < 0.02)
    #expect(abs(estimate.delay) < 1e-6)
  }
}

@Suite("Time warp")
struct TimeWarpTests {
  @Test("by whole samples is exact")
  func identity() {
    let signal = whiteNoise(500, seed: 41)
    let warp = TimeWarp(start: 100, step: 1)
    let result = warp.apply(to: signal, count: 200)
    for index in 0..<200 { #expect(abs(result[index] - signal[100 + index]) < 1e-6) }
  }

  @Test("reads a band-limited signal between its samples", arguments: [0.5, 0.123, 0.9999])
  func fractions(start: Double) {
    let scene = Scene(period: 2, band: 3400, seed: 42)
    let signal = scene.recording(from: 0, seconds: 1.5, rate: 8000)
    let expected = scene.recording(from: (1000 + start) / 8000, seconds: 1, rate: 8000)
    let warp = TimeWarp(start: 1000 + start, step: 1)
    let result = warp.apply(to: signal, count: 2000)
    for index in result.indices { #expect(abs(result[index] - expected[index]) < 2e-4) }
  }
}

@Suite("Time line")
struct TimeLineTests {
  @Test("spans all recordings, or what is common to all")
  func spans() {
    let placements = [
      AlignedTimeLine.Placement(duration: 10),
      AlignedTimeLine.Placement(duration: 10, ClockModel(offset: 2)),
      AlignedTimeLine.Placement(duration: 5, ClockModel(offset: -3)),
    ]
    let all = AlignedTimeLine(placements, sampleRate: 1000, isTrimmed: false)
    #expect(all.start == -2 && all.duration == 12)
    let common = AlignedTimeLine(placements, sampleRate: 1000, isTrimmed: true)
    #expect(common.start == 3 && common.duration == 5)
    let apart = AlignedTimeLine(
      [
        AlignedTimeLine.Placement(duration: 1),
        AlignedTimeLine.Placement(duration: 1, ClockModel(offset: -5)),
      ],
      sampleRate: 1000, isTrimmed: true)
    #expect(apart.duration == 0)
  }
}
