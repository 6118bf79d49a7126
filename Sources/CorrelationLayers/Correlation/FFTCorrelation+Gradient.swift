internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

extension FFTCorrelation {
  /// Adds the gradients of the image's elements, given those of its outputs.
  ///
  /// With the output gradients of one patch at the places of their displacements in a plane g, the
  /// gradient of the patch is the correlation of its surroundings with g, and that of the
  /// surroundings is the convolution of the patch with g.
  func addGradients(
    _ outputGradient: FeatureMaps<Scalar>, toA outA: SharedBuffer<Scalar>,
    toB outB: SharedBuffer<Scalar>
  ) {
    let vertical = geometry.vertical
    let scratch = (0..<max(1, min(job.threads, vertical.outputs))).map { _ in Scratch(transform) }
    // Rows of patches that are so far apart that their surroundings do not meet are added at once,
    // and such sets of rows one after another.
    let apart = (geometry.kernelSize + 2 * vertical.reach + geometry.stride - 1) / geometry.stride
    for first in 0..<min(apart, vertical.outputs) {
      let rows = Array(stride(from: first, to: vertical.outputs, by: apart))
      forEachPiece(rows.count, threads: job.threads) { unit, thread in
        for column in 0..<geometry.horizontal.outputs {
          addGradients(
            ofPatch: rows[unit], column, outputGradient.span, scratch[thread], toA: outA, toB: outB)
        }
      }
    }
  }

  /// Adds the gradients of one patch and of its surroundings.
  private func addGradients(
    ofPatch row: Int, _ column: Int, _ outputGradient: Span<Scalar>, _ scratch: Scratch,
    toA outA: SharedBuffer<Scalar>, toB outB: SharedBuffer<Scalar>
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let (plane, patch, gradient) = (scratch.plane, scratch.patch, scratch.outputs)
    plane.fill(0, transform.sampleCount, with: 0)
    forEachOutput(row, column) { source, lag in plane[lag] = outputGradient[source] / divisor }
    transform.forward(plane, into: gradient)
    let top = vertical.first + row * geometry.stride
    let left = horizontal.first + column * geometry.stride
    for channel in 0..<geometry.input.channels {
      transformSurroundings(channel, row, column, scratch)
      patch.fill(0, patch.count, with: .zero)
      patch.addProducts(scratch.surroundings, conjugated: gradient)
      transform.unscaledInverse(consuming: patch, into: plane)
      add(
        plane, to: outA, channel, rows: top..<top + geometry.kernelSize,
        columns: left..<left + geometry.kernelSize)

      transformPatch(channel, row, column, scratch)
      patch.withAllElements { patch in
        let gradient = gradient.span
        for index in patch.indices { patch[index] *= gradient[index] }
      }
      transform.unscaledInverse(consuming: patch, into: plane)
      add(
        plane, to: outB, channel,
        rows: top - vertical.reach..<top + geometry.kernelSize + vertical.reach,
        columns: left - horizontal.reach..<left + geometry.kernelSize + horizontal.reach)
    }
  }

  /// Adds the first rows and columns of a plane at a place of an input, without what lies outside.
  private func add(
    _ plane: SharedBuffer<Scalar>, to out: SharedBuffer<Scalar>, _ channel: Int, rows: Range<Int>,
    columns: Range<Int>
  ) {
    let shape = geometry.input
    let top = (job.image * shape.channels + channel) * shape.rows
    let inside = columns.clamped(to: 0..<shape.columns)
    guard !inside.isEmpty else { return }
    for row in rows.clamped(to: 0..<shape.rows) {
      let from =
        (row - rows.lowerBound) * transform.columns + inside.lowerBound - columns.lowerBound
      let target = (top + row) * shape.columns + inside.lowerBound
      unsafe Scalar._operations.kernels.pointee.add(
        plane.address(from, inside.count), out.address(target, inside.count), inside.count)
    }
  }
}
