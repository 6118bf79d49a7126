// SPDX-License-Identifier: MIT

import Alignment
import BenchmarkSupport
import ComplexModule
import Convolution
import CorrelationLayers
import Foundation
import FourierTransform
import ImageMatching

/// Work of which the instructions are counted. It is on one thread and by a method that is named
/// wherever there is a choice, so that neither the machine nor its tuning decides what is done.
struct CoreCase: Sendable {
  /// The case's name in the baseline.
  let name: String
  /// Makes the inputs, and gives what does the work and tells the number of results.
  let prepare: @Sendable () throws -> () throws -> Int
}

/// The cases: each way through the package's own loops once.
let coreCases: [CoreCase] = [
  signals("direct-float", 100_000, 33, .direct) { Float($0.next()) },
  signals("direct-complex-double", 20_000, 33, .direct) { Complex($0.next(), $0.next()) },
  signals("fft-float", 60_000, 60_000, .fft) { Float($0.next()) },
  signals("fft-complex-double", 30_000, 30_000, .fft) { Complex($0.next(), $0.next()) },
  signals("overlap-save-float", 400_000, 513, .overlapSave) { Float($0.next()) },
  signals("overlap-save-complex-float", 100_000, 257, .overlapSave) {
    Complex(Float($0.next()), Float($0.next()))
  },
  images("direct-2d", noise(256, 256, seed: 1), noise(7, 7, seed: 2), .direct),
  images("separable-2d", noise(512, 512, seed: 1), gaussian(15), .separable),
  images("overlap-save-2d", noise(256, 256, seed: 1), noise(31, 31, seed: 2), .overlapSave),
  CoreCase(name: "stream") {
    let kernel = noise(4096, seed: 2)
    let block = noise(128, seed: 1)
    return {
      var filter = try StreamingFilter(kernel: kernel)
      var results = block
      for _ in 0..<64 { try filter.push(block, into: &results) }
      return results.count
    }
  },
  CoreCase(name: "correlation-layer") {
    let layer = try CorrelationLayer(kernelSize: 3, maxDisplacement: 4, padding: 4)
    let (a, b) = (try maps(1, 16, 24, 32, seed: 1), try maps(1, 16, 24, 32, seed: 2))
    return { try layer.forward(a, b, method: .direct, threads: 1).shape.elementCount }
  },
  CoreCase(name: "conv2d") {
    let layer = try ConvolutionLayer(padding: 1)
    let (input, weights) = (try maps(1, 16, 28, 28, seed: 1), try maps(16, 16, 3, 3, seed: 2))
    return {
      try layer.forward(input, weights: weights, method: .direct, threads: 1).shape.elementCount
    }
  },
  CoreCase(name: "estimate-delay") {
    // Eight seconds of noise at 8 kHz, and the same a quarter of a second later with as much other noise.
    let rate = 8000
    let sound = noise(8 * rate, seed: 1)
    let other = noise(8 * rate, seed: 2)
    let late = other.indices.map { index in
      other[index] + (index < rate / 4 ? 0 : sound[index - rate / 4])
    }
    let options = DelaySearchOptions(threads: 1)
    return {
      let delay = try estimateDelay(
        of: late, from: sound, sampleRate: Double(rate), options: options)
      return abs(delay.delayInSamples(at: Double(rate)) - Double(rate / 4)) < 0.1 ? 1 : 0
    }
  },
  CoreCase(name: "match-template") {
    let scene = noise(192, 192, seed: 1)
    let template = noise(24, 24, seed: 2)
    return { try normalizedCrossCorrelation(of: template, in: scene, threads: 1).count }
  },
  CoreCase(name: "register-images") {
    let scene = noise(160, 160, seed: 1)
    let (still, moved) = (window(scene, 5, 8), window(scene, 0, 0))
    return {
      let shift = try estimateTranslation(of: moved, from: still, threads: 1)
      return abs(shift.rowShift - 5) < 0.1 && abs(shift.columnShift - 8) < 0.1 ? 1 : 0
    }
  },
]

/// A convolution of two signals in full.
private func signals<Element: SignalElement>(
  _ name: String, _ signal: Int, _ kernel: Int, _ method: ConvolutionMethod,
  _ sample: @escaping @Sendable (inout Noise) -> Element
) -> CoreCase {
  CoreCase(name: name) {
    var noise = Noise()
    let samples = (0..<signal).map { _ in sample(&noise) }
    let taps = (0..<kernel).map { _ in sample(&noise) }
    return { convolve(samples, taps, method: method, threads: 1).count }
  }
}

/// An image filtered to its own size.
private func images(
  _ name: String, _ image: Matrix<Float>, _ kernel: Matrix<Float>, _ method: ConvolutionMethod
) -> CoreCase {
  CoreCase(name: name) {
    { convolve(image, kernel, mode: .same, method: method, threads: 1).count }
  }
}

private func noise(_ count: Int, seed: UInt64) -> [Float] {
  var noise = Noise(seed: seed)
  return (0..<count).map { _ in Float(noise.next()) }
}

private func noise(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Float> {
  Matrix(rows: rows, columns: columns, elements: noise(rows * columns, seed: seed))
}

private func maps(
  _ images: Int, _ channels: Int, _ rows: Int, _ columns: Int, seed: UInt64
) throws -> FeatureMaps<Float> {
  let shape = try FeatureMapShape(images: images, channels: channels, rows: rows, columns: columns)
  return try FeatureMaps(shape: shape, elements: noise(shape.elementCount, seed: seed))
}

/// A Gaussian with a standard deviation of a sixth of its width.
private func gaussian(_ count: Int) -> Matrix<Float> {
  let values = (0..<count).map { index in
    let x = (Double(index) - Double(count - 1) / 2) / (Double(count) / 6)
    return exp(-0.5 * x * x)
  }
  return Matrix(values.map { row in values.map { Float(row * $0) } })
}

/// The 144 x 144 elements of a picture from a place on.
private func window(_ picture: Matrix<Float>, _ row: Int, _ column: Int) -> Matrix<Float> {
  Matrix(
    (row..<(row + 144)).map { row in (column..<(column + 144)).map { picture[row, $0] } })
}
