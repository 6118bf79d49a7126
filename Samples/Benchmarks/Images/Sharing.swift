// SPDX-License-Identifier: MIT

import ArgumentParser
import BenchmarkSupport
import Convolution

/// What two threads gain over one, in one process and in turns, so that both find the cores awake.
struct Sharing: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "threads", abstract: "Time filters on one thread and on several, in turns.")

  struct Result: Encodable {
    var image: Int
    var kernel: Int
    var threads: Int
    var seconds: ThreadGain
    /// Whether both results have the same bits.
    var same: Bool
  }

  @Option(help: "Rows and columns of the images.")
  var images = [512, 1024, 2048]

  @Option(help: "Rows and columns of the kernels.")
  var kernels = [3, 7, 31, 63, 127]

  @OptionGroup var options: GainOptions

  func run() throws {
    for (image, kernel) in images.flatMap({ image in kernels.map { (image, $0) } }) {
      let scene = noise(image, image, seed: 1)
      let taps = noise(kernel, kernel, seed: 2)
      let results = [1, options.threads].map { convolve(scene, taps, mode: .same, threads: $0) }
      let gain = ThreadGain(threads: options.threads, turns: options.turns) { threads in
        let scene = noise(image, image, seed: 1)
        return { convolve(scene, taps, mode: .same, threads: threads).count }
      }
      try printLine(
        Result(
          image: image, kernel: kernel, threads: options.threads, seconds: gain,
          same: results[0] == results[1]))
    }
  }
}
