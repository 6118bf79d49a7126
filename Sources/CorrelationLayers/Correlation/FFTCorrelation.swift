internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// The correlation layer by transforms: the product of the spectra of a patch and of its
/// surroundings, summed over the channels, holds the patch's outputs for all displacements.
struct FFTCorrelation: Sendable {
  let geometry: CorrelationGeometry

  func run<Scalar: FourierScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, image: Int, into out: SharedBuffer<Scalar>,
    threads: Int
  ) throws(LayerError) {
    let patches = try PatchTransforms(geometry, a, b, image: image, threads: threads)
    forEachPiece(geometry.vertical.outputs, threads: threads) {
      patches.scratch()
    } _: { row, scratch in
      for column in 0..<geometry.horizontal.outputs {
        compute(row, column, image: image, patches, scratch, into: out)
      }
    }
  }

  private func compute<Scalar: FourierScalar>(
    _ row: Int, _ column: Int, image: Int, _ patches: PatchTransforms<Scalar>,
    _ scratch: PatchTransforms<Scalar>.Scratch, into out: SharedBuffer<Scalar>
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let (top, left) = (row * geometry.stride, column * geometry.stride)
    let (patch, surroundings, sum) = (
      scratch.spectra[0], scratch.spectra[1], scratch.spectra[2]
    )
    sum.fill(0, sum.count, with: .zero)
    for channel in 0..<geometry.input.channels {
      patches.patch(channel, top: top, left: left, scratch, into: patch)
      patches.surroundings(channel, top: top, left: left, scratch, into: surroundings)
      sum.addProducts(surroundings, conjugated: patch)
    }
    patches.transform.unscaledInverse(consuming: sum, into: scratch.plane)
    let transform = patches.transform
    let divisor = Scalar(geometry.patchCount) * Scalar(transform.sampleCount)
    for y in 0..<vertical.displacements {
      for x in 0..<horizontal.displacements {
        let channel = y * horizontal.displacements + x
        let target =
          ((image * geometry.output.channels + channel) * vertical.outputs + row)
          * horizontal.outputs + column
        let lag =
          y * geometry.displacementStride * transform.columns + x * geometry.displacementStride
        out[target] = scratch.plane[lag] / divisor
      }
    }
  }
}
