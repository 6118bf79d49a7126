internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import RealModule

/// Convolves blocks of a fixed number of samples, circularly, with one kernel: the step that the
/// FFT methods are made of.
///
/// What wraps around a block of real samples changes its sign; callers use no such results. A block
/// is scaled by a power of two so that its largest sample is near 1, and its results are scaled
/// back: neither overflow nor underflow within the transform shows in them. What a plain transform
/// would spread over the whole block is kept where it belongs; see BlockCare.swift.
///
/// - Complexity: O(N log N) for a block of N samples.
struct BlockConvolver<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar

  let kernel: PreparedKernel<Element>
  private let transform: PackedTransform<Element>
  /// The spectrum of the kernel, scaled to a peak near 1, over the length that the inverse
  /// transform does not divide by.
  let kernelSpectrum: Spectrum<Scalar>

  /// The samples of a block, N.
  var length: Int { transform.length }

  /// Prepares blocks of `length` samples, one of the planner's lengths and at least as many as the
  /// kernel has taps.
  ///
  /// - Parameter expectedBlocks: how many blocks are to be convolved.
  init(
    _ kernel: PreparedKernel<Element>, length: Int, expectedBlocks: Int = 1, threads: Int = 1
  ) {
    precondition(length >= kernel.count, "a block of \(length) is shorter than its kernel")
    self.kernel = kernel
    let transform = PackedTransform<Element>.shared(
      length: length, expectedBlocks: expectedBlocks)
    self.transform = transform
    let factor: Scalar = powerOfTwo(-kernel.exponent) / Scalar(transform.count)
    kernelSpectrum = Spectrum(count: transform.storage) { spectrum in
      switch transform.kind {
      case .plain(let plain):
        var packed = AlignedBuffer<Complex<Scalar>>(repeating: .zero, count: transform.count)
        var numbers = packed.mutableSpan
        Element.pack(
          kernel.finiteTaps.span, by: factor, transform.weights, from: 0, into: &numbers)
        cannotFail { () throws(TransformError) in try plain.forward(numbers.span, into: &spectrum) }
      case .fourStep(let steps):
        var own = steps.makeWorkspace()
        kernel.finiteTaps.span.withShared { taps in
          Self.forwardColumns(steps, taps, factor, &spectrum, &own, threads)
        }
        Self.forEachRow(steps, &spectrum, &own, threads) { _, numbers, workspace in
          steps.forwardRow(&numbers, in: &workspace)
        }
      }
    }
  }

  /// Memory for one block at a time.
  func makeWorkspace() -> BlockWorkspace<Element> { BlockWorkspace(transform) }

  /// Convolves one block, with samples times 2^-`exponent`, and writes its `results` scaled back.
  ///
  /// - Parameter samples: the block; where it is shorter than the block's length, zeros follow.
  func convolve(
    _ samples: Span<Element>, exponent: Int, results: Range<Int>,
    into output: inout MutableSpan<Element>, in workspace: inout BlockWorkspace<Element>,
    threads: Int = 1
  ) {
    switch transform.kind {
    case .plain(let plain):
      Self.load(
        samples, powerOfTwo(-exponent), transform, plain, &workspace.packed, &workspace.spectrum)
      filter(plain, &workspace.packed, &workspace.spectrum)
      take(workspace.packed, exponent: exponent, results, into: &output)
    case .fourStep(let steps):
      loadInSteps(steps, samples, exponent, &workspace.packed, &workspace.steps, threads)
      filterRows(steps, &workspace.packed, &workspace.steps, threads)
      takeInSteps(
        steps, workspace.packed, &workspace.steps, exponent, results, into: &output, threads)
    }
  }

  // The steps of a plain transform.

  private static func load(
    _ samples: Span<Element>, _ factor: Scalar, _ transform: PackedTransform<Element>,
    _ plain: ComplexTransform<Scalar>, _ packedBuffer: inout AlignedBuffer<Complex<Scalar>>,
    _ spectrumBuffer: inout AlignedBuffer<Complex<Scalar>>
  ) {
    var packed = packedBuffer.mutableSpan
    var spectrum = spectrumBuffer.mutableSpan
    Element.pack(samples, by: factor, transform.weights, from: 0, into: &packed)
    cannotFail { () throws(TransformError) in try plain.forward(packed.span, into: &spectrum) }
  }

  private func filter(
    _ plain: ComplexTransform<Scalar>, _ packedBuffer: inout AlignedBuffer<Complex<Scalar>>,
    _ spectrumBuffer: inout AlignedBuffer<Complex<Scalar>>
  ) {
    var packed = packedBuffer.mutableSpan
    var spectrum = spectrumBuffer.mutableSpan
    kernelSpectrum.withValues { Scalar.multiply(&spectrum, by: $0) }
    cannotFail { () throws(TransformError) in
      try plain.unscaledInverse(consuming: &spectrum, into: &packed)
    }
  }

  private func take(
    _ packed: borrowing AlignedBuffer<Complex<Scalar>>, exponent: Int, _ results: Range<Int>,
    into output: inout MutableSpan<Element>
  ) {
    let (factor, rest): (Scalar, Scalar) = powerOfTwoFactors(exponent + kernel.exponent)
    Element.unpack(
      packed.span, by: factor, transform.weights, from: 0, results: results, into: &output)
    Self.scale(&output, by: rest)
  }

  static func scale(_ output: inout MutableSpan<Element>, by rest: Scalar) {
    guard rest != 1 else { return }
    for index in output.indices { output[index] = output[index].scaled(by: rest) }
  }

  /// Convolves one block with this kernel and with another one's of the same length, by one
  /// transform forward and two back.
  func convolve(
    _ samples: Span<Element>, exponent: Int, andWith other: BlockConvolver, results: Range<Int>,
    into first: inout MutableSpan<Element>, _ second: inout MutableSpan<Element>,
    in workspace: inout BlockWorkspace<Element>, threads: Int = 1
  ) {
    switch transform.kind {
    case .plain(let plain):
      Self.load(
        samples, powerOfTwo(-exponent), transform, plain, &workspace.packed, &workspace.spectrum)
      Self.copy(workspace.spectrum, to: &workspace.spectrumCopy)
      filter(plain, &workspace.packed, &workspace.spectrum)
      take(workspace.packed, exponent: exponent, results, into: &first)
      Self.restore(workspace.spectrumCopy, to: &workspace.spectrum)
      other.filter(plain, &workspace.packed, &workspace.spectrum)
      other.take(workspace.packed, exponent: exponent, results, into: &second)
    case .fourStep(let steps):
      loadInSteps(steps, samples, exponent, &workspace.packed, &workspace.steps, threads)
      filterRows(
        steps, &workspace.packed, andWith: other, &workspace.spectrum, &workspace.steps, threads)
      takeInSteps(
        steps, workspace.packed, &workspace.steps, exponent, results, into: &first, threads)
      other.takeInSteps(
        steps, workspace.spectrum, &workspace.steps, exponent, results, into: &second, threads)
    }
  }

  private static func copy(
    _ spectrum: borrowing AlignedBuffer<Complex<Scalar>>, to copy: inout [Complex<Scalar>]
  ) {
    copy.removeAll(keepingCapacity: true)
    let values = spectrum.span
    for index in values.indices { copy.append(values[index]) }
  }

  private static func restore(
    _ copy: [Complex<Scalar>], to spectrum: inout AlignedBuffer<Complex<Scalar>>
  ) {
    var values = spectrum.mutableSpan
    for index in values.indices { values[index] = copy[index] }
  }
}

/// Numbers that are made once and then read by many threads.
final class Spectrum<Scalar: FourierScalar>: Sendable {
  private let values: AlignedBuffer<Complex<Scalar>>

  init(count: Int, _ body: (inout MutableSpan<Complex<Scalar>>) -> Void) {
    var buffer = unsafe AlignedBuffer<Complex<Scalar>>(uninitialized: count)
    var span = buffer.mutableSpan
    body(&span)
    values = buffer
  }

  func withValues(_ body: (Span<Complex<Scalar>>) -> Void) { values.withSpan(body) }
}
