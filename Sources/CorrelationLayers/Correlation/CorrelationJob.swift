// SPDX-License-Identifier: MIT

internal import FourierTransform

/// One image of a run of the correlation layer: what its patches hold of `a` and meet of `b`.
struct CorrelationJob<Scalar: FourierScalar>: Sendable {
  let geometry: CorrelationGeometry
  let image: Int
  /// Whether what lies in the padding is known to add nothing.
  let skipsPadding: Bool
  let threads: Int
  let a: PaddedRows<Scalar>
  let b: PaddedRows<Scalar>

  /// - Parameter phaseCount: as in ``PaddedRows``.
  init(
    _ geometry: CorrelationGeometry, _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, image: Int,
    phaseCount: Int = 1, skipsPadding: Bool = false, threads: Int
  ) {
    self.geometry = geometry
    self.image = image
    self.skipsPadding = skipsPadding
    self.threads = threads
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    self.a = PaddedRows(
      a, image: image, rows: vertical.patches, columns: horizontal.patches, phaseCount: phaseCount)
    self.b = PaddedRows(
      b, image: image, rows: vertical.surroundings, columns: horizontal.surroundings,
      phaseCount: phaseCount, leavesPaddedRows: skipsPadding)
    PaddedRows.fill([self.a, self.b], threads: threads)
  }

  var function: PairFunction<Scalar> { geometry.isProduct ? .product : .difference }

  /// The offsets of the elements in one column of some rows: rows outermost, channels within.
  func taps(rows: Int) -> TapOffsets {
    func offsets(_ padded: PaddedRows<Scalar>) -> [Int] {
      (0..<rows).flatMap { row in
        (0..<geometry.input.channels).map {
          row * padded.rowStride + $0 * padded.channelStride
        }
      }
    }
    return TapOffsets(a: offsets(a), b: offsets(b))
  }
}
