// SPDX-License-Identifier: MIT

import ComputeSupport
import ComplexModule
import FourierTransform
import RealModule
import TestSupport
import Testing

import Alignment

/// All weightings, and the choice of several.
private let everyWeighting: [Weighting?] = [nil] + Weighting.allCases

@Suite("Weightings")
struct WeightingTests {
  @Test("all find the delay of ordinary material, either way", arguments: everyWeighting)
  func ordinary(weighting: Weighting?) throws {
    let options = DelaySearchOptions(weighting: weighting)
    for (seed, shape) in [(50, { _ in 1 }), (60, { 1 / (1 + $0 / 500) })]
      as [(UInt64, (Double) -> Double)]
    {
      let scene = Scene(period: 5, band: 3900, seed: seed, shape: shape)
      let reference = noisy(
        scene.recording(from: 1, seconds: 3, rate: 8000), snr: 15, seed: seed + 1)
      let other = noisy(
        scene.recording(from: 0.654_321, seconds: 3, rate: 8000), snr: 15, seed: seed + 2)
      let there = try estimateDelay(
        of: other, from: reference, sampleRate: 8000, options: options)
      #expect(abs(there.delay - 0.345_679) < 4e-6)
      #expect(abs(there.delay - 0.345_679) < 4 * there.standardError)
      #expect(there.isReliable(atMost: 1e-6))
      let back = try estimateDelay(
        of: reference, from: other, sampleRate: 8000, options: options)
      #expect(there.delay == -back.delay)
      #expect(there.standardError == back.standardError)
      #expect(there.falseAlarmProbability == back.falseAlarmProbability)
    }
  }

  @Test("accept nothing that is unrelated", arguments: everyWeighting)
  func unrelated(weighting: Weighting?) throws {
    for seed in UInt64(0)..<4 {
      let estimate = try estimateDelay(
        of: whiteNoise(16_000, seed: 300 + seed), from: whiteNoise(24_000, seed: 400 + seed),
        sampleRate: 8000, options: DelaySearchOptions(weighting: weighting))
      #expect(!estimate.isReliable(atMost: 1e-3))
    }
  }

  @Test("of the phase transform leave the phase alone, of SCOT divide by the mean power's root")
  func whitening() throws {
    let transform: RealTransform<Float> = realTransform(2000)
    let signal = whiteNoise(2000, seed: 70)
    var raw = AlignedBuffer<Complex<Float>>(repeating: .zero, count: transform.spectrumCount)
    var samples = AlignedBuffer<Float>(repeating: 0, count: 2000)
    samples.load(signal.span, at: 0, ends: SoftEnds(count: 0))
    transform.forward(samples, &raw)
    func whitened(_ level: SpectralLevel, reach: Int) -> [Complex<Float>] {
      var copy = AlignedBuffer<Complex<Float>>(repeating: .zero, count: transform.spectrumCount)
      transform.forward(samples, &copy)
      whiten(&copy, reach: reach, by: level)
      return copy.span.indices.map { copy.span[$0] }
    }
    let values = raw.span.indices.map { raw.span[$0] }
    let phases = whitened(.own, reach: 0)
    let smooth = whitened(.power, reach: 7)
    for bin in 1..<values.count {
      let (a, b) = values[bin].rawStorage
      let near = max(0, bin - 7)...min(values.count - 1, bin + 7)
      let power = near.reduce(0.0) { $0 + Double(values[$1].lengthSquared) } / Double(near.count)
      let length = (a * a + b * b).squareRoot()
      #expect(abs(phases[bin].rawStorage.x - a / length) < 1e-5)
      #expect(abs(phases[bin].rawStorage.y - b / length) < 1e-5)
      #expect(abs(Double(smooth[bin].rawStorage.x) - Double(a) / power.squareRoot()) < 1e-4)
      #expect(abs(Double(smooth[bin].rawStorage.y) - Double(b) / power.squareRoot()) < 1e-4)
    }
  }

