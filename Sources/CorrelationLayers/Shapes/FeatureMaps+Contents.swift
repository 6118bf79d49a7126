// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform
internal import Synchronization

extension FeatureMaps where Scalar: FourierScalar {
  /// Whether none of the numbers is a NaN or an infinity.
  func areFinite(threads: Int) -> Bool {
    unsafe all(Scalar._operations.kernels.pointee.allFinite, threads: threads)
  }

  /// Whether all numbers are whole, and at most 2²² (2⁵¹ in double precision).
  func areWhole(threads: Int) -> Bool {
    // Where they are not, nearly always the first few tell.
    let isWhole = unsafe Scalar._operations.kernels.pointee.areWhole
    let first = span.extracting(first: 256)
    guard unsafe first.withUnsafeBufferPointer({ unsafe isWhole($0.baseAddress, $0.count) != 0 })
    else { return false }
    return unsafe all(isWhole, threads: threads)
  }

  /// Whether `test` holds for all parts.
  private func all(
    _ test: @Sendable (UnsafePointer<Scalar>?, Int) -> CInt, threads: Int
  ) -> Bool {
    // Parts that take about as long to read as a thread takes to wake up.
    let parts = (0..<shape.elementCount).pieces(of: 1 << 17)
    let holds = Atomic<Bool>(true)
    forEachPiece(parts.count, threads: threads) { index, _ in
      let part = span.extracting(parts[index])
      let isSo = unsafe part.withUnsafeBufferPointer {
        unsafe test($0.baseAddress, $0.count) != 0
      }
      if !isSo { holds.store(false, ordering: .relaxed) }
    }
    return holds.load(ordering: .relaxed)
  }

  /// The largest magnitude of each plane; not finite where the plane has a NaN or an infinity.
  func peaks(threads: Int) -> [Scalar] {
    let count = shape.planeCount
    let planes = shape.images * shape.channels
    guard count > 0 else { return [Scalar](repeating: 0, count: planes) }
    return makeSharedArray(count: planes, isWritten: true) { (peaks: SharedBuffer<Scalar>) in
      let parts = (0..<planes).pieces(of: max(1, (1 << 17) / count))
      forEachPiece(parts.count, threads: threads) { index, _ in
        let part = parts[index]
        span.extracting(part.lowerBound * count..<part.upperBound * count).withShared { maps in
          unsafe Scalar._operations.kernels.pointee.chunkMaxima(
            maps.address(0, maps.count), peaks.address(part.lowerBound, part.count), maps.count,
            count)
        }
      }
    }
  }
}
