internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// The correlation layer of one image by transforms, for products: the product of the spectra of a
/// patch and of its surroundings in the other input, which reach as far as the displacements do,
/// summed over the channels, holds the patch's outputs for all displacements.
///
/// Transforms of at least K + 2 · reach elements keep apart what belongs to different displacements:
/// patch element t meets element t + d + reach, which is below K + 2 · reach.
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

  /// Writes the outputs of the image.
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

  /// Calls `body` for each output of a patch: with its place in the layer's output, and in the plane
  /// of a transform.
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

  /// Transforms one channel of a patch.
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
