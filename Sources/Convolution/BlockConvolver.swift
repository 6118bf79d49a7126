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
struct BlockConvolver<Element: ConvolutionElement>: Sendable {
  typealias Scalar = Element.Scalar

  let kernel: PreparedKernel<Element>
  private let transform: PackedTransform<Element>
  /// The spectrum of the kernel, scaled to a peak near 1, over the length that the inverse
  /// transform does not divide by.
  private let kernelSpectrum: Spectrum<Scalar>

  /// The samples of a block, N.
  var length: Int { transform.length }

  /// Prepares blocks of `length` samples, one of the planner's lengths and at least as many as the
  /// kernel has taps.
  init(_ kernel: PreparedKernel<Element>, length: Int, threads: Int = 1) {
    precondition(length >= kernel.count, "a block of \(length) is shorter than its kernel")
    self.kernel = kernel
    let transform = PackedTransform<Element>.shared(length: length)
    self.transform = transform
    let factor: Scalar = powerOfTwo(-kernel.exponent) / Scalar(transform.count)
    kernelSpectrum = Spectrum(count: transform.storage) { spectrum in
      switch transform.kind {
      case .plain(let plain):
        var workspace = BlockWorkspace<Element>(count: transform.count)
        var packed = workspace.packed.mutableSpan
        Element.pack(kernel.finiteTaps.span, by: factor, transform.weights, from: 0, into: &packed)
        run { () throws(TransformError) in try plain.forward(packed.span, into: &spectrum) }
      case .fourStep(let steps):
        spectrum.withShared { spectrum in
          kernel.finiteTaps.span.withShared { taps in
            Self.forwardColumns(steps, transform, taps, factor, spectrum, threads)
          }
          forEachPiece(
            steps.rows, threads: threads, workspace: { steps.makeWorkspace() }
          ) { row, workspace in
            spectrum.withElements(steps.place(ofRow: row)) {
              steps.forwardRow(&$0, in: &workspace)
            }
          }
        }
      }
    }
  }

  /// Memory for one block at a time.
  func makeWorkspace() -> BlockWorkspace<Element> { BlockWorkspace(count: transform.storage) }

  /// Convolves one block, with samples times 2^-`exponent`, and writes its `results` scaled back.
  ///
  /// - Parameter samples: the block; where it is shorter than the block's length, zeros follow.
  func convolve(
    _ samples: Span<Element>, exponent: Int, results: Range<Int>,
    into output: inout MutableSpan<Element>, in workspace: inout BlockWorkspace<Element>,
    threads: Int = 1
  ) {
    let factor: Scalar = powerOfTwo(-exponent)
    let (backFactor, rest): (Scalar, Scalar) = powerOfTwoFactors(exponent + kernel.exponent)
    switch transform.kind {
    case .plain(let plain):
      convolve(
        plain, samples, factor, backFactor, results, into: &output, &workspace.packed,
        &workspace.spectrum)
    case .fourStep(let steps):
      var numbers = workspace.packed.mutableSpan
      numbers.withShared { numbers in
        samples.withShared { samples in
          Self.forwardColumns(steps, transform, samples, factor, numbers, threads)
        }
        filterRows(steps, numbers, threads)
        output.withShared { output in
          inverseColumns(steps, numbers, backFactor, results, output, threads)
        }
      }
    }
    guard rest != 1 else { return }
    for index in output.indices { output[index] = output[index].scaled(by: rest) }
  }

  private func convolve(
    _ plain: ComplexTransform<Scalar>, _ samples: Span<Element>, _ factor: Scalar,
    _ backFactor: Scalar, _ results: Range<Int>, into output: inout MutableSpan<Element>,
    _ packedBuffer: inout AlignedBuffer<Complex<Scalar>>,
    _ spectrumBuffer: inout AlignedBuffer<Complex<Scalar>>
  ) {
    var packed = packedBuffer.mutableSpan
    var spectrum = spectrumBuffer.mutableSpan
    Element.pack(samples, by: factor, transform.weights, from: 0, into: &packed)
    run { () throws(TransformError) in try plain.forward(packed.span, into: &spectrum) }
    kernelSpectrum.withValues { Scalar.multiply(&spectrum, by: $0) }
    run { () throws(TransformError) in
      try plain.unscaledInverse(consuming: &spectrum, into: &packed)
    }
    Element.unpack(
      packed.span, by: backFactor, transform.weights, from: 0, results: results, into: &output)
  }

  private static func forwardColumns(
    _ steps: FourStepTransform<Scalar>, _ transform: PackedTransform<Element>,
    _ samples: SharedElements<Element>, _ factor: Scalar,
    _ numbers: SharedOutput<Complex<Scalar>>, _ threads: Int
  ) {
    forEachPiece(
      steps.strips, threads: threads, workspace: { steps.makeWorkspace() }
    ) { strip, workspace in
      steps.forwardColumns(
        strip: strip, numbers, &workspace.first, &workspace.second
      ) { row, column, numbers in
        Element.pack(
          samples.span, by: factor, transform.weights, from: row * steps.columns + column,
          into: &numbers)
      }
    }
  }

  private func filterRows(
    _ steps: FourStepTransform<Scalar>, _ numbers: SharedOutput<Complex<Scalar>>, _ threads: Int
  ) {
    forEachPiece(
      steps.rows, threads: threads, workspace: { steps.makeWorkspace() }
    ) { row, workspace in
      let range = steps.place(ofRow: row)
      numbers.withElements(range) { numbers in
        kernelSpectrum.withValues {
          steps.filterRow(&numbers, by: $0.extracting(range), in: &workspace)
        }
      }
    }
  }

  private func inverseColumns(
    _ steps: FourStepTransform<Scalar>, _ numbers: SharedOutput<Complex<Scalar>>,
    _ factor: Scalar, _ results: Range<Int>, _ output: SharedOutput<Element>, _ threads: Int
  ) {
    forEachPiece(
      steps.strips, threads: threads, workspace: { steps.makeWorkspace() }
    ) { strip, workspace in
      steps.inverseColumns(
        strip: strip, numbers, &workspace.first, &workspace.second
      ) { row, column, numbers in
        // A row of a strip holds results of its own only.
        output.withAllElements { output in
          Element.unpack(
            numbers, by: factor, transform.weights, from: row * steps.columns + column,
            results: results, into: &output)
        }
      }
    }
  }
}

/// Numbers that are made once and then read by many threads.
private final class Spectrum<Scalar: FourierScalar>: Sendable {
  private let values: AlignedBuffer<Complex<Scalar>>

  init(count: Int, _ body: (inout MutableSpan<Complex<Scalar>>) -> Void) {
    var buffer = unsafe AlignedBuffer<Complex<Scalar>>(uninitialized: count)
    var span = buffer.mutableSpan
    body(&span)
    values = buffer
  }

  func withValues(_ body: (Span<Complex<Scalar>>) -> Void) { values.withSpan(body) }
}

/// Runs a transform whose buffers have just its lengths: it cannot fail, which the compiler is told
/// here.
private func run(_ body: () throws(TransformError) -> Void) {
  do { try body() } catch { preconditionFailure("\(error)") }
}
