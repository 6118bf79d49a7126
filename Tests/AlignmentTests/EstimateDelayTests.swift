// SPDX-License-Identifier: MIT

import Alignment
import RealModule
import TestSupport
import Testing

@Suite("Delay of one recording to another")
struct EstimateDelayTests {
  @Test("has no peak that stands out where the two have nothing in common")
  func nothingInCommon() throws {
    for seed in 1...6 as ClosedRange<UInt64> {
      let found = try estimateDelay(
        of: whiteNoise(40_000, seed: 2 * seed), from: whiteNoise(70_000, seed: 2 * seed + 1),
        sampleRate: 8000)
      #expect(found.falseAlarmProbability > 1e-3 && found.peakRatio < 5)
    }
  }

  @Test(
    "is found to a small fraction of a sample, either way",
    arguments: [0, 0.25, 1234.567, -1234.567, 20_000.5, -0.001])
  func fractionalDelays(samples: Double) throws {
    let rate = 16_000.0
    let scene = Scene(period: 5, band: 7500, seed: 1)
    let delay = samples / rate
    // Starting earlier is hearing everything later.
    let reference = scene.recording(from: 1.5, seconds: 3, rate: rate)
    let other = scene.recording(from: 1.5 - delay, seconds: 3, rate: rate)
    let estimate = try estimateDelay(of: other, from: reference, sampleRate: rate)
    #expect(abs(estimate.delay - delay) * rate < 1e-3)
    #expect(estimate.delayInSamples(at: rate) == estimate.delay * rate)
    #expect(estimate.polarity == 1)
    #expect(estimate.isReliable(atMost: 1e-6))
    #expect(abs(estimate.overlap - (3 - abs(delay))) < 0.001)
  }

  @Test("is right within its standard error in noise", arguments: [20, 0, -10])
  func noise(snr: Double) throws {
    let rate = 16_000.0
    let scene = Scene(period: 8, band: 8000, seed: 2)
    let delay = 0.123_456_7
    let reference = noisy(scene.recording(from: 1, seconds: 6, rate: rate), snr: snr, seed: 3)
    let other = noisy(scene.recording(from: 1 - delay, seconds: 6, rate: rate), snr: snr, seed: 4)
    let estimate = try estimateDelay(of: other, from: reference, sampleRate: rate)
    #expect(estimate.isReliable(atMost: 1e-6))
    #expect(abs(estimate.delay - delay) < 4 * estimate.standardError)
    // The Cramér–Rao bound for white signal and noise (Knapp & Carter 1976).
    let ratio = Double.pow(10, snr / 10)
    let bound =
      (3 * (1 + 2 * ratio) / (8 * .pi * .pi * 5.87 * Double.pow(8000, 3) * ratio * ratio))
      .squareRoot()
    #expect(estimate.standardError > 0.7 * bound && estimate.standardError < 1.5 * bound)
  }

  @Test("changes its sign and nothing else when the recordings change places")
  func antisymmetry() throws {
    let scene = Scene(period: 4, band: 4000, seed: 5, shape: { 1 / (1 + $0 / 300) })
    let a = noisy(scene.recording(from: 0.2, seconds: 2, rate: 8000), snr: 5, seed: 6)
    let b = noisy(scene.recording(from: 0.9, seconds: 2, rate: 11_025), snr: 5, seed: 7)
    for (x, y) in [(a, b), (a, Array(b.prefix(a.count))), (a, a)] {
      let (xRate, yRate) = (8000.0, y.count == b.count ? 11_025.0 : 8000)
      let there = try estimateDelay(
        of: ArraySource(y, sampleRate: yRate), from: ArraySource(x, sampleRate: xRate))
      let back = try estimateDelay(
        of: ArraySource(x, sampleRate: xRate), from: ArraySource(y, sampleRate: yRate))
      #expect(there.delay == -back.delay)
      #expect(there.standardError == back.standardError)
      #expect(there.falseAlarmProbability == back.falseAlarmProbability)
      #expect(there.peakRatio == back.peakRatio)
      #expect(there.overlap == back.overlap)
    }
  }

