// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import BenchmarkSupport
import ComplexModule
import Convolution
import Foundation

/// Whether errors are as large as they are said to be, in noise and in rooms.
struct Coverage: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How many delays are within two of their standard errors, in noise and in rooms.")

  @OptionGroup var material: Material
  @Option(help: "Pairs for each row.")
  var pairs = 300
  @Option(help: "Seconds a recording.")
  var seconds = 10.0
  @Option(parsing: .upToNextOption, help: "Signal-to-noise ratios in dB, with one path.")
  var snr: [Double] = [20, 0, -10]
  @Option(
    parsing: .upToNextOption,
    help: "Ratios of direct to reverberant sound in dB, of two places in a room at 30 dB of noise.")
  var direct: [Double] = [6, 0, -6, -12]

  struct Row: Encodable {
    var kind: String
    var snr: Double?
    var direct: Double?
    var pairs: Int
    var accepted: Int
    /// Of the accepted, the share within two and beyond five of their standard errors.
    var withinTwo: Double
    var beyondFive: Double
    /// In microseconds.
    var medianError: Double
    var medianStandardError: Double
    var largestRatio: Double
    /// Accepted with a wrong polarity.
    var inverted: Int
    /// Those beyond five standard errors.
    var outliers: [Outlier]
  }

  struct Outlier: Encodable {
    /// Of the pair in its row.
    var index: Int
    /// In microseconds.
    var error: Double
    var standardError: Double
  }

  func run() throws {
    let files = try material.files()
    for kind in material.kind {
      for level in snr { try printLine(try row(kind, files, snr: level, direct: nil)) }
      for ratio in direct { try printLine(try row(kind, files, snr: nil, direct: ratio)) }
    }
  }

  private struct Found: Sendable {
    var index: Int
    var error: Double
    var standardError: Double
    var isInverted: Bool
  }

  private func row(
    _ kind: Material.Kind, _ files: [String], snr: Double?, direct: Double?
  ) throws -> Row {
    let results = try parallel(pairs) { index -> Found? in
      try pair(index, kind, files, snr: snr, direct: direct)
    }.compactMap { $0 }
    func share(_ isIncluded: (Found) -> Bool) -> Double {
      Double(results.filter(isIncluded).count) / Double(max(1, results.count))
    }
    func median(_ values: [Double]) -> Double {
      values.isEmpty ? 0 : values.sorted()[values.count / 2] * 1e6
    }
    return Row(
      kind: kind.rawValue, snr: snr, direct: direct, pairs: pairs, accepted: results.count,
      withinTwo: share { abs($0.error) <= 2 * $0.standardError },
      beyondFive: share { abs($0.error) > 5 * $0.standardError },
      medianError: median(results.map { abs($0.error) }),
      medianStandardError: median(results.map(\.standardError)),
      largestRatio: results.map { abs($0.error) / $0.standardError }.max() ?? 0,
      inverted: results.filter(\.isInverted).count,
      outliers: results.filter { abs($0.error) > 5 * $0.standardError }.map {
        Outlier(index: $0.index, error: $0.error * 1e6, standardError: $0.standardError * 1e6)
      })
  }

  /// One pair, if it was accepted.
  private func pair(
    _ index: Int, _ kind: Material.Kind, _ files: [String], snr: Double?, direct: Double?
  ) throws -> Found? {
    var dice = Dice(seed: material.seed, stream: index)
    let (scene, rate) = try material.scene(
      kind, seconds: seconds + 2, index: index, files: files, &dice)
    let count = Int(seconds * Double(rate))
    let delay = dice.uniform(-0.4...0.4)
    let room = Shoebox(&dice)
    let recordings = [0, delay].map { late -> [Float] in
      var heard = scene
      var origin = Int(0.5 * Double(rate))
      if let direct {
        let response = room.response(
          at: room.place(&dice), directToReverberant: direct, rate: Double(rate))
        heard = convolve(scene, response)
        origin += Shoebox.halfWidth
      }
      let moved = filtered(heard, rate: Double(rate)) {
        $0 < 0.4999 * Double(rate) ? Complex(length: 1, phase: -2 * .pi * $0 * late) : .zero
      }
      let part = ofUnitPower(Array(moved[origin..<origin + count]))
      return mixed(part, dice.normals(count), snr: snr ?? 30)
    }
    let found = try estimateDelay(
      of: recordings[1], from: recordings[0], sampleRate: Double(rate),
      options: DelaySearchOptions(weighting: material.weighting))
    guard found.isReliable(atMost: 1e-6) else { return nil }
    return Found(
      index: index, error: found.delay - delay, standardError: found.standardError,
      isInverted: found.polarity == -1)
  }
}
