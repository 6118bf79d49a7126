// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import ComputeSupport
internal import Convolution
internal import FourierTransform

extension LayerCosts {
  /// Measures for some seconds what the parts of the layers take, and reports progress, 0 ... 1.
  package static func measured(report: (Double) -> Void = { _ in }) -> LayerCosts {
    let known = LayerCosts.shared
    var costs = known
    return cannotFail { () throws(LayerError) in
      costs.transforms = try TransformTimes.measured()
      report(0.3)
      costs.convolution = try convolutionFit(costs).fitted(to: known.convolution)
      report(0.7)
      costs.correlation = try correlationFit(costs).fitted(to: known.correlation)
      report(1)
      return costs
    }
  }

  /// Channels, rows and columns of an input, kernels and their side, and a stride.
  private static let convolutions = [
    (1, 8, 8, 1, 1, 1), (3, 64, 64, 16, 3, 1), (16, 32, 32, 16, 3, 1), (64, 28, 28, 64, 3, 1),
    (64, 28, 28, 64, 1, 1), (8, 96, 96, 4, 5, 1), (4, 128, 128, 2, 7, 1), (3, 128, 128, 1, 9, 1),
    (8, 64, 64, 8, 3, 2), (1, 256, 256, 1, 15, 1), (32, 14, 14, 24, 3, 1), (4, 96, 96, 4, 21, 1),
    (16, 32, 32, 8, 1, 2), (128, 8, 8, 6, 3, 1), (2, 256, 256, 2, 3, 1), (2, 128, 128, 4, 41, 1),
  ]

  private static func convolutionFit(
    _ costs: LayerCosts
  ) throws(LayerError) -> TimesFit<ConvolutionTime> {
    var fit = TimesFit<ConvolutionTime>()
    func with(_ times: Times<ConvolutionTime>) -> LayerCosts {
      LayerCosts(convolution: times, transforms: costs.transforms)
    }
    for (channels, rows, columns, kernels, side, stride) in convolutions {
      let layer = try ConvolutionLayer(
        stride: .init(stride), padding: .init(rows: side / 2, columns: side / 2))
      let input = try maps(channels, rows, columns)
      let weights = try maps(channels, side, side, images: kernels)
      let geometry = try ConvolutionGeometry(layer, input: input.shape, weights: weights.shape)
      for method in ConvolutionLayer.Method.allCases {
        let time = measuredNanoseconds { () throws(LayerError) in
          _ = try layer.forward(input, weights: weights, method: method, threads: 1)
        }
        // The division into tiles that was just timed.
        let tiles = TransformTiles(geometry).timed(by: costs.transforms)
        fit.add(nanoseconds: time) { times in
          method == .fft
            ? tiles.nanoseconds(geometry, times) : geometry.costs(with(times))[method] ?? 0
        }
      }
      let gradient = try maps(kernels, geometry.output.rows, geometry.output.columns)
      let time = measuredNanoseconds { () throws(LayerError) in
        _ = try layer.weightGradient(
          input: input, outputGradient: gradient, weightShape: weights.shape, method: .direct,
          threads: 1)
      }
      fit.add(nanoseconds: time) { geometry.weightGradientNanoseconds($0) }
    }
    return fit
  }

  /// Channels, rows and columns, the side of a window, the largest displacement, the two strides.
  private static let correlations = [
    (1, 32, 32, 1, 4, 1, 1), (16, 48, 64, 1, 4, 1, 1), (64, 24, 32, 1, 4, 1, 2),
    (4, 32, 48, 3, 3, 1, 1), (3, 48, 64, 5, 4, 2, 1), (2, 48, 48, 9, 4, 4, 1),
    (1, 64, 64, 15, 8, 8, 1), (8, 32, 32, 11, 6, 4, 2), (16, 24, 24, 7, 3, 1, 1),
    (32, 32, 32, 3, 8, 2, 2), (2, 64, 64, 31, 8, 16, 1),
  ]

  private static func correlationFit(
    _ costs: LayerCosts
  ) throws(LayerError) -> TimesFit<CorrelationTime> {
    var fit = TimesFit<CorrelationTime>()
    func with(_ times: Times<CorrelationTime>) -> LayerCosts {
      LayerCosts(correlation: times, transforms: costs.transforms)
    }
    for (channels, rows, columns, side, reach, stride, step) in correlations {
      let layer = try CorrelationLayer(
        kernelSize: side, maxDisplacement: .init(reach), stride: stride, displacementStride: step,
        padding: reach)
      let (a, b) = try (maps(channels, rows, columns), maps(channels, rows, columns))
      let geometry = try CorrelationGeometry(layer, input: a.shape)
      let output = geometry.output
      let gradient = try maps(output.channels, output.rows, output.columns)
      for method in CorrelationLayer.Method.allCases {
        let time = measuredNanoseconds { () throws(LayerError) in
          _ = try layer.forward(a, b, method: method, threads: 1)
        }
        fit.add(nanoseconds: time) { geometry.costs(with($0))[method] ?? 0 }
        // The planner never takes the definition for a gradient.
        guard method != .direct else { continue }
        let gradientTime = measuredNanoseconds { () throws(LayerError) in
          _ = try layer.inputGradients(
            a: a, b: b, outputGradient: gradient, method: method, threads: 1)
        }
        fit.add(nanoseconds: gradientTime) { geometry.gradientCosts(with($0))[method] ?? 0 }
      }
    }
    return fit
  }

  private static func maps(
    _ channels: Int, _ rows: Int, _ columns: Int, images: Int = 1
  ) throws(LayerError) -> FeatureMaps<Float> {
    let shape = try FeatureMapShape(
      images: images, channels: channels, rows: rows, columns: columns)
    return FeatureMaps(checked: shape, Timing.noise(shape.elementCount))
  }
}

/// The nanoseconds that `body` takes, which does not fail.
private func measuredNanoseconds(_ body: () throws(LayerError) -> Void) -> Double {
  1e9 * Timing.seconds(rounds: 3) { cannotFail(body) }
}

extension TransformTimes {
  fileprivate static func measured() throws(LayerError) -> TransformTimes {
    var times = TransformTimes(lengths: [], measured: [], other: 0)
    var least = Double.infinity
    var length = 512
    while true {
      let transform = try RealTransform<Float>.planned(rows: length, columns: length)
      let plane = SharedBuffer<Float>(unwritten: transform.sampleCount)
      plane.fill(0, transform.sampleCount, with: 1)
      let scratch = SharedBuffer<Complex<Float>>(unwritten: transform.spectrumCount)
      let time = measuredNanoseconds {
        transform.forward(plane, into: scratch)
        transform.unscaledInverse(consuming: scratch, into: plane)
        // Keeps the numbers as they were, which would else grow beyond all bounds.
        plane.fill(0, transform.sampleCount, with: 1)
      }
      let element = time / Double(2 * length * length)
      times.other = max(times.other, element)
      if time < least {
        least = time
        times.lengths.insert(length, at: 0)
        times.measured.insert(element, at: 0)
      }
      guard length > 16 else { return times }
      // The next shorter one that has fast transforms.
      repeat { length -= 2 } while length > 16 && fastTransformLength(atLeast: length) != length
    }
  }
}
