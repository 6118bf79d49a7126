public import ComplexModule
public import FourierTransform

extension Complex: ConvolutionElement where RealType: ConvolutionScalar {
  /// The type of the two parts.
  public typealias Scalar = RealType
  /// Complex signals have complex transforms.
  public typealias Transform = ComplexTransform<RealType>

  /// The complex conjugate, of numbers that are not finite too.
  public var conjugated: Complex {
    let (x, y) = rawStorage
    return Complex(x, -y)
  }
  /// True if a part is NaN.
  public var hasNaN: Bool { rawStorage.x.isNaN || rawStorage.y.isNaN }
  /// NaN in both parts.
  public static var notANumber: Complex { Complex(.nan, .nan) }
  /// The larger magnitude of the two parts.
  public var componentMagnitude: RealType {
    let (x, y) = rawStorage
    return x.isNaN || y.isNaN ? .nan : max(x.magnitude, y.magnitude)
  }
  /// The product of both parts with a real number.
  public func scaled(by factor: RealType) -> Complex {
    let (x, y) = rawStorage
    return Complex(x * factor, y * factor)
  }

  /// There are none: complex numbers are taken for pairs of real ones.
  public static var _vectorKernels: VectorKernelTable<Complex>? { nil }

  /// As many: a complex block is transformed as it is.
  public static func packedCount(_ count: Int) -> Int { count }

  /// Complex blocks have no weights.
  public static func packingWeights(packedCount: Int) -> GeometricTable<RealType> {
    GeometricTable(count: 0, turnsPerStep: 0, over: 1)
  }

  /// See ``ConvolutionElement/slidingDot(_:_:into:)``.
  ///
  /// With x the interleaved parts of the signal, a = x slid along the taps' real parts and b = x
  /// slid along their imaginary parts, two numbers a tap: the result is (a.re - b.im, a.im + b.re).
  public static func slidingDot(
    _ signal: Span<Complex>, _ taps: Span<Complex>, into output: inout MutableSpan<Complex>
  ) {
    precondition(output.isEmpty || signal.count >= output.count + taps.count - 1)
    var realTaps = [RealType](repeating: 0, count: taps.count)
    var imaginaryTaps = realTaps
    for index in taps.indices { (realTaps[index], imaginaryTaps[index]) = taps[index].rawStorage }
    // Tiles that stay in the first-level cache with what they are made from.
    let tile = 512
    var products = [Complex](repeating: .zero, count: min(tile, output.count))
    for from in stride(from: 0, to: output.count, by: tile) {
      let count = min(tile, output.count - from)
      let window = signal.extracting(from..<(from + count + taps.count - 1))
      var part = output._mutatingExtracting(from..<(from + count))
      unsafe withNumbers(window, realTaps.span, &part) { x, w, y, count in
        unsafe RealType._kernels.slidingDot(x, w, y, 2 * count, taps.count, 2)
      }
      var scratch = products.mutableSpan
      var partial = scratch._mutatingExtracting(0..<count)
      unsafe withNumbers(window, imaginaryTaps.span, &partial) { x, w, y, count in
        unsafe RealType._kernels.slidingDot(x, w, y, 2 * count, taps.count, 2)
      }
      for index in part.indices {
        let (a, b) = (part[index].rawStorage, partial[index].rawStorage)
        part[index] = Complex(a.x - b.y, a.y + b.x)
      }
    }
  }

  /// See ``ConvolutionElement/chunkMaxima(of:chunk:into:)``.
  public static func chunkMaxima(
    of samples: Span<Complex>, chunk: Int, into maxima: inout MutableSpan<RealType>
  ) {
    precondition(maxima.count * chunk >= samples.count)
    unsafe withNumbers(samples, &maxima) { x, m, _ in
      unsafe RealType._kernels.chunkMaxima(x, m, 2 * samples.count, 2 * chunk)
    }
  }

  /// See ``ConvolutionElement/pack(_:by:_:from:into:)``.
  public static func pack(
    _ samples: Span<Complex>, by factor: RealType, _ weights: GeometricTable<RealType>, from: Int,
    into packed: inout MutableSpan<Complex>
  ) {
    let present = from..<max(from, min(from + packed.count, samples.count))
    var part = packed._mutatingExtracting(0..<present.count)
    scale(samples.extracting(present.isEmpty ? 0..<0 : present), by: factor, into: &part)
    for index in present.count..<packed.count { packed[index] = .zero }
  }

  /// See ``ConvolutionElement/unpack(_:by:_:from:results:into:)``.
  public static func unpack(
    _ packed: Span<Complex>, by factor: RealType, _ weights: GeometricTable<RealType>, from: Int,
    results: Range<Int>, into output: inout MutableSpan<Complex>
  ) {
    let held = (from..<(from + packed.count)).clamped(to: results)
    guard !held.isEmpty else { return }
    var part = output._mutatingExtracting(
      (held.lowerBound - results.lowerBound)..<(held.upperBound - results.lowerBound))
    scale(
      packed.extracting((held.lowerBound - from)..<(held.upperBound - from)), by: factor,
      into: &part)
  }

  /// See ``ConvolutionElement/raise(_:toMagnitudesOf:)``.
  public static func raise(
    _ maxima: inout MutableSpan<RealType>, toMagnitudesOf samples: Span<Complex>
  ) {
    precondition(maxima.count == 2 * samples.count)
    unsafe withNumbers(samples, &maxima) { x, m, count in
      unsafe RealType._kernels.raiseToMagnitudes(x, m, count)
    }
  }

  /// See ``ConvolutionElement/scale(_:by:into:)``.
  public static func scale(
    _ source: Span<Complex>, by factor: RealType, into target: inout MutableSpan<Complex>
  ) {
    precondition(source.count >= target.count)
    unsafe withNumbers(source, &target) { x, y, count in
      unsafe RealType._kernels.scale(x, factor, y, 2 * count)
    }
  }
}
