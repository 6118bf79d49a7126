// SPDX-License-Identifier: MIT

import CorrelationLayers

/// The correlation layer and its gradients as nothing but the sums that define them.
struct CorrelationDefinition {
  let layer: CorrelationLayer

  /// Calls `body` for each pair of elements that an output is the mean of, and tells whether each
  /// lies inside its image (elsewhere it is zero).
  private func forEachPair(
    _ shape: FeatureMapShape, _ output: FeatureMapShape,
    _ body: (_ n: Int, _ q: Int, _ i: Int, _ j: Int, _ c: Int, _ a: Place, _ b: Place) -> Void
  ) {
    for n in 0..<output.images {
      for q in 0..<output.channels {
        let d = layer.displacement(ofChannel: q)
        for i in 0..<output.rows {
          for j in 0..<output.columns {
            for c in 0..<shape.channels {
              for h in 0..<layer.kernelSize {
                for w in 0..<layer.kernelSize {
                  let y = i * layer.stride + layer.maxDisplacement.rows - layer.padding + h
                  let x = j * layer.stride + layer.maxDisplacement.columns - layer.padding + w
                  body(
                    n, q, i, j, c, Place(y, x, shape),
                    Place(y + d.rows, x + d.columns, shape))
                }
              }
            }
          }
        }
      }
    }
  }

  struct Place {
    let row: Int
    let column: Int
    let isInside: Bool

    init(_ row: Int, _ column: Int, _ shape: FeatureMapShape) {
      (self.row, self.column) = (row, column)
      isInside = 0..<shape.rows ~= row && 0..<shape.columns ~= column
    }

    func value(in maps: FeatureMaps<Double>, _ n: Int, _ c: Int) -> Double {
      isInside ? maps[n, c, row, column] : 0
    }
  }

  func outputShape(for shape: FeatureMapShape) throws -> FeatureMapShape {
    let kr = (layer.kernelSize - 1) / 2
    func length(_ n: Int, _ d: Int) -> Int {
      Int((Double(n + 2 * layer.padding - 2 * (d + kr)) / Double(layer.stride)).rounded(.up))
    }
    func count(_ d: Int) -> Int { 2 * (d / layer.displacementStride) + 1 }
    return try FeatureMapShape(
      images: shape.images,
      channels: count(layer.maxDisplacement.rows) * count(layer.maxDisplacement.columns),
      rows: length(shape.rows, layer.maxDisplacement.rows),
      columns: length(shape.columns, layer.maxDisplacement.columns))
  }

  func forward(_ a: FeatureMaps<Double>, _ b: FeatureMaps<Double>) throws -> FeatureMaps<Double> {
    var out = FeatureMaps(shape: try outputShape(for: a.shape), repeating: 0.0)
    let count = Double(layer.kernelSize * layer.kernelSize * a.shape.channels)
    forEachPair(a.shape, out.shape) { n, q, i, j, c, pa, pb in
      let (left, right) = (pa.value(in: a, n, c), pb.value(in: b, n, c))
      out[n, q, i, j] +=
        (layer.comparison == .product ? left * right : abs(left - right)) / count
    }
    return out
  }

  func backward(
    _ a: FeatureMaps<Double>, _ b: FeatureMaps<Double>, _ outputGradient: FeatureMaps<Double>
  ) -> (a: FeatureMaps<Double>, b: FeatureMaps<Double>) {
    var da = FeatureMaps(shape: a.shape, repeating: 0.0)
    var db = FeatureMaps(shape: b.shape, repeating: 0.0)
    let count = Double(layer.kernelSize * layer.kernelSize * a.shape.channels)
    forEachPair(a.shape, outputGradient.shape) { n, q, i, j, c, pa, pb in
      let gradient = outputGradient[n, q, i, j] / count
      let (left, right) = (pa.value(in: a, n, c), pb.value(in: b, n, c))
      let isProduct = layer.comparison == .product
      let sign: Double = left >= right ? 1 : -1
      if pa.isInside { da[n, c, pa.row, pa.column] += gradient * (isProduct ? right : sign) }
      if pb.isInside { db[n, c, pb.row, pb.column] += gradient * (isProduct ? left : -sign) }
    }
    return (da, db)
  }
}
