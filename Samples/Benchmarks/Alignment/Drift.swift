// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import BenchmarkSupport
import Foundation

/// Clocks that differ.
struct Drift: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The error of the measured difference of two clocks.")

  @Option(help: "Differences in millionths.")
  var ppm: [Double] = [0, 1, 20, 100, 500, 1000]
  @Option(help: "Seconds a recording.")
  var seconds = 600.0
  @Option(help: "Samples a second.")
  var rate = 16_000
  @Option(parsing: .unconditional, help: "The signal over the noise of each, in dB.")
  var snr = 20.0
  @Option(help: "Of the random numbers.")
  var seed: UInt64 = 1

  struct Row: Encodable {
    var ppm: Double
    var measured: Double
    var error: Double
    var standardError: Double
    /// Of the delay at the reference's start, in microseconds.
    var delayError: Double
    /// Whether it was noticed without being asked for.
    var noticed: Bool
    var seconds: Double
  }

  func run() throws {
    for drift in ppm {
      var dice = Dice(seed: seed)
      let scene = music(seconds: seconds + 4, rate: Double(rate), &dice)
      let count = Int(seconds * Double(rate))
      let delay = 0.731_234
      let step = 1 / (1 + drift * 1e-6)
      // An event at the scene's time t is at t + delay + drift · t in the other.
      let warp = TimeWarp(start: -delay * step * Double(rate), step: step)
      let reference = mixed(Array(scene[..<count]), dice.normals(count), snr: snr)
      let other = mixed(warp.apply(to: scene, count: count), dice.normals(count), snr: snr)
      let clock = ContinuousClock()
      let start = clock.now
      let found = try estimateDelay(
        of: other, from: reference, sampleRate: Double(rate),
        options: DelaySearchOptions(measuresDrift: true))
      let time = (clock.now - start) / .seconds(1)
      let unasked = try estimateDelay(of: other, from: reference, sampleRate: Double(rate))
      guard let measured = found.drift else { continue }
      try printLine(
        Row(
          ppm: drift, measured: measured.rate * 1e6, error: measured.rate * 1e6 - drift,
          standardError: measured.standardError * 1e6,
          delayError: (found.delayAtStart - delay) * 1e6,
          noticed: unasked.drift?.isSignificant ?? false, seconds: time))
    }
  }
}
