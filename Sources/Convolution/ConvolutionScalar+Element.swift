public import ComplexModule

// What a real type does as an element, written once for Float and Double.
extension ConvolutionScalar {
  /// A real number is its own conjugate.
  public var conjugated: Self { self }
  /// True for NaN.
  public var hasNaN: Bool { isNaN }
  /// NaN.
  public static var notANumber: Self { .nan }
  /// The magnitude.
  public var componentMagnitude: Self { magnitude }
  /// The product with another real number.
  public func scaled(by factor: Self) -> Self { self * factor }

  /// Two: the blocks of a real signal go through complex transforms in pairs.
  public static var blocksPerTransform: Int { 2 }

  /// See ``ConvolutionElement/slidingDot(_:_:into:)``.
  public static func slidingDot(
    _ signal: Span<Self>, _ taps: Span<Self>, into output: inout MutableSpan<Self>
  ) {
    precondition(output.isEmpty || signal.count >= output.count + taps.count - 1)
    unsafe withRawElements(signal, taps, &output) { x, w, y, count in
      unsafe _kernels.slidingDot(x, w, y, count, taps.count, 1)
    }
  }

  /// See ``ConvolutionElement/chunkMaxima(of:chunk:into:)``.
  public static func chunkMaxima(
    of samples: Span<Self>, chunk: Int, into maxima: inout MutableSpan<Self>
  ) {
    precondition(maxima.count * chunk >= samples.count)
    unsafe withRawElements(samples, &maxima) { x, m, _ in
      unsafe _kernels.chunkMaxima(x, m, samples.count, chunk)
    }
  }

  /// See ``ConvolutionElement/pack(_:by:_:by:into:)``.
  public static func pack(
    _ first: Span<Self>, by firstFactor: Self, _ second: Span<Self>, by secondFactor: Self,
    into packed: inout MutableSpan<Complex<Self>>
  ) {
    precondition(first.count == packed.count && second.count == packed.count)
    unsafe withRawElements(first, second, &packed) { x, y, z, count in
      unsafe _kernels.interleave(x, Double(firstFactor), y, Double(secondFactor), z, count)
    }
  }

  /// See ``ConvolutionElement/unpack(_:by:into:by:into:)``.
  public static func unpack(
    _ packed: Span<Complex<Self>>, by firstFactor: Self, into first: inout MutableSpan<Self>,
    by secondFactor: Self, into second: inout MutableSpan<Self>
  ) {
    // The first block is full, the second may be cut short by the end of the output.
    precondition(packed.count >= first.count && first.count >= second.count)
    let both = second.count
    unsafe packed.withUnsafeBufferPointer { z in
      unsafe first.withUnsafeMutableBufferPointer { x in
        unsafe second.withUnsafeMutableBufferPointer { y in
          guard let z = z.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return }
          unsafe _kernels.deinterleave(z, Double(firstFactor), x, Double(secondFactor), y, both)
        }
      }
    }
    for index in both..<first.count { first[index] = packed[index].rawStorage.x * firstFactor }
  }

  /// See ``ConvolutionElement/unpack(_:by:into:)``.
  public static func unpack(
    _ packed: Span<Complex<Self>>, by factor: Self, into output: inout MutableSpan<Self>
  ) {
    for index in output.indices { output[index] = packed[index].rawStorage.x * factor }
  }

  /// See ``ConvolutionElement/scale(_:by:into:)``.
  public static func scale(
    _ source: Span<Self>, by factor: Self, into target: inout MutableSpan<Self>
  ) {
    precondition(source.count >= target.count)
    unsafe withRawElements(source, &target) { x, y, count in
      unsafe _kernels.scale(x, Double(factor), y, count)
    }
  }

  /// Multiplies each of `values` by its counterpart in `factors`.
  static func multiply(_ values: inout MutableSpan<Complex<Self>>, by factors: Span<Complex<Self>>)
  {
    precondition(values.count == factors.count)
    unsafe withRawElements(factors, &values) { w, z, count in
      unsafe _kernels.multiply(z, w, count)
    }
  }

  /// Adds to each of `sums` the product of its counterparts.
  static func addProducts(
    _ sums: inout MutableSpan<Complex<Self>>, _ values: Span<Complex<Self>>,
    _ factors: Span<Complex<Self>>
  ) {
    precondition(sums.count == values.count && sums.count == factors.count)
    unsafe withRawElements(values, factors, &sums) { z, w, s, count in
      unsafe _kernels.multiplyAdd(s, z, w, count)
    }
  }

  /// Adds to each of `sums` the product of its counterparts, the second one conjugated.
  static func addConjugateProducts(
    _ sums: inout MutableSpan<Complex<Self>>, _ values: Span<Complex<Self>>,
    _ factors: Span<Complex<Self>>
  ) {
    precondition(sums.count == values.count && sums.count == factors.count)
    unsafe withRawElements(values, factors, &sums) { z, w, s, count in
      unsafe _kernels.multiplyConjugateAdd(s, z, w, count)
    }
  }
}

/// Calls `body` with the addresses of both and the number of elements of `target`, unless empty.
func withRawElements<A, B>(
  _ source: Span<A>, _ target: inout MutableSpan<B>,
  _ body: (UnsafeRawPointer, UnsafeMutableRawPointer, Int) -> Void
) {
  unsafe source.withUnsafeBufferPointer { x in
    unsafe target.withUnsafeMutableBufferPointer { y in
      guard let from = x.baseAddress, let to = y.baseAddress else { return }
      unsafe body(UnsafeRawPointer(from), UnsafeMutableRawPointer(to), y.count)
    }
  }
}

/// Calls `body` with all three addresses and the number of elements of `target`, unless empty.
func withRawElements<A, B, C>(
  _ first: Span<A>, _ second: Span<B>, _ target: inout MutableSpan<C>,
  _ body: (UnsafeRawPointer, UnsafeRawPointer, UnsafeMutableRawPointer, Int) -> Void
) {
  unsafe first.withUnsafeBufferPointer { x in
    unsafe withRawElements(second, &target) { w, y, count in
      guard let from = x.baseAddress else { return }
      unsafe body(UnsafeRawPointer(from), w, y, count)
    }
  }
}
