// SPDX-License-Identifier: MIT

import ComplexModule
import ComputeSupport
import Convolution
import CorrelationLayers
import FourierTransform
import Synchronization
import TestSupport

/// Something to compute, and what it gives alone, as the bits of its results.
struct Job: Sendable {
  let name: String
  private let compute: @Sendable (_ threads: Int?) -> [UInt64]
  private let expected: [UInt64]

  init(_ name: String, _ compute: @escaping @Sendable (_ threads: Int?) -> [UInt64]) {
    self.name = name
    self.compute = compute
    expected = compute(1)
  }

  /// Whether the results now are what they were alone.
  func isSame(threads: Int? = nil) -> Bool { compute(threads) == expected }

  /// Does it, and forgets the results.
  func run(threads: Int? = nil) { _ = compute(threads) }
}

extension Job {
  /// One or more of everything that plans, shares work or keeps memory.
  static let all: [Job] = [
    signals("overlap-save of a long signal", 60_000, 700, .overlapSave),
    signals("one transform", 20_000, 5000, .fft),
    signals("direct sums", 9000, 60, .direct),
    signals("a choice of the planner", 30_000, 300, nil),
    images("an image by transforms", 190, 41, .overlapSave),
    images("an image directly", 150, 7, .direct),
    images("an image's choice", 130, 21, nil),
    transforms("transforms that are planned anew"), layers("a layer"),
  ]

  private static func signals(
    _ name: String, _ count: Int, _ taps: Int, _ method: ConvolutionMethod?
  ) -> Job {
    let signal: [Float] = whiteNoise(count, seed: 1)
    let kernel: [Float] = whiteNoise(taps, seed: 2)
    return Job(name) {
      convolve(signal, kernel, method: method, threads: $0).map { UInt64($0.bitPattern) }
    }
  }

  private static func images(_ name: String, _ side: Int, _ taps: Int, _ method: ConvolutionMethod?)
    -> Job
  {
    let elements: [Double] = whiteNoise(side * side, seed: 3)
    let image = Matrix(rows: side, columns: side, elements: elements)
    let kernel = Matrix(rows: taps, columns: taps, elements: Array(elements[..<(taps * taps)]))
    return Job(name) {
      convolve(image, kernel, mode: .same, boundary: .reflect, method: method, threads: $0)
        .elements.map(\.bitPattern)
    }
  }

  /// Plans are made and destroyed by each call.
  private static func transforms(_ name: String) -> Job {
    let signal: [Double] = whiteNoise(1 << 12, seed: 4)
    return Job(name) { _ in
      var bits: [UInt64] = []
      for length in [96, 100, 243, 1000, 1 << 12] {
        guard let transform = try? RealTransform<Double>(length: length),
          let spectrum = try? transform.forward(signal[..<length])
        else { return [] }
        bits += components(spectrum).map(\.bitPattern)
      }
      return bits
    }
  }

  private static func layers(_ name: String) -> Job {
    Job(name) { threads in
      guard
        let shape = try? FeatureMapShape(images: 2, channels: 8, rows: 24, columns: 24),
        let weightShape = try? FeatureMapShape(images: 8, channels: 8, rows: 3, columns: 3),
        let input = try? FeatureMaps(
          shape: shape, elements: whiteNoise(shape.elementCount, seed: 5) as [Float]),
        let weights = try? FeatureMaps(
          shape: weightShape, elements: whiteNoise(weightShape.elementCount, seed: 6) as [Float]),
        let layer = try? ConvolutionLayer(padding: 1),
        let output = try? layer.forward(input, weights: weights, threads: threads)
      else { return [] }
      return output.elements.map { UInt64($0.bitPattern) }
    }
  }
}
