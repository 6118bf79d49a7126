internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// The correlation layer of one image by transforms, for products: the product of the spectra of a
/// patch and of its surroundings in the other input, summed over the channels, holds the patch's
/// outputs for all displacements.
///
/// Patch element t meets element t + d + reach, below the transforms' K + 2 · reach.
struct FFTCorrelation<Scalar: FourierScalar>: Sendable {
  let job: CorrelationJob<Scalar>
  let geometry: CorrelationGeometry
  let transform: RealTransform<Scalar>

  /// What one thread works with.
  struct Scratch: Sendable {
    let plane: SharedBuffer<Scalar>
    let patch: SharedBuffer<Complex<Scalar>>
    let surroundings: SharedBuffer<Complex<Scalar>>
    /// The spectrum of the outputs of all displacements, or of their gradients.
    let outputs: SharedBuffer<Complex<Scalar>>

    init(_ transform: RealTransform<Scalar>) {
      plane = SharedBuffer(unwritten: transform.sampleCount)
      patch = SharedBuffer(unwritten: transform.spectrumCount)
      surroundings = SharedBuffer(unwritten: transform.spectrumCount)
      outputs = SharedBuffer(unwritten: transform.spectrumCount)
    }
  }

  init(_ job: CorrelationJob<Scalar>) throws(LayerError) {
    self.job = job
    geometry = job.geometry
    let lengths = geometry.transformLengths(LayerCosts.shared.transforms)
    transform = try .planned(rows: lengths.rows, columns: lengths.columns)
  }

  func run(into out: SharedBuffer<Scalar>) {
    forEachPiece(geometry.vertical.outputs, threads: job.threads) {
      Scratch(transform)
    } _: { row, scratch in
      for column in 0..<geometry.horizontal.outputs {
        let sum = scratch.outputs
        sum.fill(0, sum.count, with: .zero)
        for channel in 0..<geometry.input.channels {
          transformPatch(channel, row, column, scratch)
          transformSurroundings(channel, row, column, scratch)
          sum.addProducts(scratch.surroundings, conjugated: scratch.patch)
        }
        transform.unscaledInverse(consuming: sum, into: scratch.plane)
        forEachOutput(row, column) { target, lag in
          out[target] = scratch.plane[lag] / divisor
        }
      }
    }
  }

  /// What the mean over a patch and the transforms' scale divide by.
  var divisor: Scalar { Scalar(geometry.patchCount) * Scalar(transform.sampleCount) }

  /// Calls `body` with the place of each of a patch's outputs in the layer's output and in a plane.
  @inline(__always)
  func forEachOutput(_ row: Int, _ column: Int, _ body: (_ output: Int, _ lag: Int) -> Void) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    for y in 0..<vertical.displacements {
      for x in 0..<horizontal.displacements {
        let plane = geometry.outputPlane(image: job.image, row: y, column: x)
        body(
          (plane * vertical.outputs + row) * horizontal.outputs + column,
          (y * transform.columns + x) * geometry.displacementStride)
      }
    }
  }

  func transformPatch(_ channel: Int, _ row: Int, _ column: Int, _ scratch: Scratch) {
    transformPart(job.a, channel, row, column, reach: (0, 0), scratch.plane, into: scratch.patch)
  }

  /// Transforms what one channel of the second input has around a patch.
  func transformSurroundings(_ channel: Int, _ row: Int, _ column: Int, _ scratch: Scratch) {
    transformPart(
      job.b, channel, row, column, reach: (geometry.vertical.reach, geometry.horizontal.reach),
      scratch.plane, into: scratch.surroundings)
  }

  private func transformPart(
    _ padded: PaddedRows<Scalar>, _ channel: Int, _ row: Int, _ column: Int,
    reach: (rows: Int, columns: Int), _ plane: SharedBuffer<Scalar>,
    into spectrum: SharedBuffer<Complex<Scalar>>
  ) {
    plane.fill(0, transform.sampleCount, with: 0)
    let start = channel * padded.channelStride + column * geometry.stride
    for index in 0..<geometry.kernelSize + 2 * reach.rows {
      plane.copy(
        geometry.kernelSize + 2 * reach.columns, from: padded.elements,
        at: (row * geometry.stride + index) * padded.rowStride + start,
        to: index * transform.columns)
    }
    transform.forward(plane, into: spectrum)
  }
}

extension SharedBuffer {
  /// Adds x · conj(y) to these spectra.
  func addProducts<Scalar: FourierScalar>(
    _ x: SharedBuffer<Complex<Scalar>>, conjugated y: SharedBuffer<Complex<Scalar>>
  ) where Element == Complex<Scalar> {
    precondition(x.count == count && y.count == count)
    unsafe Scalar._operations.kernels.pointee.multiplyConjugateAdd(
      pairs(), x.pairs(), y.pairs(), count)
  }
}

extension CorrelationGeometry {
  /// The numbers of rows and columns of the transforms of patches.
  func transformLengths(_ times: TransformTimes) -> (rows: Int, columns: Int) {
    (
      times.bestLength(atLeast: kernelSize + 2 * vertical.reach),
      times.bestLength(atLeast: kernelSize + 2 * horizontal.reach)
    )
  }
}

extension FFTCorrelation {
  /// Adds the gradients of the image's elements, given those of its outputs.
  ///
  /// With the output gradients of a patch in a plane g by displacement, its gradient is the
  /// correlation of its surroundings with g, and theirs the convolution of the patch with g.
  func addGradients(
    _ outputGradient: FeatureMaps<Scalar>, toA outA: SharedBuffer<Scalar>,
    toB outB: SharedBuffer<Scalar>
  ) {
    let vertical = geometry.vertical
    let scratch = (0..<max(1, min(job.threads, vertical.outputs))).map { _ in Scratch(transform) }
    // Rows of patches whose surroundings do not meet are added at once.
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
