// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// 3-D convolution by products of spectra.
///
/// By `fft` the whole volume is one block, in O(N log N) time and O(N) memory for a volume and
/// kernel of together N elements. By `overlapSave` blocks overlap by the kernel's size less one along
/// each axis, in O(results · log(block)) time and the memory of a block for each thread.
struct SpectralConvolution3D<Element: SignalElement>: Sendable {
  let convolver: BlockConvolver3D<Element>

  /// Writes the results `region` of the full convolution, plane by plane without gaps.
  func convolve(
    _ volume: ExtendedVolume<Element>, _ region: Region3D, _ choice: MethodChoice,
    into output: SharedBuffer<Element>
  ) {
    let parts = region.pieces(
      planes: choice.blockPlanes, rows: choice.blockRows, columns: choice.blockColumns)
    let sharesBlocks = SpectralConvolution2D<Element>.sharesBlocks(
      parts.count, threads: choice.threads)
    forEachPiece(
      parts.count, threads: sharesBlocks ? choice.threads : 1,
      scratch: { convolver.makeScratch() }
    ) { index, scratch in
      let part = parts[index]
      convolver.convolve(
        volume, window(volume, part, choice.method), results: part, of: region, into: output,
        &scratch, threads: sharesBlocks ? 1 : choice.threads)
    }
  }

  /// What is transformed for the results `part`.
  private func window(
    _ volume: ExtendedVolume<Element>, _ part: Region3D, _ method: ConvolutionMethod
  ) -> Region3D {
    // The whole volume begins where its samples do, unless what is beyond the edges takes part.
    if method == .fft, case .zero = volume.boundary { return volume.region }
    let kernel = convolver.kernel
    return part.window(
      kernelPlanes: kernel.planes, kernelRows: kernel.rows, kernelColumns: kernel.columns)
  }
}
