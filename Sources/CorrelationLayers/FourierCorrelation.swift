internal import ComplexModule
internal import FourierTransform

/// The correlation layer by transforms: each window and its surroundings are transformed, and the
/// product of the spectra, summed over the channels, holds the window's outputs for all
/// displacements.
///
/// A circular correlation of at least K + 2 · reach elements keeps the wanted displacements free of
/// wrapped ones: window element t meets element t + d + reach, which is below K + 2 · reach.
struct FourierCorrelation: Sendable {
  let geometry: CorrelationGeometry

  init(_ geometry: CorrelationGeometry) { self.geometry = geometry }

  /// The numbers of rows and columns of the transforms.
  static func lengths(_ geometry: CorrelationGeometry) -> (rows: Int, columns: Int) {
    let size = geometry.layer.kernelSize
    return (
      TransformCost.bestLength(atLeast: size + 2 * geometry.vertical.reach),
      TransformCost.bestLength(atLeast: size + 2 * geometry.horizontal.reach)
    )
  }

  private struct Scratch<Scalar: LayerScalar>: Sendable {
    let plane: Memory<Scalar>
    let spectrumA: Memory<Complex<Scalar>>
    let spectrumB: Memory<Complex<Scalar>>
    let sum: Memory<Complex<Scalar>>
  }

  func run<Scalar: LayerScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, image: Int, into out: Memory<Scalar>,
    workers: Int
  ) throws(LayerError) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let lengths = Self.lengths(geometry)
    let transform: RealTransform2D<Scalar>
    do {
      transform = try RealTransform2D(rows: lengths.rows, columns: lengths.columns)
    } catch {
      throw .invalidShape([lengths.rows, lengths.columns])
    }
    let storeA = RowStore(
      a, image: image, rows: vertical.first..<vertical.first + vertical.span,
      columns: horizontal.first..<horizontal.first + horizontal.span, workers: workers)
    let storeB = RowStore(
      b, image: image,
      rows: vertical.first - vertical.reach..<vertical.first + vertical.span + vertical.reach,
      columns: horizontal.first - horizontal.reach..<horizontal.first + horizontal.span
        + horizontal.reach,
      workers: workers)
    let scratch = (0..<max(1, min(workers, vertical.outputs))).map { _ in
      Scratch<Scalar>(
        plane: Memory(zeros: transform.sampleCount),
        spectrumA: Memory(zeros: transform.spectrumCount),
        spectrumB: Memory(zeros: transform.spectrumCount),
        sum: Memory(zeros: transform.spectrumCount))
    }
    parallel(units: vertical.outputs, workers: workers) { row, worker in
      for column in 0..<horizontal.outputs {
        compute(row, column, image: image, storeA, storeB, transform, scratch[worker], into: out)
      }
    }
  }

  private func compute<Scalar: LayerScalar>(
    _ row: Int, _ column: Int, image: Int, _ storeA: RowStore<Scalar>, _ storeB: RowStore<Scalar>,
    _ transform: RealTransform2D<Scalar>, _ scratch: Scratch<Scalar>, into out: Memory<Scalar>
  ) {
    let (layer, vertical, horizontal) = (geometry.layer, geometry.vertical, geometry.horizontal)
    let size = layer.kernelSize
    let (top, left) = (row * layer.stride, column * layer.stride)
    let kernels = Scalar._layerKernels
    scratch.sum.fill(0, transform.spectrumCount, with: .zero)
    for channel in 0..<geometry.inputShape.channels {
      copy(
        storeA, channel, rows: top..<top + size, columns: left..<left + size, transform, scratch,
        into: scratch.spectrumA)
      copy(
        storeB, channel, rows: top..<top + size + 2 * vertical.reach,
        columns: left..<left + size + 2 * horizontal.reach, transform, scratch,
        into: scratch.spectrumB)
      let count = transform.spectrumCount
      unsafe kernels.multiplyConjugateAdd(
        Self.numbers(scratch.sum, count), Self.numbers(scratch.spectrumB, count),
        Self.numbers(scratch.spectrumA, count), count)
    }
    scratch.sum.withSpan(0..<transform.spectrumCount) { spectrum in
      scratch.plane.withSpan(0..<transform.sampleCount) { plane in
        do throws(TransformError) {
          try transform.unscaledInverse(consuming: &spectrum, into: &plane)
        } catch {
          preconditionFailure("\(error)")
        }
      }
    }
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

  /// Transforms a part of one channel, surrounded by zeros.
  private func copy<Scalar: LayerScalar>(
    _ store: RowStore<Scalar>, _ channel: Int, rows: Range<Int>, columns: Range<Int>,
    _ transform: RealTransform2D<Scalar>, _ scratch: Scratch<Scalar>,
    into target: Memory<Complex<Scalar>>
  ) {
    scratch.plane.fill(0, transform.sampleCount, with: 0)
    for (index, row) in rows.enumerated() {
      scratch.plane.copy(
        columns.count, from: store.memory,
        at: row * store.rowStride + channel * store.channelStride + columns.lowerBound,
        to: index * transform.columns)
    }
    target.withSpan(0..<transform.spectrumCount) { spectrum in
      scratch.plane.withSpan(0..<transform.sampleCount) { plane in
        do throws(TransformError) {
          try transform.forward(plane.span, into: &spectrum)
        } catch {
          preconditionFailure("\(error)")
        }
      }
    }
  }

  /// Complex numbers as pairs of real ones, which they are in memory.
  @unsafe private static func numbers<Scalar: LayerScalar>(
    _ memory: Memory<Complex<Scalar>>, _ count: Int
  ) -> UnsafeMutablePointer<Scalar> {
    unsafe UnsafeMutableRawPointer(memory.address(0, count)).assumingMemoryBound(to: Scalar.self)
  }
}
