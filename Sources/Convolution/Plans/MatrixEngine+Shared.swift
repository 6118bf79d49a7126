internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

extension MatrixEngine {
  /// Writes the results `region` for an image with each of several kernels of one size, by products
  /// of spectra: each block of the image is transformed once for all of them.
  ///
  /// - Parameter choice: `fft` or `overlapSave`, and the same for every kernel.
  /// - Parameter outputs: a place for the results of each.
  static func convolve(
    _ image: ExtendedImage<Element>, _ region: MatrixRegion, _ choice: MethodChoice,
    with engines: [MatrixEngine], into outputs: [SharedBuffer<Element>]
  ) {
    guard let first = engines.first else { return }
    // One block on all threads, or blocks that threads share.
    let blocks = first.blocks(of: image, region, choice)
    let convolvers = engines.map { $0.convolver(choice) }
    let shared = SharedBlockConvolver(convolvers)
    let isWhole = blocks.count == 1
    forEachPiece(
      blocks.count, threads: isWhole ? 1 : choice.threads,
      scratch: { SharedBlockConvolver.Workspace(convolvers[0]) }
    ) { index, workspace in
      let (block, part) = blocks[index]
      shared.convolve(
        block, part, of: region, into: outputs, &workspace, threads: isWhole ? choice.threads : 1)
    }
    for (engine, output) in zip(engines, outputs) {
      engine.addSpecialTaps(image, region, to: output)
    }
  }

  /// What convolves the blocks of a choice.
  private func convolver(_ choice: MethodChoice) -> MatrixBlockConvolver<Element> {
    switch prepare(choice) {
    case .fft(let whole): whole.convolver
    case .overlapSave(let tiles): tiles.convolver
    case .direct, .separable: preconditionFailure("only products of spectra have blocks")
    }
  }

  /// The blocks of a choice, each with the part of the region that its results are.
  private func blocks(
    of image: ExtendedImage<Element>, _ region: MatrixRegion, _ choice: MethodChoice
  ) -> [(MatrixBlock<Element>, MatrixRegion)] {
    switch prepare(choice) {
    case .fft(let whole): [(whole.block(image, region), region)]
    case .overlapSave(let tiles):
      region.pieces(height: tiles.tileRows, width: tiles.tileColumns).map {
        (tiles.block(image, $0), $0)
      }
    case .direct, .separable: preconditionFailure("only products of spectra have blocks")
    }
  }
}

/// Convolvers of one transform for kernels of one size, which get a block's spectrum together.
struct SharedBlockConvolver<Element: SignalElement>: Sendable {
  private let convolvers: [MatrixBlockConvolver<Element>]

  init(_ convolvers: [MatrixBlockConvolver<Element>]) { self.convolvers = convolvers }

  /// One thread's memory: that of a block, and its spectrum.
  struct Workspace: ~Copyable {
    var block: AlignedBuffer<Complex<Element.Scalar>>
    var spectrum: AlignedBuffer<Complex<Element.Scalar>>

    init(_ convolver: MatrixBlockConvolver<Element>) {
      block = convolver.makeWorkspace()
      spectrum = unsafe AlignedBuffer(uninitialized: convolver.transform.spectrumCount)
    }
  }

  /// Writes the results of a block, which are `part` of the `region` that each of `outputs` holds.
  func convolve(
    _ block: MatrixBlock<Element>, _ part: MatrixRegion, of region: MatrixRegion,
    into outputs: [SharedBuffer<Element>], _ workspace: inout Workspace, threads: Int
  ) {
    convolve(
      block, part, of: region, into: outputs, &workspace.block, &workspace.spectrum,
      threads: threads)
  }

  private func convolve(
    _ block: MatrixBlock<Element>, _ part: MatrixRegion, of region: MatrixRegion,
    into outputs: [SharedBuffer<Element>], _ scratch: inout AlignedBuffer<Complex<Element.Scalar>>,
    _ numbers: inout AlignedBuffer<Complex<Element.Scalar>>, threads: Int
  ) {
    let rowStride = region.columns.count
    // Kernels of one size judge a block alike.
    guard case .plain(let exponent) = convolvers[0].judge(block, threads: threads) else {
      for (convolver, output) in zip(convolvers, outputs) {
        withPart(of: output, part, in: region) {
          convolver.convolve(
            block, into: $0, rowStride: rowStride, &scratch, threads: threads)
        }
      }
      return
    }
    var spectrum = numbers.mutableSpan
    spectrum.withShared { spectrum in
      MatrixBlockConvolver.writeSpectrum(
        of: block, by: powerOfTwo(-exponent), convolvers[0].transform, into: spectrum,
        &scratch, threads: threads)
      for (convolver, output) in zip(convolvers, outputs) {
        withPart(of: output, part, in: region) {
          convolver.writeResults(
            of: block, spectrum: spectrum, exponent: exponent, into: $0, rowStride: rowStride,
            &scratch, threads: threads)
        }
      }
    }
  }
}
