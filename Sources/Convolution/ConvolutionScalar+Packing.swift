public import ComplexModule

// The right-angle circular convolution: a block of N = 2M real samples as M complex numbers.
//
// With w = exp(iπ / 2M), the numbers (x[k] + i · x[k + M]) · w^k turn a circular convolution of
// length M into one of length 2M in which what wraps around changes its sign: w^M = i takes the
// first half to the second, and i · i = -1 the second to the first. So one complex transform of
// half the length does what a real transform does, at FFTW's best rate and with nothing to unravel
// in between. See H. J. Nussbaumer, "Fast Fourier Transform and Convolution Algorithms" (1982),
// and R. E. Crandall and B. Fagin, "Discrete weighted transforms and large-integer arithmetic",
// Mathematics of Computation 62 (1994), section 6.
extension ConvolutionScalar {
  /// Half as many.
  public static func packedCount(_ count: Int) -> Int { count / 2 }

  /// The powers of exp(iπ / 2M).
  public static func packingWeights(packedCount: Int) -> GeometricTable<Self> {
    GeometricTable(count: packedCount, turnsPerStep: 1, over: 4 * packedCount)
  }

  /// See ``ConvolutionElement/pack(_:by:_:from:into:)``.
  public static func pack(
    _ samples: Span<Self>, by factor: Self, _ weights: GeometricTable<Self>, from: Int,
    into packed: inout MutableSpan<Complex<Self>>
  ) {
    let half = weights.count
    precondition(from >= 0 && from + packed.count <= half)
    let wanted = from..<(from + packed.count)
    // Where both halves have samples, then where only the first has, then where neither.
    let both = wanted.clamped(to: 0..<max(0, samples.count - half))
    let one =
      max(
        both.upperBound, from)..<max(
        max(both.upperBound, from), min(wanted.upperBound, samples.count))
    unsafe samples.withUnsafeBufferPointer { x in
      unsafe packed.withUnsafeMutableBufferPointer { z in
        guard let z = z.baseAddress else { return }
        let target: UnsafeMutablePointer<Self> = unsafe numbers(z)
        if let x = x.baseAddress {
          unsafe weights.withTables { coarse, fine, fineCount in
            unsafe _kernels.pack(
              x + both.lowerBound, x + both.lowerBound + half, factor, coarse, fine,
              fineCount, both.lowerBound, target, both.count)
            unsafe _kernels.pack(
              x + one.lowerBound, nil, factor, coarse, fine, fineCount, one.lowerBound,
              target + 2 * (one.lowerBound - from), one.count)
          }
        }
      }
    }
    for index in one.upperBound..<wanted.upperBound { packed[index - from] = .zero }
  }

  /// See ``ConvolutionElement/unpack(_:by:_:from:results:into:)``.
  public static func unpack(
    _ packed: Span<Complex<Self>>, by factor: Self, _ weights: GeometricTable<Self>, from: Int,
    results: Range<Int>, into output: inout MutableSpan<Self>
  ) {
    let half = weights.count
    precondition(from >= 0 && from + packed.count <= half && output.count == results.count)
    let held = from..<(from + packed.count)
    // Number k of the block holds its results k and k + half.
    let first = held.clamped(to: results)
    let second = held.clamped(to: (results.lowerBound - half)..<(results.upperBound - half))
    let both = first.clamped(to: second)
    unsafe packed.withUnsafeBufferPointer { z in
      unsafe output.withUnsafeMutableBufferPointer { y in
        guard let z = z.baseAddress, let y = y.baseAddress else { return }
        unsafe weights.withTables { coarse, fine, fineCount in
          func take(_ range: Range<Int>, first: Bool, second: Bool) {
            guard !range.isEmpty else { return }
            let start = range.lowerBound
            unsafe _kernels.unpack(
              numbers(z + (start - from)), factor, coarse, fine, fineCount, start,
              first ? y + (start - results.lowerBound) : nil,
              second ? y + (start + half - results.lowerBound) : nil,
              range.count)
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
}
