internal import ComputeSupport
internal import FourierTransform

/// The backward pass of the correlation layer by its definition: each output's gradient goes to the
/// elements that the output was computed from.
///
/// Nothing else is touched, so that a NaN or an infinity goes where the definition sends it. Sums
/// are in `Double`. Channels do not meet, and are the units of work.
struct DirectCorrelationGradient: Sendable {
  let geometry: CorrelationGeometry

  func run<Scalar: FourierScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, _ outputGradient: FeatureMaps<Scalar>,
    intoA outA: SharedBuffer<Scalar>, intoB outB: SharedBuffer<Scalar>, threads: Int
  ) {
    let count = geometry.inputShape.planeCount
    let planes = geometry.inputShape.images * geometry.inputShape.channels
    forEachPiece(planes, threads: threads) { plane, _ in
      let range = plane * count..<(plane + 1) * count
      let (sumsA, sumsB) = sums(
        a.elements.span.extracting(range), b.elements.span.extracting(range), outputGradient,
        image: plane / geometry.inputShape.channels)
      for index in 0..<count {
        outA[range.lowerBound + index] = Scalar(sumsA[index])
        outB[range.lowerBound + index] = Scalar(sumsB[index])
      }
    }
  }

  /// The gradients of one channel.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func sums<Scalar: FourierScalar>(
    _ a: Span<Scalar>, _ b: Span<Scalar>, _ outputGradient: FeatureMaps<Scalar>, image: Int
  ) -> (a: [Double], b: [Double]) {
    let (layer, vertical, horizontal) = (geometry.layer, geometry.vertical, geometry.horizontal)
    let (rows, columns) = (geometry.inputShape.rows, geometry.inputShape.columns)
    let isProduct = layer.comparison == .product
    var sumsA = [Double](repeating: 0, count: a.count)
    var sumsB = sumsA
    let gradients = outputGradient.elements.span
    var index = image * outputGradient.shape.channels * outputGradient.shape.planeCount
    for channel in 0..<outputGradient.shape.channels {
      let displacement = layer.displacement(ofChannel: channel)
      for i in 0..<vertical.outputs {
        for j in 0..<horizontal.outputs {
          let gradient = Double(gradients[index]) / Double(geometry.windowCount)
          index += 1
          for h in 0..<layer.kernelSize {
            for w in 0..<layer.kernelSize {
              let y = vertical.first + i * layer.stride + h
              let x = horizontal.first + j * layer.stride + w
              let (otherY, otherX) = (y + displacement.rows, x + displacement.columns)
              let isInA = 0..<rows ~= y && 0..<columns ~= x
              let isInB = 0..<rows ~= otherY && 0..<columns ~= otherX
              let left = isInA ? Double(a[y * columns + x]) : 0
              let right = isInB ? Double(b[otherY * columns + otherX]) : 0
              let sign: Double = left >= right ? 1 : -1
              if isInA { sumsA[y * columns + x] += gradient * (isProduct ? right : sign) }
              if isInB {
                sumsB[otherY * columns + otherX] += gradient * (isProduct ? left : -sign)
              }
            }
          }
        }
      }
    }
    return (sumsA, sumsB)
  }
}