  @Test("of a recording to itself is exactly zero")
  func identity() throws {
    let signal = whiteNoise(20_000, seed: 8)
    #expect(try estimateDelay(of: signal, from: signal, sampleRate: 8000).delay == 0)
  }

  @Test("is found with the polarity reversed")
  func polarity() throws {
    let scene = Scene(period: 4, band: 4000, seed: 9)
    let reference = scene.recording(from: 0, seconds: 3, rate: 8000)
    let other = scene.recording(from: -0.1, seconds: 3, rate: 8000).map { -$0 }
    let estimate = try estimateDelay(of: other, from: reference, sampleRate: 8000)
    #expect(estimate.polarity == -1)
    #expect(abs(estimate.delay - 0.1) < 1e-7)
  }

  @Test("is found from a ripple beside the peak, which is upside down")
  func ripple() throws {
    let rate = 8000.0
    let scene = Scene(period: 4, band: 3990, seed: 15)
    let delay = 0.1 + 0.39 / rate
    let first = ArraySource(
      noisy(scene.recording(from: 1, seconds: 1, rate: rate), snr: 30, seed: 16), sampleRate: rate)
    let second = ArraySource(
      noisy(scene.recording(from: 1 - delay, seconds: 1, rate: rate), snr: 30, seed: 17),
      sampleRate: rate)
    let line = ClockModel(offset: 0.1 - 1 / rate)
    let context = try SearchContext(reference: first, other: second, DelaySearchOptions())
    let grid = try #require(SegmentGrid(context, along: line, limit: 1))
    let spectra = try CrossSpectra(context, grid: grid, line: line, ends: line)
    let refined = DelayRefinement(spectra, polarity: -1, range: 0.001, nil)
    #expect(refined.polarity == 1)
    #expect(abs(line.offset + refined.offset - delay) < 1e-7)
  }

  @Test(
    "needs no equal sample rates, nor whole ones",
    arguments: [
      (44_100, 48_000), (8000, 11_025), (8000, 8001), (8000.5, 8000.5), (8000.25, 7999.75),
      (8192.25, 8000),
    ])
  func sampleRates(first: Double, second: Double) throws {
    let scene = Scene(period: 4, band: 3900, seed: 10)
    let reference = noisy(scene.recording(from: 1, seconds: 3, rate: first), snr: 30, seed: 11)
    let other = noisy(scene.recording(from: 0.75, seconds: 3, rate: second), snr: 30, seed: 12)
    let estimate = try estimateDelay(
      of: ArraySource(other, sampleRate: second), from: ArraySource(reference, sampleRate: first))
    #expect(abs(estimate.delay - 0.25) < 1e-6)
    #expect(estimate.isReliable(atMost: 1e-6))
  }

  @Test("beyond the largest delay is not found, and within it is")
  func maximumDelay() throws {
    let scene = Scene(period: 5, band: 4000, seed: 13)
    let reference = scene.recording(from: 1, seconds: 3, rate: 8000)
    let other = scene.recording(from: 0, seconds: 3, rate: 8000)
    let near = try estimateDelay(
      of: other, from: reference, sampleRate: 8000, options: DelaySearchOptions(maximumDelay: 0.5))
    #expect(abs(near.delay) <= 0.51)
    #expect(!near.isReliable(atMost: 1e-6))
    let far = try estimateDelay(
      of: other, from: reference, sampleRate: 8000, options: DelaySearchOptions(maximumDelay: 1))
    #expect(abs(far.delay - 1) < 1e-6)
    #expect(far.isReliable(atMost: 1e-6))
  }

