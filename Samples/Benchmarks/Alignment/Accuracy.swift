// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import BenchmarkSupport
import ComplexModule
import Foundation

/// The error of delays in noise against the Cramér–Rao bound.
struct Accuracy: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The root mean square error over the Cramér–Rao bound, and whether it was predicted.")

  @Option(help: "Trials for each row; the ratio that 400 of them give varies by 3.5 %.")
  var trials = 400
  @Option(help: "Samples a recording.")
  var samples: [Int] = [4096, 16_000, 48_000]
  @Option(help: "Samples a second.")
  var rate = 16_000
  @Option(parsing: .unconditionalSingleValue, help: "Signal-to-noise ratios in dB.")
  var snr: [Double] = [30, 20, 10, 0, -10]
  @Option(help: "The signal's spectrum: white, speech or pink.")
  var spectrum: [Spectrum] = [.white, .speech]
  @Option(help: "The noise's spectrum.")
  var noiseSpectrum = Spectrum.white
  @Option(help: "ml, phat, scot or none; without it several.")
  var weighting: DelaySearchOptions.Weighting?
  @Option(help: "The largest lag to search, in samples.")
  var maxLag: Int?
  @Option(help: "Of the random numbers.")
  var seed: UInt64 = 1

  struct Row: Encodable {
    var spectrum: String
    var samples: Int
    var snr: Double
    /// In samples.
    var bound: Double
    var rmse: Double
    var ratio: Double
    /// The mean of (error / standard error)².
    var normalisedSquare: Double
    /// Errors beyond six bounds and a sample.
    var outliers: Int
    /// The share with a false-alarm probability of at most 1e-6.
    var accepted: Double
  }

  func run() throws {
    for shape in spectrum {
      for count in samples {
        for level in snr {
          try printLine(try row(shape, count, level))
        }
      }
    }
  }

  private func row(_ shape: Spectrum, _ count: Int, _ level: Double) throws -> Row {
    struct Trial: Sendable {
      var error: Double
      var square: Double
      var accepted: Bool
    }
    let results = try parallel(trials) { trial -> Trial in
      var dice = Dice(seed: seed, stream: trial)
      // Without the frequency that has no phase to delay.
      let scene = filtered(
        noise(shape, count: 2 * count, rate: Double(rate), &dice), rate: Double(rate)
      ) { $0 < 0.499_99 * Double(rate) ? 1 : 0 }
      // Up to 2 % of the length, so that the overlap is nearly the whole.
      let delay = dice.uniform(-1...1) * 0.02 * Double(count)
      let late = filtered(scene, rate: Double(rate)) {
        Complex(length: 1, phase: -2 * .pi * $0 * delay / Double(rate))
      }
      let start = count / 2
      let pair = [scene, late].map { sound in
        mixed(
          Array(sound[start..<start + count]),
          noise(noiseSpectrum, count: count, rate: Double(rate), &dice), snr: level)
      }
      let found = try estimateDelay(
        of: pair[1], from: pair[0], sampleRate: Double(rate),
        options: DelaySearchOptions(
          maximumDelay: maxLag.map { Double($0) / Double(rate) }, weighting: weighting))
      let error = found.delay - delay / Double(rate)
      return Trial(
        error: error * Double(rate),
        square: (error / found.standardError) * (error / found.standardError),
        accepted: found.isReliable(atMost: 1e-6))
    }
    let limit = bound(shape, count, level)
    let rmse = (results.reduce(0) { $0 + $1.error * $1.error } / Double(trials)).squareRoot()
    return Row(
      spectrum: shape.rawValue, samples: count, snr: level, bound: limit, rmse: rmse,
      ratio: rmse / limit,
      normalisedSquare: results.reduce(0) { $0 + $1.square } / Double(trials),
      outliers: results.filter { abs($0.error) > max(1, 6 * limit) }.count,
      accepted: Double(results.filter(\.accepted).count) / Double(trials))
  }

  /// The Cramér–Rao bound in samples, for the spectra as they are: with the signal's power S and the
  /// noise's N at a frequency, γ² / (1 - γ²) = S² / (2 S N + N²).
  private func bound(_ shape: Spectrum, _ count: Int, _ level: Double) -> Double {
    let steps = 20_000
    let width = 0.5 * Double(rate) / Double(steps)
    let frequencies = (0..<steps).map { (Double($0) + 0.5) * width }
    func powers(_ spectrum: Spectrum, _ gain: Double) -> [Double] {
      let raw = frequencies.map { pow(spectrum.amplitude($0), 2) }
      let sum = raw.reduce(0, +)
      return raw.map { gain * $0 / sum }
    }
    let signal = powers(shape, 1)
    let noise = powers(noiseSpectrum, pow(10, -level / 10))
    // Delays of up to 2 % leave 99 % on average.
    let duration = 0.99 * Double(count) / Double(rate)
    let integral = frequencies.indices.reduce(0.0) {
      let odds =
        signal[$1] * signal[$1] / (2 * signal[$1] * noise[$1] + noise[$1] * noise[$1])
      return $0 + pow(2 * .pi * frequencies[$1], 2) * odds * width
    }
    return Double(rate) / (2 * duration * integral).squareRoot()
  }
}

extension Spectrum: ExpressibleByArgument {}
