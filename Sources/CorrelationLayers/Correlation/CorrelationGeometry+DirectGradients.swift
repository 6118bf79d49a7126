// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// The backward pass of the correlation layer by its definition, in `Double`: nothing is touched
/// but what an output was computed from, so that a NaN or an infinity goes nowhere else.
extension CorrelationGeometry {
  func writeDirectGradients<Scalar: FourierScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, _ outputGradient: FeatureMaps<Scalar>,
    intoA outA: SharedBuffer<Scalar>, intoB outB: SharedBuffer<Scalar>, threads: Int
  ) {
    let shape = input
    forEachPiece(shape.images * shape.channels, threads: threads) { plane, _ in
      let range = plane * shape.planeCount..<(plane + 1) * shape.planeCount
      let (sumsA, sumsB) = sums(
        a.span.extracting(range), b.span.extracting(range), outputGradient,
        image: plane / shape.channels)
      for (index, place) in range.enumerated() {
        outA[place] = Scalar(sumsA[index])
        outB[place] = Scalar(sumsB[index])
      }
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func sums<Scalar: FourierScalar>(
    _ a: Span<Scalar>, _ b: Span<Scalar>, _ outputGradient: FeatureMaps<Scalar>, image: Int
  ) -> (a: [Double], b: [Double]) {
    let shape = input
    func place(_ row: Int, _ column: Int) -> Int? {
      0..<shape.rows ~= row && 0..<shape.columns ~= column ? row * shape.columns + column : nil
    }
    var sumsA = [Double](repeating: 0, count: a.count)
    var sumsB = sumsA
    let gradients = outputGradient.span
    var index = image * outputGradient.shape.channels * outputGradient.shape.planeCount
    for channel in 0..<outputGradient.shape.channels {
      let down =
        (channel / horizontal.displacements - vertical.radius) * displacementStride
      let across =
        (channel % horizontal.displacements - horizontal.radius) * displacementStride
      for i in 0..<vertical.outputs {
        for j in 0..<horizontal.outputs {
          let gradient = Double(gradients[index]) / Double(patchCount)
          index += 1
          for h in 0..<kernelSize {
            for w in 0..<kernelSize {
              let y = vertical.first + i * stride + h
              let x = horizontal.first + j * stride + w
              let (placeA, placeB) = (place(y, x), place(y + down, x + across))
              let left = placeA.map { Double(a[$0]) } ?? 0
              let right = placeB.map { Double(b[$0]) } ?? 0
              let sign: Double = left >= right ? 1 : -1
              if let placeA { sumsA[placeA] += gradient * (isProduct ? right : sign) }
              if let placeB { sumsB[placeB] += gradient * (isProduct ? left : -sign) }
            }
          }
        }
      }
    }
    return (sumsA, sumsB)
  }
}