  @Test("of maximum likelihood follow the coherence", arguments: [10.0, -5])
  func likelihood(snr: Double) throws {
    // Half of the band holds a common sound, all of it noise of known strength.
    let scene = Scene(period: 25, band: 4000, seed: 71)
    let pair = [UInt64(72), 73].map {
      ArraySource(
        noisy(scene.recording(from: 0, seconds: 24, rate: 16_000), snr: snr, seed: $0),
        sampleRate: 16_000)
    }
    let line = ClockModel(offset: 0)
    let context = try SearchContext(reference: pair[0], other: pair[1], DelaySearchOptions())
    let grid = try #require(SegmentGrid(context, along: line, limit: 64))
    let spectra = try CrossSpectra(context, grid: grid, line: line, ends: line)
    let coherence = CoherenceWeights(spectra, offset: 0, polarity: 1)
    let weights = coherence.weights(of: .maximumLikelihood)
    let scot = coherence.weights(of: .smoothedCoherence)
    // All of the scene's power is in half of the band.
    let signal = 2 * Double.pow(10, snr / 10)
    let gamma = signal / (signal + 1)
    var inside = 0.0
    var outside = 0.0
    let count = scot.values[0].count
    for window in scot.values.indices {
      for group in count / 8..<count * 3 / 8 {
        inside += Double(weights.values[window][group] / scot.values[window][group])
      }
      for group in count * 5 / 8..<count * 7 / 8 {
        outside += Double(weights.values[window][group] / scot.values[window][group])
      }
    }
    let terms = Double(scot.values.count * (count / 4))
    // Over 1 / √(G₁₁ G₂₂), of γ² / (|G₁₂| (1 - γ²)) there is left γ / (1 - γ²).
    #expect(abs(inside / terms - gamma / (1 - gamma * gamma)) < 0.05 * gamma / (1 - gamma * gamma))
    #expect(outside / terms < 0.02 * inside / terms)
    for group in coherence.weights(of: .unweighted).values[0] { #expect(group == 1) }
  }
}

@Suite("A band")
struct BandTests {
  /// A scene below 3 kHz, and a louder sound above 4 kHz that reaches the recorders at another time.
  private func pair(rate: Double, delay: Double, disturbance: Double) -> [[Float]] {
    let scene = Scene(period: 5, band: 3000, seed: 80)
    let loud = Scene(period: 5, band: 7500, seed: 81, shape: { $0 > 4000 ? 1 : 0 })
    return [(0.0, 0.0, UInt64(82)), (delay, disturbance, 83)].map { late, disturbed, seed in
      let quiet = noisy(
        scene.recording(from: 1 - late, seconds: 3, rate: rate), snr: 20, seed: seed)
      return zip(quiet, loud.recording(from: 1 - disturbed, seconds: 3, rate: rate)).map {
        $0 + 10 * $1
      }
    }
  }

  @Test("decides what is compared, in the search and after it", arguments: everyWeighting)
  func restriction(weighting: Weighting?) throws {
    let recordings = pair(rate: 16_000, delay: 0.321, disturbance: -0.123)
    func delay(_ band: ClosedRange<Double>?) throws -> DelayEstimate {
      try estimateDelay(
        of: recordings[1], from: recordings[0], sampleRate: 16_000,
        options: DelaySearchOptions(weighting: weighting, band: band))
    }
    let low = try delay(100...3000)
    #expect(abs(low.delay - 0.321) < 1e-6)
    #expect(low.isReliable(atMost: 1e-6))
    let high = try delay(4000...7500)
    #expect(abs(high.delay + 0.123) < 1e-6)
    #expect(high.isReliable(atMost: 1e-6))
    let back = try estimateDelay(
      of: recordings[0], from: recordings[1], sampleRate: 16_000,
      options: DelaySearchOptions(weighting: weighting, band: 100...3000))
    #expect(back.delay == -low.delay)
  }

  @Test("keeps a loud unrelated disturbance out")
  func disturbance() throws {
    let scene = Scene(period: 8, band: 3000, seed: 84)
    let recordings = [(2.0, UInt64(85)), (1.75, 86)].map { start, seed in
      let loud = Scene(period: 8, band: 7500, seed: seed, shape: { $0 > 3500 ? 1 : 0 })
      return zip(
        scene.recording(from: start, seconds: 4, rate: 16_000),
        loud.recording(from: 0, seconds: 4, rate: 16_000)
      ).map { $0 + 100 * $1 }
    }
    let estimate = try estimateDelay(
      of: recordings[1], from: recordings[0], sampleRate: 16_000,
      options: DelaySearchOptions(band: 50...3000))
    #expect(abs(estimate.delay - 0.25) < 1e-6)
    #expect(estimate.isReliable(atMost: 1e-6))
  }

  @Test("above what a long recording is searched at is searched all the same")
  func highBand() throws {
    // Long enough to be decimated without a band.
    let scene = Scene(period: 16, band: 20_000, seed: 87, shape: { $0 > 9000 ? 1 : 0 })
    let estimate = try estimateDelay(
      of: scene.recording(from: 1, seconds: 14, rate: 44_100),
      from: scene.recording(from: 3, seconds: 14, rate: 44_100), sampleRate: 44_100,
      options: DelaySearchOptions(band: 10_000...18_000))
    #expect(abs(estimate.delay - 2) < 1e-7)
    #expect(estimate.isReliable(atMost: 1e-6))
  }

  @Test("that is none, or of which there is nothing, is refused with the reason")
  func errors() {
    let signal = whiteNoise(8000, seed: 88)
    func problem(_ band: ClosedRange<Double>) -> String? {
      do throws(AlignmentError) {
        _ = try estimateDelay(
          of: signal, from: signal, sampleRate: 8000,
          options: DelaySearchOptions(band: band))
        return nil
      } catch {
        return error.description
      }
    }
    #expect(
      problem(300...300)
        == "a band needs two frequencies in Hz, the lower first, not 300.0 to 300.0")
    #expect(problem(-1...300) != nil)
    #expect(problem(300...(.infinity)) != nil)
    #expect(
      problem(4000...5000)
        == "a band from 4000.0 Hz on is empty: the lower sample rate has nothing above 4000.0 Hz")
    #expect(
      problem(100...101)
        == "a band of 1.0 Hz holds 1 frequencies that segments of 1.0 s can tell apart; at least 16 "
        + "are needed")
    #expect(problem(100...4001) == nil)
  }
}
