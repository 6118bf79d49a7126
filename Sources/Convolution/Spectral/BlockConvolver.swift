// SPDX-License-Identifier: MIT

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
  let kernelSpectrum: SharedBuffer<Complex<Scalar>>

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
    let kernelSpectrum = SharedBuffer<Complex<Scalar>>(unwritten: transform.storage)
    self.kernelSpectrum = kernelSpectrum
    kernelSpectrum.withAllElements { spectrum in
      switch transform.kind {
      case .plain(let plain):
        var packed = AlignedBuffer<Complex<Scalar>>(repeating: .zero, count: transform.count)
        var values = packed.mutableSpan
        Element.pack(
          kernel.transformedTaps.span, by: factor, transform.weights, into: &values)
        cannotFail { () throws(TransformError) in try plain.forward(values.span, into: &spectrum) }
      case .fourStep(let steps):
        var scratch = steps.makeScratch()
        Self.forwardColumns(
          steps, kernel.transformedTaps.span, factor, &spectrum, &scratch, threads)
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
    var none = MutableSpan<Element>()
    convolve(
      block, andWith: nil, from: from, into: &output, &none, in: &scratch, threads: threads)
  }

  /// Writes the results from index `from` on of one block with this kernel, and with another one's
  /// of the same length; the block is transformed once if its content is ordinary.
  func convolve(
    _ block: borrowing Block<Element>, andWith other: BlockConvolver?, from: Int,
    into first: inout MutableSpan<Element>, _ second: inout MutableSpan<Element>,
    in scratch: inout BlockScratch<Element>, threads: Int = 1
  ) {
    // Kernels of one length classify a block alike.
    switch content(of: block, in: &scratch) {
    case .zeros:
      first.update(repeating: .zero)
      second.update(repeating: .zero)
      addSeparateTaps(block, from: from, to: &first)
      other?.addSeparateTaps(block, from: from, to: &second)
    case .ordinary(let exponent):
      let (small, otherSmall) = convolve(
        block.samples, exponent: exponent, andWith: other,
        results: from..<(from + first.count), into: &first, &second, &scratch.packed,
        &scratch.spectrum, &scratch.steps, threads: threads)
      finish(block, exponent, from: from, small, &first)
      other?.finish(block, exponent, from: from, otherSmall, &second)
    case .mixed:
      convolveMixed(block, from: from, into: &first, in: &scratch)
      other?.convolveMixed(block, from: from, into: &second, in: &scratch)
    }
  }

  /// Gives results of ordinary samples what a transform does not.
  private func finish(
    _ block: borrowing Block<Element>, _ exponent: Int, from: Int, _ small: ResultSegments,
    _ output: inout MutableSpan<Element>
  ) {
    let samples = BlockSamples(
      block.samples, .own(length: block.samples.count),
      region: Region2D(rows: 0..<1, columns: block.inside), exponent: exponent)
    Kernel2D(row: kernel).sumSmallResults(
      row: 0, columns: from..<(from + output.count), samples, in: &output, segments: small)
    addSeparateTaps(block, from: from, to: &output)
  }

  /// Adds the products of finite samples with the taps that no transform was shown; those of other
  /// samples are in the results already.
  func addSeparateTaps(
    _ block: borrowing Block<Element>, from: Int, to output: inout MutableSpan<Element>
  ) {
    for (tap, value) in kernel.separateTaps {
      let met = (block.inside.lowerBound + tap)..<(block.inside.upperBound + tap)
      for result in met.clamped(to: from..<(from + output.count)) {
        let sample = block.samples[result - tap]
        if sample.hasFiniteParts { output[result - from] += value * sample }
      }
    }
  }

  /// Convolves one block, with samples times 2^-`exponent`, and writes its `results` scaled back;
  /// with another kernel too, by one transform forward and two back. Returns where some of either's
  /// results may be small; see SmallResults.swift.
  ///
  /// - Parameter samples: the block; where it is shorter than the block's length, zeros follow.
  @discardableResult
  func convolve(
    _ samples: Span<Element>, exponent: Int, andWith other: BlockConvolver?,
    results: Range<Int>, into first: inout MutableSpan<Element>,
    _ second: inout MutableSpan<Element>,
    _ packedBuffer: inout AlignedBuffer<Complex<Scalar>>,
    _ spectrumBuffer: inout AlignedBuffer<Complex<Scalar>>,
    _ scratch: inout FourStepScratch<Scalar>, threads: Int = 1
  ) -> (first: ResultSegments, second: ResultSegments) {
    var packed = packedBuffer.mutableSpan
    var spectrum = spectrumBuffer.mutableSpan
    switch transform.kind {
    case .plain(let plain):
      Element.pack(
        samples, by: powerOfTwo(-exponent), transform.weights, into: &packed)
      cannotFail { () throws(TransformError) in try plain.forward(packed.span, into: &spectrum) }
      guard let other else {
        let small = take(plain, &spectrum, &packed, exponent, results, into: &first)
        return (small, small)
      }
      var buffer = unsafe AlignedBuffer<Complex<Scalar>>(uninitialized: spectrum.count)
      var copy = buffer.mutableSpan
      copyElements(spectrum.span, into: &copy)
      let small = take(plain, &spectrum, &packed, exponent, results, into: &first)
      return (small, other.take(plain, &copy, &packed, exponent, results, into: &second))
    case .fourStep(let steps):
      Self.forwardColumns(
        steps, samples, powerOfTwo(-exponent), &packed, &scratch, threads)
      filterRows(steps, &packed, andWith: other, &spectrum, &scratch, threads)
      let small = takeInSteps(steps, &packed, &scratch, exponent, results, into: &first, threads)
      guard let other else { return (small, small) }
      let otherSmall = other.takeInSteps(
        steps, &spectrum, &scratch, exponent, results, into: &second, threads)
      return (small, otherSmall)
    }
  }

  /// Writes results from the spectrum of a block, which it uses up, and returns where some may be
  /// small.
  private func take(
    _ plain: ComplexTransform<Scalar>, _ spectrum: inout MutableSpan<Complex<Scalar>>,
    _ packed: inout MutableSpan<Complex<Scalar>>, _ exponent: Int, _ results: Range<Int>,
    into output: inout MutableSpan<Element>
  ) -> ResultSegments {
    Scalar.multiply(&spectrum, by: kernelSpectrum.span)
    cannotFail { () throws(TransformError) in
      try plain.unscaledInverse(consuming: &spectrum, into: &packed)
    }
    let (factor, rest): (Scalar, Scalar) = powerOfTwoFactors(exponent + kernel.exponent)
    let limit = kernel.smallLimit(exponent, resultFactor: factor)
    let small = Element.unpack(
      packed.span, by: factor, transform.weights, results: results, into: &output,
      below: limit)
    return Self.finish(&output, rest, small, limit)
  }

  /// Multiplies results by what is left of their scale; returns where some may be small.
  static func finish(
    _ output: inout MutableSpan<Element>, _ rest: Scalar, _ small: ResultSegments, _ limit: Scalar
  ) -> ResultSegments {
    scale(&output, by: rest)
    // No comparison finds what has overflowed.
    return limit == .infinity ? ResultSegments(all: output.count) : small
  }

  static func scale(_ output: inout MutableSpan<Element>, by rest: Scalar) {
    guard rest != 1 else { return }
    for index in output.indices { output[index] = output[index].scaled(by: rest) }
  }
}
