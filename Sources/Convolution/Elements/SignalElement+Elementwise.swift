// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import ComputeSupport
package import FourierTransform
internal import VectorKernels

// What is done element by element. To the kernels a complex number is two real ones.
extension SignalElement {
  /// The real numbers in an element.
  static var scalarCount: Int { isReal ? 1 : 2 }

  /// Writes the largest magnitude of a part in each `chunk` elements of `samples`; not finite where
  /// the chunk holds something that is not.
  package static func chunkMaxima(
    of samples: Span<Self>, chunk: Int, into maxima: inout MutableSpan<Scalar>
  ) {
    precondition(maxima.count * chunk >= samples.count)
    unsafe withPointers(samples, &maxima) { x, m, _ in
      unsafe Scalar._operations.kernels.pointee.chunkMaxima(
        x, m, scalarCount * samples.count, scalarCount * chunk)
    }
  }

  /// Whether no sample is infinite or NaN.
  static func areFinite(_ samples: Span<Self>) -> Bool {
    unsafe samples.withUnsafeBufferPointer { samples in
      guard let x = samples.baseAddress else { return true }
      return unsafe Scalar._operations.kernels.pointee.allFinite(
        scalars(x), scalarCount * samples.count) != 0
    }
  }

  /// Whether a part of some result is below the limit.
  static func hasSmallResult(_ results: Span<Self>, below limit: Scalar) -> Bool {
    unsafe results.withUnsafeBufferPointer { results in
      guard let y = results.baseAddress else { return false }
      return unsafe Scalar._operations.kernels.pointee.hasSmallResult(
        scalars(y), scalarCount * results.count, Double(limit)) != 0
    }
  }

  /// Calls `body` with the index of each result in `range` that may be small: a part is below the limit, and
  /// so is the sum of the magnitudes of their products with the given taps, each counted by one
  /// part at least. Of a complex number both parts may be found, one after the other.
  ///
  /// - Parameter taps: in elements, with the samples that results meet them with.
  static func forEachSmallResult(
    of results: borrowing MutableSpan<Self>, _ range: Range<Int>, below limit: Scalar,
    _ samples: Span<Self>, _ taps: [vk_large_tap], _ body: (_ index: Int) -> Void
  ) {
    var taps = taps
    for index in taps.indices {
      let tap = taps[index]
      // Results that meet no sample of this tap are left out.
      let first = max(0, min(tap.first, results.count))
      let end = max(first, min(tap.end, results.count))
      precondition(
        first == end || (tap.offset + first >= 0 && tap.offset + end <= samples.count),
        "the samples of results \(first)..<\(end) are not all among \(samples.count)")
      taps[index].offset *= scalarCount
      taps[index].first = scalarCount * first
      taps[index].end = scalarCount * end
    }
    // A constant is allocated on the stack.
    precondition(VK_MOST_SMALL_RESULTS == 128)
    precondition(range.lowerBound >= 0 && range.upperBound <= results.count)
    let count = scalarCount * range.upperBound
    unsafe results.span.withUnsafeBufferPointer { results in
      unsafe samples.withUnsafeBufferPointer { samples in
        guard let y = results.baseAddress else { return }
        let x: UnsafePointer<Scalar>? = unsafe samples.baseAddress.map { unsafe scalars($0) }
        unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: 128) {
          found in
          var from = scalarCount * range.lowerBound
          while from < count {
            let used = unsafe Scalar._operations.kernels.pointee.smallResults(
              scalars(y), &from, count, Double(limit), x, taps, taps.count, found.baseAddress)
            for index in 0..<used { unsafe body(found[index] / scalarCount) }
          }
        }
      }
    }
  }

  /// Raises each of `maxima` to the magnitude of its counterpart among the parts of `samples`, if
  /// that is larger. NaN counts as larger than an infinity.
  static func raise(_ maxima: inout MutableSpan<Scalar>, toMagnitudesOf samples: Span<Self>) {
    precondition(maxima.count == scalarCount * samples.count)
    unsafe withPointers(samples, &maxima) { x, m, count in
      unsafe Scalar._operations.kernels.pointee.raiseToMagnitudes(x, m, count)
    }
  }

  /// Writes `factor` times each of `source` to `target`, as many as that has.
  static func scale(_ source: Span<Self>, by factor: Scalar, into target: inout MutableSpan<Self>) {
    precondition(source.count >= target.count)
    unsafe withPointers(source, &target) { x, y, count in
      unsafe Scalar._operations.kernels.pointee.scale(x, Double(factor), y, scalarCount * count)
    }
  }
}

// What is done to spectra.
extension FourierScalar {
  /// Multiplies each of `values` by its counterpart in `factors`.
  static func multiply(_ values: inout MutableSpan<Complex<Self>>, by factors: Span<Complex<Self>>)
  {
    precondition(values.count == factors.count)
    unsafe withPointers(factors, &values) { w, z, count in
      unsafe _operations.kernels.pointee.multiply(z, w, count)
    }
  }

  /// Adds to each of `sums` the product of its counterparts.
  static func addProducts(
    _ sums: inout MutableSpan<Complex<Self>>, _ values: Span<Complex<Self>>,
    _ factors: Span<Complex<Self>>
  ) {
    precondition(sums.count == values.count && sums.count == factors.count)
    unsafe withPointers(values, factors, &sums) { z, w, s, count in
      unsafe _operations.kernels.pointee.multiplyAdd(s, z, w, count)
    }
  }

  /// Writes the transpose of `rows` by `columns` complex values.
  ///
  /// - Parameter rowStride: elements from a row of `source` to the next.
  /// - Parameter targetStride: the same of `target`.
  static func transpose(
    _ source: Span<Complex<Self>>, rowStride: Int, into target: inout MutableSpan<Complex<Self>>,
    rowStride targetStride: Int, rows: Int, columns: Int
  ) {
    precondition(source.count >= (rows - 1) * rowStride + columns)
    precondition(target.count >= (columns - 1) * targetStride + rows)
    unsafe withPointers(source, &target) { x, y, _ in
      unsafe _operations.kernels.pointee.transpose(x, rowStride, y, targetStride, rows, columns)
    }
  }
}
