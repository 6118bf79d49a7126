// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// 2-D convolution by products of spectra, with one kernel, or with several of one size for which
/// each block of the image is transformed once.
///
/// By `fft` the whole image is one block, in O(N log N) time and O(N) memory for an image and kernel
/// of together N elements. By `overlapSave` blocks that stay in the second-level cache overlap by the
/// kernel's size less one in both axes: of the P by Q results of each circular convolution the last
/// P - m + 1 by Q - k + 1 are the image's own; O(results · log(block)) time, a block for each thread.
struct SpectralConvolution2D<Element: SignalElement>: Sendable {
  let convolvers: [BlockConvolver2D<Element>]

  private typealias ComplexBuffer = AlignedBuffer<Complex<Element.Scalar>>

  /// One thread's memory: that of a block, and its spectrum where several kernels want it.
  private struct Scratch: ~Copyable {
    var block: ComplexBuffer
    var spectrum: ComplexBuffer
  }

  private func makeScratch() -> Scratch {
    Scratch(
      block: convolvers[0].makeScratch(),
      spectrum: unsafe ComplexBuffer(
        uninitialized: convolvers.count == 1 ? 0 : convolvers[0].transform.spectrumCount))
  }

  /// Writes the results `region` of the full convolutions, each row by row without gaps.
  func convolve(
    _ image: ExtendedImage<Element>, _ region: Region2D, _ choice: MethodChoice,
    into outputs: [SharedBuffer<Element>]
  ) {
    guard !convolvers.isEmpty else { return }
    let parts = region.pieces(height: choice.blockRows, width: choice.blockColumns)
    let sharesBlocks = Self.sharesBlocks(parts.count, threads: choice.threads)
    let threadsOfBlock = sharesBlocks ? 1 : choice.threads
    forEachPiece(
      parts.count, threads: sharesBlocks ? choice.threads : 1, scratch: { makeScratch() }
    ) { index, scratch in
      convolve(
        block(image, parts[index], choice.method), parts[index], of: region, into: outputs,
        &scratch.block, &scratch.spectrum, threads: threadsOfBlock)
    }
  }

  /// Whether each thread does whole blocks; the alternative, that they share the work of each block,
  /// costs three rendezvous a block and is for few blocks, which would leave threads idle at the end.
  /// Either way has the same bits.
  static func sharesBlocks(_ count: Int, threads: Int) -> Bool {
    let rounds = (count + threads - 1) / threads
    return 10 * count >= 9 * rounds * threads
  }

  /// The block that has the results `part`.
  private func block(
    _ image: ExtendedImage<Element>, _ part: Region2D, _ method: ConvolutionMethod
  ) -> Block2D<Element> {
    let (kernel, transform) = (convolvers[0].kernel, convolvers[0].transform)
    var (row, column) = (
      part.rows.lowerBound - kernel.rows + 1, part.columns.lowerBound - kernel.columns + 1
    )
    // The whole image begins where its samples do, unless what is beyond the edges takes part.
    if method == .fft, case .zero = image.boundary { (row, column) = (0, 0) }
    return Block2D(
      of: image, row: row, column: column, transform,
      results: part.relative(toRow: row, column: column), kernel)
  }

  /// Writes the results of a block, which are `part` of the `region` that each of `outputs` holds.
  private func convolve(
    _ block: Block2D<Element>, _ part: Region2D, of region: Region2D,
    into outputs: [SharedBuffer<Element>], _ scratch: inout ComplexBuffer,
    _ spectrumBuffer: inout ComplexBuffer, threads: Int
  ) {
    let rowStride = region.columns.count
    let place = region.place(of: part)
    // Kernels of one size classify a block alike.
    let content = convolvers[0].content(of: block, threads: threads)
    guard convolvers.count > 1, case .ordinary(let exponent) = content else {
      for (convolver, output) in zip(convolvers, outputs) {
        convolver.convolve(
          block, content, into: BlockOutput(elements: output.part(place), rowStride: rowStride),
          &scratch,
          threads: threads)
      }
      return
    }
    var spectrum = spectrumBuffer.mutableSpan
    spectrum.withShared { spectrum in
      BlockConvolver2D.writeSpectrum(
        of: block, by: powerOfTwo(-exponent), convolvers[0].transform, into: spectrum,
        &scratch, threads: threads)
      for (convolver, output) in zip(convolvers, outputs) {
        convolver.convolve(
          block, exponent: exponent, spectrum: spectrum,
          into: BlockOutput(elements: output.part(place), rowStride: rowStride), &scratch,
          threads: threads)
      }
    }
  }
}
