// SPDX-License-Identifier: MIT

import CorrelationLayers

/// The convolution layer and its gradients as nothing but the sums that define them.
struct ConvolutionDefinition {
  let layer: ConvolutionLayer

  /// Calls `body` with the places of each product: in the input, in the weights and in the output.
  private func forEachProduct(
    _ input: FeatureMapShape, _ weights: FeatureMapShape, _ output: FeatureMapShape,
    _ body: (
      _ n: Int, _ channel: Int, _ row: Int, _ column: Int, _ m: Int, _ c: Int, _ u: Int, _ v: Int,
      _ y: Int, _ x: Int
    ) -> Void
  ) {
    let kernels = weights.images / layer.groups
    for n in 0..<output.images {
      for m in 0..<weights.images {
        for y in 0..<output.rows {
          for x in 0..<output.columns {
            for c in 0..<weights.channels {
              for u in 0..<weights.rows {
                for v in 0..<weights.columns {
                  let row = y * layer.stride.rows + u * layer.dilation.rows - layer.padding.top
                  let column =
                    x * layer.stride.columns + v * layer.dilation.columns - layer.padding.left
                  if 0..<input.rows ~= row && 0..<input.columns ~= column {
                    body(n, m / kernels * weights.channels + c, row, column, m, c, u, v, y, x)
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  func outputShape(_ input: FeatureMapShape, _ weights: FeatureMapShape) throws -> FeatureMapShape {
    func length(_ n: Int, _ before: Int, _ after: Int, _ d: Int, _ k: Int, _ s: Int) -> Int {
      Int((Double(n + before + after - d * (k - 1) - 1) / Double(s) + 1).rounded(.down))
    }
    let p = layer.padding
    return try FeatureMapShape(
      images: input.images, channels: weights.images,
      rows: length(
        input.rows, p.top, p.bottom, layer.dilation.rows, weights.rows, layer.stride.rows),
      columns: length(
        input.columns, p.left, p.right, layer.dilation.columns, weights.columns,
        layer.stride.columns))
  }

  func forward(_ input: FeatureMaps<Double>, _ weights: FeatureMaps<Double>, _ bias: [Double]?)
    throws -> FeatureMaps<Double>
  {
    var out = FeatureMaps(shape: try outputShape(input.shape, weights.shape), repeating: 0.0)
    forEachProduct(input.shape, weights.shape, out.shape) {
      n, channel, row, column, m, c, u, v, y, x in
      out[n, m, y, x] += weights[m, c, u, v] * input[n, channel, row, column]
    }
    if let bias {
      for n in 0..<out.shape.images {
        for m in 0..<out.shape.channels {
          for y in 0..<out.shape.rows {
            for x in 0..<out.shape.columns { out[n, m, y, x] += bias[m] }
          }
        }
      }
    }
    return out
  }

  func inputGradient(
    _ gradient: FeatureMaps<Double>, _ weights: FeatureMaps<Double>, _ shape: FeatureMapShape
  ) -> FeatureMaps<Double> {
    var out = FeatureMaps(shape: shape, repeating: 0.0)
    forEachProduct(shape, weights.shape, gradient.shape) {
      n, channel, row, column, m, c, u, v, y, x in
      out[n, channel, row, column] += weights[m, c, u, v] * gradient[n, m, y, x]
    }
    return out
  }

  func weightGradient(
    _ input: FeatureMaps<Double>, _ gradient: FeatureMaps<Double>, _ shape: FeatureMapShape
  ) -> FeatureMaps<Double> {
    var out = FeatureMaps(shape: shape, repeating: 0.0)
    forEachProduct(input.shape, shape, gradient.shape) {
      n, channel, row, column, m, c, u, v, y, x in
      out[m, c, u, v] += input[n, channel, row, column] * gradient[n, m, y, x]
    }
    return out
  }
}

/// The sum of the products of corresponding elements.
func inner(_ a: FeatureMaps<Double>, _ b: FeatureMaps<Double>) -> Double {
  zip(a.elements, b.elements).reduce(0) { $0 + $1.0 * $1.1 }
}
