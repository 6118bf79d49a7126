// SPDX-License-Identifier: MIT

import ArgumentParser
import BenchmarkSupport
import Convolution

/// Times a filter that is fed piece by piece, as sound arrives.
struct Streaming: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Push pieces through a streaming filter, and print what they take.")

  struct Result: Encodable {
    var kernel: Int
    var piece: Int
    var latency: Int
    var nanosecondsPerSample: Double
    var medianPushSeconds: Double
    var worstPushSeconds: Double
  }

  @Option(help: "Taps of the kernel.")
  var kernel = 144_000

  @Option(help: "Samples of a piece.")
  var piece = 128

  @Option(help: "Samples by which results may come later.")
  var latency = 0

  @Option(help: "Pieces.")
  var pushes = 4000

  func run() throws {
    var noise = Noise()
    let taps = (0..<kernel).map { _ in Float(noise.next()) }
    let samples = (0..<piece).map { _ in Float(noise.next()) }
    var results = [Float](repeating: 0, count: piece)
    var times = [Double](repeating: 0, count: pushes)
    var filter = try StreamingFilter(kernel: taps, latency: latency)
    let clock = ContinuousClock()
    for push in 0..<pushes {
      let start = clock.now
      var target = results.mutableSpan
      try filter.push(samples.span, into: &target)
      times[push] = (clock.now - start) / .seconds(1)
    }
    try printLine(
      Result(
        kernel: kernel, piece: piece, latency: latency,
        nanosecondsPerSample: times.reduce(0, +) / Double(max(1, pushes * piece)) * 1e9,
        medianPushSeconds: times.isEmpty ? 0 : median(times),
        worstPushSeconds: times.max() ?? 0))
  }
}
