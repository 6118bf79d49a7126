internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// The correlation layer by transforms: the product of the spectra of a window and of its
/// surroundings, summed over the channels, holds the window's outputs for all displacements.
struct FFTCorrelation: Sendable {
  let geometry: CorrelationGeometry

  init(_ geometry: CorrelationGeometry) { self.geometry = geometry }

  func run<Scalar: FourierScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, image: Int, into out: SharedBuffer<Scalar>,
    threads: Int
  ) throws(LayerError) {
    let windows = try PatchTransforms(geometry, a, b, image: image, threads: threads)
    let scratch = (0..<max(1, min(threads, geometry.vertical.outputs))).map { _ in
      windows.scratch()
    }
    forEachPiece(geometry.vertical.outputs, threads: threads) { row, thread in
      for column in 0..<geometry.horizontal.outputs {
        compute(row, column, image: image, windows, scratch[thread], into: out)
      }
    }
  }

  private func compute<Scalar: FourierScalar>(
    _ row: Int, _ column: Int, image: Int, _ windows: PatchTransforms<Scalar>,
    _ scratch: PatchTransforms<Scalar>.Scratch, into out: SharedBuffer<Scalar>
  ) {
    let (layer, vertical, horizontal) = (geometry.layer, geometry.vertical, geometry.horizontal)
    let (top, left) = (row * layer.stride, column * layer.stride)
    let (window, surroundings, sum) = (
      scratch.spectra[0], scratch.spectra[1], scratch.spectra[2]
    )
    sum.fill(0, sum.count, with: .zero)
    for channel in 0..<geometry.inputShape.channels {
      windows.window(channel, top: top, left: left, scratch, into: window)
      windows.surroundings(channel, top: top, left: left, scratch, into: surroundings)
      sum.addProducts(surroundings, conjugated: window)
    }
    windows.transform.unscaledInverse(consuming: sum, into: scratch.plane)
    let transform = windows.transform
    let divisor = Scalar(geometry.windowCount) * Scalar(transform.sampleCount)
    for y in 0..<vertical.displacements {
      for x in 0..<horizontal.displacements {
        let channel = y * horizontal.displacements + x
        let target =
          ((image * geometry.outputShape.channels + channel) * vertical.outputs + row)
          * horizontal.outputs + column
        let lag =
          y * layer.displacementStride * transform.columns + x * layer.displacementStride
        out[target] = scratch.plane[lag] / divisor
      }
    }
  }
}
