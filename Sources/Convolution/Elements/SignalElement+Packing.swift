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

  /// Writes some of the complex values that a block is packed into, times `factor`.
  ///
  /// A product of transforms of packed blocks is the transform of the packed convolution.
  ///
  /// - Parameter samples: the block; where it is shorter than what is packed, zeros follow.
  /// - Parameter weights: those of the block, from ``packingWeights(packedCount:)``.
  /// - Parameter from: which of the block's values is the first of `packed`.
  static func pack(
    _ samples: Span<Self>, by factor: Scalar, _ weights: TwiddleTable<Scalar>, from: Int,
    into packed: inout MutableSpan<Complex<Scalar>>
  ) {
    guard isReal else {
      let present = from..<max(from, min(from + packed.count, samples.count))
      unsafe withPointers(
        samples.extracting(present.isEmpty ? 0..<0 : present), &packed
      ) { x, z, _ in
        unsafe Scalar._operations.kernels.pointee.scale(x, Double(factor), z, 2 * present.count)
      }
      for index in present.count..<packed.count { packed[index] = .zero }
      return
    }
    let half = weights.count
    precondition(from >= 0 && from + packed.count <= half)
    let wanted = from..<(from + packed.count)
    // Where both halves have samples, then where only the first has, then where neither.
    let both = wanted.clamped(to: 0..<max(0, samples.count - half))
    let start = max(both.upperBound, from)
    let one = start..<max(start, min(wanted.upperBound, samples.count))
    unsafe withPointers(samples, &packed) { (x: UnsafePointer<Scalar>, z, _) in
      unsafe weights.withTables { coarse, fine, fineCount in
        unsafe Scalar._operations.kernels.pointee.pack(
          x + both.lowerBound, x + both.lowerBound + half, Double(factor), coarse, fine, fineCount,
          both.lowerBound, z, both.count)
        unsafe Scalar._operations.kernels.pointee.pack(
          x + one.lowerBound, nil, Double(factor), coarse, fine, fineCount, one.lowerBound,
          z + 2 * (one.lowerBound - from), one.count)
      }
    }
    for index in one.upperBound..<wanted.upperBound { packed[index - from] = .zero }
  }

  /// Takes out the results that some of a block's packed values hold, times `factor`.
  ///
  /// - Parameter packed: the values of the block from `from` on.
  /// - Parameter results: the indices in the block of the results that `output` holds, one for one.
  static func unpack(
    _ packed: Span<Complex<Scalar>>, by factor: Scalar, _ weights: TwiddleTable<Scalar>,
    from: Int, results: Range<Int>, into output: inout MutableSpan<Self>
  ) {
    let held = from..<(from + packed.count)
    guard isReal else {
      let present = held.clamped(to: results)
      guard !present.isEmpty else { return }
      unsafe withPointers(
        packed.extracting((present.lowerBound - from)..<(present.upperBound - from)), &output
      ) { (z: UnsafePointer<Scalar>, y: UnsafeMutablePointer<Scalar>, _) in
        unsafe Scalar._operations.kernels.pointee.scale(
          z, Double(factor), y + 2 * (present.lowerBound - results.lowerBound), 2 * present.count)
      }
      return
    }
    let half = weights.count
    precondition(from >= 0 && from + packed.count <= half && output.count == results.count)
    // Value k of the block holds its results k and k + half.
    let first = held.clamped(to: results)
    let second = held.clamped(to: (results.lowerBound - half)..<(results.upperBound - half))
    let both = first.clamped(to: second)
    unsafe withPointers(packed, &output) {
      (z: UnsafePointer<Scalar>, y: UnsafeMutablePointer<Scalar>, _) in
      unsafe weights.withTables { coarse, fine, fineCount in
        func take(_ range: Range<Int>, first: Bool, second: Bool) {
          guard !range.isEmpty else { return }
          let start = range.lowerBound
          unsafe Scalar._operations.kernels.pointee.unpack(
            z + 2 * (start - from), Double(factor), coarse, fine, fineCount, start,
            first ? y + (start - results.lowerBound) : nil,
            second ? y + (start + half - results.lowerBound) : nil, range.count)
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
  }
}
