internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// The transforms of a correlation layer's patches: of each patch, and of its surroundings in the
/// other input, which reach as far as the displacements do.
///
/// Transforms of at least K + 2 · reach elements keep apart what belongs to different displacements:
/// patch element t meets element t + d + reach, which is below K + 2 · reach.
struct PatchTransforms<Scalar: FourierScalar>: Sendable {
  let transform: RealTransform<Scalar>
  private let geometry: CorrelationGeometry
  private let paddedA: PaddedRows<Scalar>
  private let paddedB: PaddedRows<Scalar>

  /// A thread's plane, and three spectra.
  struct Scratch: Sendable {
    let plane: SharedBuffer<Scalar>
    let spectra: [SharedBuffer<Complex<Scalar>>]
  }

  init(
    _ geometry: CorrelationGeometry, _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, image: Int,
    threads: Int
  ) throws(LayerError) {
    let lengths = geometry.transformLengths()
    transform = try .planned(rows: lengths.rows, columns: lengths.columns)
    self.geometry = geometry
    (paddedA, paddedB) = PaddedRows.pair(geometry, a, b, image: image, threads: threads)
  }

  func scratch() -> Scratch {
    Scratch(
      plane: SharedBuffer(unwritten: transform.sampleCount),
      spectra: (0..<3).map { _ in SharedBuffer(unwritten: transform.spectrumCount) })
  }

  /// Transforms one channel of the patch at (`top`, `left`) of the patches' span.
  func patch(
    _ channel: Int, top: Int, left: Int, _ scratch: Scratch,
    into target: SharedBuffer<Complex<Scalar>>
  ) {
    let size = geometry.kernelSize
    copy(
      paddedA, channel, rows: top..<top + size, columns: left..<left + size, scratch, into: target)
  }

  /// Transforms what one channel of the second input has around that patch.
  func surroundings(
    _ channel: Int, top: Int, left: Int, _ scratch: Scratch,
    into target: SharedBuffer<Complex<Scalar>>
  ) {
    let size = geometry.kernelSize
    copy(
      paddedB, channel, rows: top..<top + size + 2 * geometry.vertical.reach,
      columns: left..<left + size + 2 * geometry.horizontal.reach, scratch, into: target)
  }

  /// Transforms a part of one channel, surrounded by zeros.
  private func copy(
    _ padded: PaddedRows<Scalar>, _ channel: Int, rows: Range<Int>, columns: Range<Int>,
    _ scratch: Scratch, into target: SharedBuffer<Complex<Scalar>>
  ) {
    scratch.plane.fill(0, transform.sampleCount, with: 0)
    for (index, row) in rows.enumerated() {
      scratch.plane.copy(
        columns.count, from: padded.elements,
        at: row * padded.rowStride + channel * padded.channelStride + columns.lowerBound,
        to: index * transform.columns)
    }
    transform.forward(scratch.plane, into: target)
  }
}

extension SharedBuffer {
  /// Adds x · conj(y) to these spectra.
  func addProducts<Scalar: FourierScalar>(
    _ x: SharedBuffer<Complex<Scalar>>, conjugated y: SharedBuffer<Complex<Scalar>>
  ) where Element == Complex<Scalar> {
    precondition(x.count == count && y.count == count)
    unsafe Scalar._operations.kernels.multiplyConjugateAdd(pairs(), x.pairs(), y.pairs(), count)
  }
}

extension CorrelationGeometry {
  /// The numbers of rows and columns of the transforms of patches.
  func transformLengths(
    _ times: TransformTimes = LayerCosts.shared.transforms
  ) -> (rows: Int, columns: Int) {
    (
      times.bestLength(atLeast: kernelSize + 2 * vertical.reach),
      times.bestLength(atLeast: kernelSize + 2 * horizontal.reach)
    )
  }
}
