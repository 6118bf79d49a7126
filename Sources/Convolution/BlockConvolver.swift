internal import ComplexModule
internal import FourierTransform
internal import RealModule

/// Convolves blocks of a fixed number of samples, circularly, with one kernel: the step that the
/// FFT methods are made of.
///
/// A block is scaled by a power of two so that its largest sample is near 1, and its results are
/// scaled back: neither overflow nor underflow within the transform shows in them. What a plain
/// transform would spread over the whole block is kept where it belongs; see BlockCare.swift.
///
/// - Complexity: O(N log N) for a block of N samples.
struct BlockConvolver<Element: ConvolutionElement>: Sendable {
  typealias Scalar = Element.Scalar

  /// How blocks are transformed.
  private enum Packing: Sendable {
    /// ``ConvolutionElement/blocksPerTransform`` blocks in one complex transform.
    case packed(ComplexTransform<Scalar>)
    /// One block in one transform of its own type.
    case single(Element.Transform)
  }

  let kernel: PreparedKernel<Element>
  /// The samples of a block, N.
  let length: Int
  /// How many blocks go through at once.
  let blocksPerTransform: Int
  private let packing: Packing
  /// The spectrum of the kernel, scaled to a peak near 1, times the inverse transform's 1/N.
  private let kernelSpectrum: [Complex<Scalar>]

  /// Prepares blocks of `length` samples, at least as many as the kernel has taps.
  init(_ kernel: PreparedKernel<Element>, length: Int, packed: Bool) {
    precondition(length >= kernel.count, "a block of \(length) is shorter than its kernel")
    self.kernel = kernel
    self.length = length
    blocksPerTransform = packed ? Element.blocksPerTransform : 1
    packing = packed ? .packed(planned(length: length)) : .single(planned(length: length))
    // The kernel is transformed just as a block is.
    let factor: Scalar = powerOfTwo(-kernel.exponent) / Scalar(length)
    var taps = [Element](repeating: .zero, count: length)
    for index in 0..<kernel.count {
      taps[index] = kernel.slidingTaps[kernel.count - 1 - index]
    }
    var workspace = Self.makeWorkspace(length: length, packing)
    Self.transform(taps.span, by: factor, taps.span, by: 0, in: &workspace, packing)
    let spectrum = workspace.spectrum.span
    kernelSpectrum = spectrum.indices.map { spectrum[$0] }
  }

  /// Memory for one thread's blocks.
  func makeWorkspace() -> BlockWorkspace<Element> {
    Self.makeWorkspace(length: length, packing)
  }

  private static func makeWorkspace(
    length: Int, _ packing: Packing
  ) -> BlockWorkspace<Element> {
    switch packing {
    case .packed(let transform):
      BlockWorkspace(samples: 0, packed: length, frequencies: transform.spectrumCount)
    case .single(let transform):
      BlockWorkspace(samples: length, packed: 0, frequencies: transform.spectrumCount)
    }
  }

  /// Convolves one block, or two where ``blocksPerTransform`` is 2, each scaled by its factor.
  ///
  /// Where there is only one for a transform that takes two, both are the same one and the second
  /// factor is 0. The results stay in the workspace until ``take`` is called.
  func convolve(
    _ first: Span<Element>, by firstFactor: Scalar, _ second: Span<Element>,
    by secondFactor: Scalar, in workspace: inout BlockWorkspace<Element>
  ) {
    Self.transform(
      first, by: firstFactor, second, by: secondFactor, in: &workspace, packing)
    multiplySpectrum(&workspace.spectrum)
    switch packing {
    case .packed(let transform): invert(transform, &workspace.spectrum, &workspace.packed)
    case .single(let transform): invert(transform, &workspace.spectrum, &workspace.samples)
    }
  }

  private func multiplySpectrum(_ spectrum: inout AlignedBuffer<Complex<Scalar>>) {
    var values = spectrum.mutableSpan
    Scalar.multiply(&values, by: kernelSpectrum.span)
  }

  private static func transform(
    _ first: Span<Element>, by firstFactor: Scalar, _ second: Span<Element>,
    by secondFactor: Scalar, in workspace: inout BlockWorkspace<Element>, _ packing: Packing
  ) {
    switch packing {
    case .packed(let transform):
      var packed = workspace.packed.mutableSpan
      Element.pack(first, by: firstFactor, second, by: secondFactor, into: &packed)
      takeSpectrum(transform, workspace.packed, &workspace.spectrum)
    case .single(let transform):
      var samples = workspace.samples.mutableSpan
      Element.scale(first, by: firstFactor, into: &samples)
      takeSpectrum(transform, workspace.samples, &workspace.spectrum)
    }
  }

  /// Writes the results of the first block from index `from` on, times 2^`exponent` and the power
  /// of two that the kernel was scaled by.
  func take(
    from: Int, exponent: Int, into output: inout MutableSpan<Element>,
    in workspace: inout BlockWorkspace<Element>
  ) {
    let (factor, rest): (Scalar, Scalar) = powerOfTwoFactors(exponent + kernel.exponent)
    let results = from..<(from + output.count)
    switch packing {
    case .packed:
      Element.unpack(workspace.packed.span.extracting(results), by: factor, into: &output)
    case .single:
      Element.scale(workspace.samples.span.extracting(results), by: factor, into: &output)
    }
    Self.apply(rest, to: &output)
  }

  /// Writes the results of both blocks from index `from` on, each scaled back as in ``take``.
  func takeBoth(
    from: Int, exponent firstExponent: Int, into first: inout MutableSpan<Element>,
    exponent secondExponent: Int, into second: inout MutableSpan<Element>,
    in workspace: inout BlockWorkspace<Element>
  ) {
    let (firstFactor, firstRest): (Scalar, Scalar) =
      powerOfTwoFactors(firstExponent + kernel.exponent)
    let (secondFactor, secondRest): (Scalar, Scalar) =
      powerOfTwoFactors(secondExponent + kernel.exponent)
    Element.unpack(
      workspace.packed.span.extracting(from..<(from + first.count)), by: firstFactor,
      into: &first, by: secondFactor, into: &second)
    Self.apply(firstRest, to: &first)
    Self.apply(secondRest, to: &second)
  }

  private static func apply(_ rest: Scalar, to output: inout MutableSpan<Element>) {
    guard rest != 1 else { return }
    for index in output.indices { output[index] = output[index].scaled(by: rest) }
  }
}

// The transforms are asked for with lengths that were checked and get buffers of just those
// lengths: they cannot fail, which the compiler is told here.

private func planned<Transform: SpectralTransform>(length: Int) -> Transform {
  do { return try Transform.shared(length: length) } catch { preconditionFailure("\(error)") }
}

private func takeSpectrum<Transform: SpectralTransform>(
  _ transform: Transform, _ samples: borrowing AlignedBuffer<Transform.Sample>,
  _ spectrum: inout AlignedBuffer<Complex<Transform.Scalar>>
) {
  var frequencies = spectrum.mutableSpan
  do {
    try transform.forward(samples.span, into: &frequencies)
  } catch {
    preconditionFailure("\(error)")
  }
}

private func invert<Transform: SpectralTransform>(
  _ transform: Transform, _ spectrum: inout AlignedBuffer<Complex<Transform.Scalar>>,
  _ samples: inout AlignedBuffer<Transform.Sample>
) {
  var frequencies = spectrum.mutableSpan
  var results = samples.mutableSpan
  do {
    try transform.unscaledInverse(consuming: &frequencies, into: &results)
  } catch {
    preconditionFailure("\(error)")
  }
}
