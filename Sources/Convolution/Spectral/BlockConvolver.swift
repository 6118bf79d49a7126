internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import RealModule

/// Convolves blocks of a fixed number of samples, circularly, with one kernel: the step that the
/// FFT methods are made of.
///
/// What wraps around a block of real samples changes its sign; callers use no such results. A block
/// is scaled by a power of two so that its largest sample is near 1, and its results are scaled
/// back: neither overflow nor underflow within the transform shows in them. For what a transform would
/// spread over the whole block see MixedBlock.swift.
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
        var values = packed.mutableSpan
        Element.pack(
          kernel.finiteTaps.span, by: factor, transform.weights, from: 0, into: &values)
        cannotFail { () throws(TransformError) in try plain.forward(values.span, into: &spectrum) }
      case .fourStep(let steps):
        var scratch = steps.makeScratch()
        kernel.finiteTaps.span.withShared { taps in
          Self.forwardColumns(steps, taps, factor, &spectrum, &scratch, threads)
        }
        Self.forEachRow(steps, &spectrum, &scratch, threads) { _, values, scratch in
          steps.forwardRow(&values, in: &scratch)
        }
      }
    }
  }

  /// Memory for one block at a time.
  func makeScratch() -> BlockScratch<Element> { BlockScratch(transform) }

  /// Writes the results from index `from` on of one block.
  func convolve(
    _ block: borrowing Block<Element>, from: Int, into output: inout MutableSpan<Element>,
    in scratch: inout BlockScratch<Element>, threads: Int = 1
  ) {
    switch content(of: block, in: &scratch) {
    case .zeros: output.update(repeating: .zero)
    case .ordinary(let exponent):
      convolve(
        block.samples, exponent: exponent, results: from..<(from + output.count), into: &output,
        in: &scratch, threads: threads)
    case .mixed: convolveMixed(block, from: from, into: &output, in: &scratch)
    }
  }

  /// Writes the results from index `from` on of one block with this kernel and with another one's,
  /// of the same length; the block is transformed once if its content is ordinary.
  func convolve(
    _ block: borrowing Block<Element>, andWith other: BlockConvolver<Element>, from: Int,
    into first: inout MutableSpan<Element>, _ second: inout MutableSpan<Element>,
    in scratch: inout BlockScratch<Element>
  ) {
    guard case .ordinary(let exponent) = content(of: block, in: &scratch) else {
      convolve(block, from: from, into: &first, in: &scratch)
      other.convolve(block, from: from, into: &second, in: &scratch)
      return
    }
    convolve(
      block.samples, exponent: exponent, andWith: other, results: from..<(from + first.count),
      into: &first, &second, in: &scratch)
  }

  /// Convolves one block, with samples times 2^-`exponent`, and writes its `results` scaled back.
  ///
  /// - Parameter samples: the block; where it is shorter than the block's length, zeros follow.
  func convolve(
    _ samples: Span<Element>, exponent: Int, results: Range<Int>,
    into output: inout MutableSpan<Element>, in scratch: inout BlockScratch<Element>,
    threads: Int = 1
  ) {
    switch transform.kind {
    case .plain(let plain):
      Self.load(
        samples, powerOfTwo(-exponent), transform, plain, &scratch.packed, &scratch.spectrum)
      filter(plain, &scratch.packed, &scratch.spectrum)
      take(scratch.packed, exponent: exponent, results, into: &output)
    case .fourStep(let steps):
      loadInSteps(steps, samples, exponent, &scratch.packed, &scratch.steps, threads)
      filterRows(steps, &scratch.packed, &scratch.steps, threads)
      takeInSteps(
        steps, scratch.packed, &scratch.steps, exponent, results, into: &output, threads)
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
    in scratch: inout BlockScratch<Element>, threads: Int = 1
  ) {
    switch transform.kind {
    case .plain(let plain):
      Self.load(
        samples, powerOfTwo(-exponent), transform, plain, &scratch.packed, &scratch.spectrum)
      Self.copy(scratch.spectrum, to: &scratch.spectrumCopy)
      filter(plain, &scratch.packed, &scratch.spectrum)
      take(scratch.packed, exponent: exponent, results, into: &first)
      Self.restore(scratch.spectrumCopy, to: &scratch.spectrum)
      other.filter(plain, &scratch.packed, &scratch.spectrum)
      other.take(scratch.packed, exponent: exponent, results, into: &second)
    case .fourStep(let steps):
      loadInSteps(steps, samples, exponent, &scratch.packed, &scratch.steps, threads)
      filterRows(
        steps, &scratch.packed, andWith: other, &scratch.spectrum, &scratch.steps, threads)
      takeInSteps(
        steps, scratch.packed, &scratch.steps, exponent, results, into: &first, threads)
      other.takeInSteps(
        steps, scratch.spectrum, &scratch.steps, exponent, results, into: &second, threads)
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
