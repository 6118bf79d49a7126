// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import ComputeSupport
internal import FourierTransform

// The right-angle circular convolution: a block of N = 2M real samples as M complex values.
//
// With w = exp(iπ / 2M), the values (x[k] + i · x[k + M]) · w^k turn a circular convolution of
// length M into one of length 2M in which what wraps around changes its sign: w^M = i takes the
// first half to the second, and i · i = -1 the second to the first. So a complex transform of half
// the length does for a real one. See H. J. Nussbaumer, "Fast Fourier Transform and Convolution
// Algorithms" (1982), and R. E. Crandall and B. Fagin, "Discrete weighted transforms and
// large-integer arithmetic", Mathematics of Computation 62 (1994), section 6.
//
// A block of complex samples is transformed as it is.
extension SignalElement {
  /// How many complex values ``pack(_:by:_:from:into:)`` makes of `count` samples: as many of complex
  /// samples, half as many of real ones.
  static func packedCount(_ count: Int) -> Int { isReal ? count / 2 : count }

  /// The weights of packed blocks of `packedCount` complex values: the powers of exp(iπ / 2M) for
  /// real samples, none for complex ones.
  static func packingWeights(packedCount: Int) -> TwiddleTable<Scalar> {
    TwiddleTable(count: isReal ? packedCount : 0, stepNumerator: 1, denominator: 4 * packedCount)
  }

  /// Writes the complex values that a block is packed into, times `factor`.
  ///
  /// A product of transforms of packed blocks is the transform of the packed convolution.
  ///
  /// - Parameter samples: the block; where it is shorter than what is packed, zeros follow.
  /// - Parameter weights: those of the block, from ``packingWeights(packedCount:)``.
  static func pack(
    _ samples: Span<Self>, by factor: Scalar, _ weights: TwiddleTable<Scalar>,
    into packed: inout MutableSpan<Complex<Scalar>>
  ) {
    guard isReal else {
      let present = min(packed.count, samples.count)
      unsafe withPointers(samples, &packed) { x, z, _ in
        unsafe Scalar._operations.kernels.pointee.scale(x, Double(factor), z, 2 * present)
      }
      for index in present..<packed.count { packed[index] = .zero }
      return
    }
    let half = weights.count
    precondition(packed.count == half)
    // Where both halves have samples, then where only the first has, then where neither.
    let both = max(0, min(half, samples.count - half))
    let one = both..<min(half, max(both, samples.count))
    unsafe withPointers(samples, &packed) { (x: UnsafePointer<Scalar>, z, _) in
      unsafe weights.withTables { coarse, fine, fineCount in
        unsafe Scalar._operations.kernels.pointee.pack(
          x, x + half, Double(factor), coarse, fine, fineCount, 0, z, both)
        unsafe Scalar._operations.kernels.pointee.pack(
          x + one.lowerBound, nil, Double(factor), coarse, fine, fineCount, one.lowerBound,
          z + 2 * one.lowerBound, one.count)
      }
    }
    for index in one.upperBound..<half { packed[index] = .zero }
  }

  /// Takes out the results that a block's packed values hold, times `factor`; returns where some of
  /// them may be below `limit`.
  ///
  /// - Parameter results: the indices in the block of the results that `output` holds, one for one.
  static func unpack(
    _ packed: Span<Complex<Scalar>>, by factor: Scalar, _ weights: TwiddleTable<Scalar>,
    results: Range<Int>, into output: inout MutableSpan<Self>, below limit: Scalar
  ) -> ResultSegments {
    precondition(output.count == results.count)
    var small = ResultSegments(none: results.count)
    guard isReal else {
      unsafe withPointers(packed.extracting(results), &output) {
        (z: UnsafePointer<Scalar>, y: UnsafeMutablePointer<Scalar>, _) in
        unsafe Scalar._operations.kernels.pointee.scale(z, Double(factor), y, 2 * results.count)
      }
      if hasSmallResult(output.span, below: limit) { small.insert(0..<results.count) }
      return small
    }
    let half = weights.count
    precondition(packed.count == half)
    // Value k of the block holds its results k and k + half.
    let held = packed.indices
    let first = held.clamped(to: results)
    let second = held.clamped(to: (results.lowerBound - half)..<(results.upperBound - half))
    let both = first.clamped(to: second)
    unsafe withPointers(packed, &output) {
      (z: UnsafePointer<Scalar>, y: UnsafeMutablePointer<Scalar>, _) in
      unsafe weights.withTables { coarse, fine, fineCount in
        func take(_ range: Range<Int>, first: Bool, second: Bool) {
          guard !range.isEmpty else { return }
          let start = range.lowerBound
          let place = start - results.lowerBound
          let found = unsafe Scalar._operations.kernels.pointee.unpack(
            z + 2 * start, Double(factor), coarse, fine, fineCount, start,
            first ? y + place : nil, second ? y + (place + half) : nil, range.count, Double(limit))
          if found & 1 != 0 { small.insert(place..<(place + range.count)) }
          if found & 2 != 0 { small.insert((place + half)..<(place + half + range.count)) }
        }
        if both.isEmpty {
          take(first, first: true, second: false)
          take(second, first: false, second: true)
        } else {
          take(both, first: true, second: true)
          take(first.lowerBound..<both.lowerBound, first: true, second: false)
          take(both.upperBound..<first.upperBound, first: true, second: false)
          take(second.lowerBound..<both.lowerBound, first: false, second: true)
          take(both.upperBound..<second.upperBound, first: false, second: true)
        }
      }
    }
    return small
  }
}
