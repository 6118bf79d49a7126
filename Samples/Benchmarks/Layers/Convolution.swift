// SPDX-License-Identifier: MIT

import CorrelationLayers

/// The inputs of the last request, so that a repeated one measures the layer alone.
typealias CachedConvolution = (key: [Int], input: FeatureMaps<Float>, weights: FeatureMaps<Float>)

/// Answers a line `convolution …`.
func measureConvolution(_ words: [String], _ cached: inout CachedConvolution?) throws -> String {
  guard words.count == 12 else { throw BadRequest(text: words.joined(separator: " ")) }
  let sizes = try numbers(words[0..<9])
  let (images, channels, kernels, rows, columns) = (
    sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]
  )
  let (size, stride, padding, groups) = (sizes[5], sizes[6], sizes[7], sizes[8])
  let layer = try ConvolutionLayer(
    stride: .init(stride), padding: .init(rows: padding, columns: padding), groups: groups)
  let method = ConvolutionLayer.Method(rawValue: words[10])
  let threads = try numbers([words[11]])[0]
  if cached?.key != sizes {
    cached = (
      sizes, try testMaps(images, channels, rows, columns, salt: 1),
      try testMaps(kernels, channels / groups, size, size, salt: 2)
    )
  }
  guard let (_, input, weights) = cached else { throw BadRequest(text: words[0]) }
  if words[9] == "plan" {
    return try layer.plannedMethod(for: input.shape, weights: weights.shape).rawValue
  }
  if words[9] == "forward" {
    return try timing(threads: threads) {
      _ = try layer.forward(input, weights: weights, method: method, threads: threads)
    }
  }
  let shape = try layer.outputShape(for: input.shape, weights: weights.shape)
  let gradient = try testMaps(shape.images, shape.channels, shape.rows, shape.columns, salt: 3)
  return try timing(threads: threads) {
    if words[9] == "input" {
      _ = try layer.inputGradient(
        outputGradient: gradient, weights: weights, inputShape: input.shape, method: method,
        threads: threads)
    } else {
      _ = try layer.weightGradient(
        input: input, outputGradient: gradient, weightShape: weights.shape, method: method,
        threads: threads)
    }
  }
}
