// SPDX-License-Identifier: MIT

import CorrelationLayers

/// The inputs of the last request, so that a repeated one measures the layer alone.
typealias CachedCorrelation = (key: [Int], a: FeatureMaps<Float>, b: FeatureMaps<Float>)

/// Answers a line `correlation …`.
func measureCorrelation(_ words: [String], _ cached: inout CachedCorrelation?) throws -> String {
  guard words.count == 13 else { throw BadRequest(text: words.joined(separator: " ")) }
  let sizes = try numbers(words[0..<9])
  let layer = try CorrelationLayer(
    kernelSize: sizes[4], maxDisplacement: .init(sizes[5]), stride: sizes[6],
    displacementStride: sizes[7], padding: sizes[8],
    comparison: words[9] == "product" ? .product : .absoluteDifference)
  let method = CorrelationLayer.Method(rawValue: words[11])
  let threads = try numbers([words[12]])[0]
  if cached?.key != Array(sizes[0..<4]) {
    cached = (
      Array(sizes[0..<4]), try testMaps(sizes[0], sizes[1], sizes[2], sizes[3], salt: 1),
      try testMaps(sizes[0], sizes[1], sizes[2], sizes[3], salt: 2)
    )
  }
  guard let (_, a, b) = cached else { throw BadRequest(text: words[0]) }
  switch words[10] {
  case "plan": return try layer.plannedMethod(for: a.shape).rawValue
  case "forward":
    return try timing(threads: threads) {
      _ = try layer.forward(a, b, method: method, threads: threads)
    }
  default:
    let shape = try layer.outputShape(for: a.shape)
    let gradient = try testMaps(
      shape.images, shape.channels, shape.rows, shape.columns, salt: 3)
    return try timing(threads: threads) {
      _ = try layer.inputGradients(
        a: a, b: b, outputGradient: gradient, method: method, threads: threads)
    }
  }
}
