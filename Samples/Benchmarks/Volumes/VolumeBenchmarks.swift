// SPDX-License-Identifier: MIT

import ArgumentParser
import BenchmarkSupport
import Convolution

/// Prepares a convolution of volumes, then measures it once for each line of standard input, so that
/// peers can take turns with it: `compare_volumes.py` sets them beside it.
@main
struct VolumeBenchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "VolumeBenchmarks",
    abstract: "Times convolutions of volumes in process and prints JSON, one object a line.")

  @Option(help: "Planes, rows and columns of the volume.")
  var volume = 256

  @Option(help: "Planes, rows and columns of the kernel.")
  var kernel: Int

  @Flag(help: "A kernel that is a product of a line, a column and a row.")
  var separable = false

  @OptionGroup var options: ThreadOption

  @Option(help: "auto, direct, separable, fft or overlap-save.")
  var method = MethodArgument.auto

  func run() throws {
    let scene = noise(volume, seed: 1)
    let taps = separable ? product(kernel) : noise(kernel, seed: 2)
    let threads = options.threads
    try serve(
      PreparedWork {
        convolve(scene, taps, mode: .same, method: $0, threads: threads).elements
      }, method.method, threads: threads)
  }
}

/// A cube of noise.
private func noise(_ side: Int, seed: UInt64) -> Volume<Float> {
  var noise = Noise(seed: seed)
  return Volume(
    planes: side, rows: side, columns: side,
    elements: (0..<(side * side * side)).map { _ in Float(noise.next()) })
}

/// A cube that is a product of noise along each axis.
private func product(_ side: Int) -> Volume<Float> {
  var noise = Noise(seed: 3)
  let line = (0..<side).map { _ in Float(noise.next()) }
  return Volume(
    planes: side, rows: side, columns: side,
    elements: line.flatMap { a in line.flatMap { b in line.map { a * b * $0 } } })
}
