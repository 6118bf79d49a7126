// SPDX-License-Identifier: MIT

import ArgumentParser
import BenchmarkSupport
import Convolution

/// What it gains to transform an image once for many kernels, and a kernel once for many images.
struct Bank: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time many kernels over an image, and many images with a kernel, both ways in turns.")

  struct Result: Encodable {
    var many: String
    var count: Int
    var image: Int
    var kernel: Int
    /// Median seconds of either way.
    var together: Double
    var apart: Double
    var ratio: Double
  }

  @Option(help: "Rows and columns of the images.")
  var image = 512

  @Option(help: "Kernels, or images.")
  var count = 16

  @OptionGroup var options: ThreadOption

  @Option(help: "Turns for each size of kernel.")
  var turns = 9

  func run() throws {
    for size in [3, 15, 31, 63, 127] {
      let scenes = (0..<count).map { noise(image, image, seed: UInt64(1 + $0)) }
      let kernels = (0..<count).map { noise(size, size, seed: UInt64(1001 + $0)) }
      try report(
        "kernels", size,
        together: {
          try FilterBank2D(
            kernels: kernels, mode: .same, threads: options.threads, expectedUses: 1
          ).apply(to: scenes[0])
        },
        apart: { kernels.map { convolve(scenes[0], $0, mode: .same, threads: options.threads) } })
      try report(
        "images", size,
        together: {
          try ConvolutionPlan2D(
            kernel: kernels[0], mode: .same, threads: options.threads, expectedUses: count
          ).apply(to: scenes)
        },
        apart: { scenes.map { convolve($0, kernels[0], mode: .same, threads: options.threads) } })
    }
  }

  private func report(
    _ many: String, _ size: Int, together: () throws -> [Matrix<Float>],
    apart: () throws -> [Matrix<Float>]
  ) throws {
    var seconds: [[Double]] = [[], []]
    // The first turn prepares and is not counted.
    for turn in 0...turns {
      let shared = try ContinuousClock().measure { _ = try together() }
      let single = try ContinuousClock().measure { _ = try apart() }
      guard turn > 0 else { continue }
      seconds[0].append(shared / .seconds(1))
      seconds[1].append(single / .seconds(1))
    }
    let (shared, single) = (median(seconds[0]), median(seconds[1]))
    try printLine(
      Result(
        many: many, count: count, image: image, kernel: size, together: shared, apart: single,
        ratio: single / shared))
  }
}