  @Test("of unrelated recordings is not reliable", arguments: 0..<10)
  func unrelated(seed: UInt64) throws {
    let estimate = try estimateDelay(
      of: whiteNoise(16_000, seed: 100 + seed),
      from: whiteNoise(24_000, seed: 200 + seed), sampleRate: 8000)
    #expect(!estimate.isReliable(atMost: 1e-3))
  }

  @Test("is refused where the material repeats itself")
  func periodic() throws {
    let beat = whiteNoise(2000, seed: 14)
    let loop = (0..<24_000).map { beat[$0 % beat.count] }
    let other = (0..<24_000).map { beat[($0 + 700) % beat.count] }
    let estimate = try estimateDelay(of: other, from: loop, sampleRate: 8000)
    #expect(estimate.isAmbiguous)
    #expect(!estimate.isReliable(atMost: 1))
  }

  /// Eight times 3 s of music, and speech over it; from `start`, in seconds, for 16 s.
  private func loop(under level: Float, from start: Double, seed: UInt64) -> [Float] {
    let bar = whiteNoise(24_000, seed: 15)
    let voice = whiteNoise(192_000, seed: 16)
    let first = Int(start * 8000)
    let sound = (first..<first + 128_000).map { bar[$0 % bar.count] + level * voice[$0] }
    return noisy(sound, snr: 20, seed: seed)
  }

  @Test("is found by the quiet voice over a loop, not by where most of it overlaps")
  func voiceOverLoop() throws {
    // The lag at which most overlaps is a tenth of a second, not 6.1.
    let (a, b) = (loop(under: 0.2, from: 0.3, seed: 17), loop(under: 0.2, from: 6.4, seed: 18))
    let found = try estimateDelay(of: b, from: a, sampleRate: 8000)
    #expect(abs(found.delay + 6.1) < 1e-4)
    #expect(found.isReliable(atMost: 1e-6))
    // Upside down, and the other way round.
    let other = try estimateDelay(of: a.map { -$0 }, from: b, sampleRate: 8000)
    #expect(abs(other.delay - 6.1) < 1e-4)
    #expect(other.polarity == -1 && other.isReliable(atMost: 1e-6))
  }

  @Test("is refused of a loop that nothing tells from its repetitions", arguments: 0..<4)
  func bareLoop(seed: UInt64) throws {
    let a = loop(under: 0, from: 0.3, seed: 2 * seed)
    let b = loop(under: 0, from: 6.4, seed: 2 * seed + 1)
    #expect(try estimateDelay(of: b, from: a, sampleRate: 8000).isAmbiguous)
  }
}

@Suite("Signals that cannot be aligned")
struct AlignmentErrorTests {
  private let good = whiteNoise(8000, seed: 1)

  @Test("are told apart")
  func errors() {
    var holed = good
    holed[77] = .nan
    #expect(problem(good, []) == "the other signal: \(tooShort(0))")
    #expect(problem(Array(good.prefix(79)), good) == "the reference signal: \(tooShort(79))")
    #expect(
      problem(good, [Float](repeating: 0.5, count: 8000))
        == "the other signal: is silent: all its samples are equal, so there is nothing to align by"
    )
    #expect(problem(holed, good) == "the reference signal: sample 77 is not a finite number")
    #expect(
      problem(good, good, rate: 0) == "the reference signal: a sample rate must be positive, not 0")
    #expect(
      problem(good, good, options: DelaySearchOptions(maximumDelay: -1))
        == "the largest delay must be zero or a positive number of seconds, not -1.0")
  }

  private func tooShort(_ count: Int) -> String {
    "lasts \(count) samples at 8000 Hz, which is less than the 10 ms that aligning needs"
  }

  private func problem(
    _ reference: [Float], _ other: [Float], rate: Double = 8000,
    options: DelaySearchOptions = DelaySearchOptions()
  ) -> String? {
    do throws(AlignmentError) {
      _ = try estimateDelay(of: other, from: reference, sampleRate: rate, options: options)
      return nil
    } catch {
      return error.description
    }
  }
}
