internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// The backward pass of the correlation layer by transforms, for products.
///
/// With the output gradients of one patch at the places of their displacements in a plane g, the
/// gradient of the patch is the correlation of its surroundings with g, and that of the
/// surroundings is the convolution of the patch with g.
struct FFTCorrelationGradient: Sendable {
  let geometry: CorrelationGeometry

  func run<Scalar: FourierScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, _ outputGradient: FeatureMaps<Scalar>,
    image: Int, intoA outA: SharedBuffer<Scalar>, intoB outB: SharedBuffer<Scalar>, threads: Int
  ) throws(LayerError) {
    let vertical = geometry.vertical
    let patches = try PatchTransforms(geometry, a, b, image: image, threads: threads)
    let scratch = (0..<max(1, min(threads, vertical.outputs))).map { _ in
      (
        patches.scratch(),
        gradient: SharedBuffer<Complex<Scalar>>(
          unwritten: patches.transform.spectrumCount)
      )
    }
    // Rows of patches that are so far apart that their surroundings do not meet are added at once,
    // and such sets of rows one after another.
    let apart = (geometry.kernelSize + 2 * vertical.reach + geometry.stride - 1) / geometry.stride
    for first in 0..<min(apart, vertical.outputs) {
      let rows = Array(stride(from: first, to: vertical.outputs, by: apart))
      forEachPiece(rows.count, threads: threads) { unit, thread in
        for column in 0..<geometry.horizontal.outputs {
          add(
            rows[unit], column, image: image, patches, outputGradient, scratch[thread].0,
            scratch[thread].gradient, intoA: outA, intoB: outB)
        }
      }
    }
  }

  /// Adds the gradients of one patch and of its surroundings.
  private func add<Scalar: FourierScalar>(
    _ row: Int, _ column: Int, image: Int, _ patches: PatchTransforms<Scalar>,
    _ outputGradient: FeatureMaps<Scalar>, _ scratch: PatchTransforms<Scalar>.Scratch,
    _ gradient: SharedBuffer<Complex<Scalar>>, intoA outA: SharedBuffer<Scalar>,
    intoB outB: SharedBuffer<Scalar>
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let transform = patches.transform
    scratch.plane.fill(0, transform.sampleCount, with: 0)
    let divisor = Scalar(geometry.patchCount) * Scalar(transform.sampleCount)
    for y in 0..<vertical.displacements {
      for x in 0..<horizontal.displacements {
        let lag =
          y * geometry.displacementStride * transform.columns + x * geometry.displacementStride
        scratch.plane[lag] =
          outputGradient[image, y * horizontal.displacements + x, row, column] / divisor
      }
    }
    transform.forward(scratch.plane, into: gradient)
    let (top, left) = (row * geometry.stride, column * geometry.stride)
    let (spectrum, product) = (scratch.spectra[0], scratch.spectra[1])
    let size = geometry.kernelSize
    for channel in 0..<geometry.input.channels {
      patches.surroundings(channel, top: top, left: left, scratch, into: spectrum)
      product.fill(0, product.count, with: .zero)
      product.addProducts(spectrum, conjugated: gradient)
      transform.unscaledInverse(consuming: product, into: scratch.plane)
      addPlane(
        scratch.plane, transform, to: outA, plane: image * geometry.input.channels + channel,
        row: vertical.first + top, column: horizontal.first + left, rows: size, columns: size)

      patches.patch(channel, top: top, left: left, scratch, into: spectrum)
      spectrum.withAllElements { spectrum in
        gradient.withAllElements { gradient in
          for index in spectrum.indices { spectrum[index] *= gradient[index] }
        }
      }
      transform.unscaledInverse(consuming: spectrum, into: scratch.plane)
      addPlane(
        scratch.plane, transform, to: outB, plane: image * geometry.input.channels + channel,
        row: vertical.first - vertical.reach + top,
        column: horizontal.first - horizontal.reach + left, rows: size + 2 * vertical.reach,
        columns: size + 2 * horizontal.reach)
    }
  }

  /// Adds the first rows and columns of a plane at a place of an input, without what lies outside.
  private func addPlane<Scalar: FourierScalar>(
    _ source: SharedBuffer<Scalar>, _ transform: RealTransform<Scalar>,
    to out: SharedBuffer<Scalar>,
    plane: Int, row: Int, column: Int, rows: Int, columns: Int
  ) {
    let shape = geometry.input
    let inside = (column..<column + columns).clamped(to: 0..<shape.columns)
    guard !inside.isEmpty else { return }
    for y in (row..<row + rows).clamped(to: 0..<shape.rows) {
      let from = (y - row) * transform.columns + inside.lowerBound - column
      let target = (plane * shape.rows + y) * shape.columns + inside.lowerBound
      unsafe Scalar._operations.kernels.add(
        source.address(from, inside.count), out.address(target, inside.count), inside.count)
    }
  }
}
