// SPDX-License-Identifier: MIT

import ImageMatching
import ArgumentParser
import BenchmarkSupport
import Convolution
import Foundation

/// Times our side of work on images; `compare_images.py` sets the peers beside it.
@main
struct ImageBenchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ImageBenchmarks",
    abstract: "Times work on images in process and prints JSON, one object a line.",
    subcommands: [Serve.self, Regret.self, Sharing.self, Bank.self])
}

/// What is timed.
enum Work: String, CaseIterable, ExpressibleByArgument {
  /// A dense kernel of noise.
  case filter
  /// A Gaussian kernel as a plain matrix.
  case gaussian
  /// A dense kernel with a mirrored boundary.
  case symmetric
  /// The scores of a template.
  case match
}

/// Times a case whenever it is asked to, so that peers can take turns with it.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prepare a case, then measure it once for each line of standard input.")

  @Argument(help: "filter, gaussian, symmetric or match.")
  var work: Work

  @Option(help: "Rows and columns of the image.")
  var image = 2048

  @Option(help: "Rows and columns of the kernel or template.")
  var kernel: Int

  @OptionGroup var options: ThreadOption

  @Option(help: "auto, direct, separable, fft or overlap-save.")
  var method = MethodArgument.auto

  func run() throws {
    let scene = noise(image, image, seed: 1)
    let taps = work == .gaussian ? gaussian(kernel) : noise(kernel, kernel, seed: 2)
    let (work, threads) = (work, options.threads)
    if work == .match {
      // Once here, so that an error is told.
      _ = try normalizedCrossCorrelation(of: taps, in: scene, threads: threads)
    }
    let prepared = PreparedWork { (method: ConvolutionMethod?) -> [Float] in
      switch work {
      case .filter, .gaussian:
        convolve(scene, taps, mode: .same, method: method, threads: threads).elements
      case .symmetric:
        convolve(
          scene, taps, mode: .same, boundary: .symmetric, method: method, threads: threads
        ).elements
      case .match:
        (try? normalizedCrossCorrelation(of: taps, in: scene, threads: threads))?.elements ?? []
      }
    }
    try serve(prepared, method.method, threads: threads)
  }
}

/// An image of noise.
func noise(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Float> {
  var noise = Noise(seed: seed)
  return Matrix(
    rows: rows, columns: columns, elements: (0..<(rows * columns)).map { _ in Float(noise.next()) })
}

/// A Gaussian with a standard deviation of a sixth of its width.
func gaussian(_ count: Int) -> Matrix<Float> {
  let values = (0..<count).map { index in
    let x = (Double(index) - Double(count - 1) / 2) / (Double(count) / 6)
    return exp(-0.5 * x * x)
  }
  return Matrix(values.map { row in values.map { Float(row * $0) } })
}
