internal import ComplexModule

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

  /// Those for this precision.
  public static var _vectorKernels: VectorKernelTable<Self>? { _kernels }

  /// See ``ConvolutionElement/slidingDot(_:_:into:)``.
  public static func slidingDot(
    _ signal: Span<Self>, _ taps: Span<Self>, into output: inout MutableSpan<Self>
  ) {
    precondition(output.isEmpty || signal.count >= output.count + taps.count - 1)
    unsafe withNumbers(signal, taps, &output) { x, w, y, count in
      unsafe _kernels.slidingDot(x, w, y, count, taps.count, 1)
    }
  }

  /// See ``ConvolutionElement/chunkMaxima(of:chunk:into:)``.
  public static func chunkMaxima(
    of samples: Span<Self>, chunk: Int, into maxima: inout MutableSpan<Self>
  ) {
    precondition(maxima.count * chunk >= samples.count)
    unsafe withNumbers(samples, &maxima) { x, m, _ in
      unsafe _kernels.chunkMaxima(x, m, samples.count, chunk)
    }
  }

  /// See ``ConvolutionElement/raise(_:toMagnitudesOf:)``.
  public static func raise(
    _ maxima: inout MutableSpan<Self>, toMagnitudesOf samples: Span<Self>
  ) {
    precondition(maxima.count == samples.count)
    unsafe withNumbers(samples, &maxima) { x, m, count in
      unsafe _kernels.raiseToMagnitudes(x, m, count)
    }
  }

  /// See ``ConvolutionElement/scale(_:by:into:)``.
  public static func scale(
    _ source: Span<Self>, by factor: Self, into target: inout MutableSpan<Self>
  ) {
    precondition(source.count >= target.count)
    unsafe withNumbers(source, &target) { x, y, count in
      unsafe _kernels.scale(x, factor, y, count)
    }
  }

  /// Multiplies each of `values` by its counterpart in `factors`.
  static func multiply(_ values: inout MutableSpan<Complex<Self>>, by factors: Span<Complex<Self>>)
  {
    precondition(values.count == factors.count)
    unsafe withNumbers(factors, &values) { w, z, count in
      unsafe _kernels.multiply(z, w, count)
    }
  }

  /// Writes the transpose of `rows` by `columns` numbers; rows are some distance apart on either
  /// side.
  static func transpose(
    _ source: Span<Complex<Self>>, rowDistance: Int, into target: inout MutableSpan<Complex<Self>>,
    rowDistance targetDistance: Int, rows: Int, columns: Int
  ) {
    precondition(source.count >= (rows - 1) * rowDistance + columns)
    precondition(target.count >= (columns - 1) * targetDistance + rows)
    unsafe withNumbers(source, &target) { x, y, _ in
      unsafe _kernels.transpose(x, rowDistance, y, targetDistance, rows, columns)
    }
  }

  /// Adds to each of `sums` the product of its counterparts.
  static func addProducts(
    _ sums: inout MutableSpan<Complex<Self>>, _ values: Span<Complex<Self>>,
    _ factors: Span<Complex<Self>>
  ) {
    precondition(sums.count == values.count && sums.count == factors.count)
    unsafe withNumbers(values, factors, &sums) { z, w, s, count in
      unsafe _kernels.multiplyAdd(s, z, w, count)
    }
  }
}

/// Writes `source` to `target`, which has as many elements, as fast as memory allows.
func copyElements<Element>(_ source: Span<Element>, into target: inout MutableSpan<Element>) {
  precondition(source.count == target.count)
  unsafe source.withUnsafeBufferPointer { from in
    unsafe target.withUnsafeMutableBufferPointer { to in _ = unsafe to.update(fromContentsOf: from)
    }
  }
}

// For the kernels, which know real numbers only: a complex number is two of them. `Source` and
// `Target` are the types that the elements are made of.

/// Calls `body` with the addresses of both and the number of elements of `target`, unless empty.
func withNumbers<A, B, Source, Target>(
  _ source: Span<A>, _ target: inout MutableSpan<B>,
  _ body: (UnsafePointer<Source>, UnsafeMutablePointer<Target>, Int) -> Void
) {
  unsafe source.withUnsafeBufferPointer { x in
    unsafe target.withUnsafeMutableBufferPointer { y in
      guard let from = x.baseAddress, let to = y.baseAddress else { return }
      unsafe body(numbers(from), numbers(to), y.count)
    }
  }
}

/// Calls `body` with all three addresses and the number of elements of `target`, unless empty.
func withNumbers<A, B, C, Source, Target>(
  _ first: Span<A>, _ second: Span<B>, _ target: inout MutableSpan<C>,
  _ body: (UnsafePointer<Source>, UnsafePointer<Source>, UnsafeMutablePointer<Target>, Int) -> Void
) {
  unsafe first.withUnsafeBufferPointer { x in
    unsafe withNumbers(second, &target) { w, y, count in
      guard let from = x.baseAddress else { return }
      unsafe body(numbers(from), w, y, count)
    }
  }
}

/// The real numbers that elements are made of.
func numbers<Element, Scalar>(_ elements: UnsafePointer<Element>) -> UnsafePointer<Scalar> {
  unsafe UnsafeRawPointer(elements).assumingMemoryBound(to: Scalar.self)
}

/// The real numbers that elements are made of, for writing.
func numbers<Element, Scalar>(
  _ elements: UnsafeMutablePointer<Element>
) -> UnsafeMutablePointer<Scalar> {
  unsafe UnsafeMutableRawPointer(elements).assumingMemoryBound(to: Scalar.self)
}
