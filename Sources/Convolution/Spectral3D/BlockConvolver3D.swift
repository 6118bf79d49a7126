// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// Convolves blocks of volumes with one kernel: as images, whose rows are the planes of the block, line
/// by line.
///
/// Where every line of a block has room for what the kernel adds to it, no product of one line
/// reaches another, and the convolution of the images is that of the volumes. So everything that is
/// done for images (scaling, care for small results and for what is not finite, threads) is done
/// for volumes, by transforms of the same number of values; see Kernel3D.flattened.
///
/// - Complexity: O(N log N) for a block of N samples.
struct BlockConvolver3D<Element: SignalElement>: Sendable {
  let kernel: Kernel3D<Element>
  /// Columns from a line of a block to the next.
  let lineLength: Int
  private let convolver: BlockConvolver2D<Element>
  private let direct: DirectConvolution3D<Element>

  /// Prepares blocks by transforms of `rows` planes and of `columns` samples of each.
  init(_ kernel: Kernel3D<Element>, rows: Int, columns: Int, lineLength: Int, threads: Int) {
    self.kernel = kernel
    self.lineLength = lineLength
    direct = DirectConvolution3D(kernel)
    convolver = BlockConvolver2D(
      kernel.flattened(lineLength: lineLength), rows: rows, columns: columns, threads: threads)
  }

  /// One thread's memory: the samples of a block, and its transform.
  struct Scratch: ~Copyable {
    var samples: AlignedBuffer<Element>
    var transform: AlignedBuffer<Complex<Element.Scalar>>
  }

  func makeScratch() -> Scratch {
    let count = convolver.transform.rows * convolver.transform.columns
    return Scratch(
      samples: unsafe AlignedBuffer(uninitialized: count), transform: convolver.makeScratch())
  }

  /// Writes the results `part` to `output`, which holds those of `region` without gaps.
  ///
  /// - Parameter window: the part of the volume that is transformed.
  func convolve(
    _ volume: ExtendedVolume<Element>, _ window: Region3D, results part: Region3D,
    of region: Region3D, into output: SharedBuffer<Element>, _ scratch: inout Scratch, threads: Int
  ) {
    convolve(
      volume, window, results: part, of: region, into: output, &scratch.samples,
      &scratch.transform, threads: threads)
  }

  private func convolve(
    _ volume: ExtendedVolume<Element>, _ window: Region3D, results part: Region3D,
    of region: Region3D, into output: SharedBuffer<Element>,
    _ samplesBuffer: inout AlignedBuffer<Element>,
    _ transformBuffer: inout AlignedBuffer<Complex<Element.Scalar>>, threads: Int
  ) {
    let lines = window.rows.count
    var samples = samplesBuffer.mutableSpan
    samples.withShared { samples in
      forEachPiece(window.planes.count, threads: threads) { index, _ in
        volume.willCopy(plane: window.planes.lowerBound + index + 1, window.lines)
        let start = index * lines * lineLength
        samples.withElements(start..<(start + lines * lineLength)) {
          volume.copy(
            plane: window.planes.lowerBound + index, window.lines, into: &$0,
            rowStride: lineLength)
        }
      }
      let image = ExtendedImage(
        elements: samples, rows: window.planes.count, columns: lines * lineLength, boundary: .zero)
      let block = Block2D(
        planes: image, lineLength: lineLength, results: part.relative(to: window),
        samples: volume.samples(in: window).relative(to: window))
      let content = convolver.content(of: block, threads: threads)
      if case .mixed = content, hasManyInfinities(block, results: part.count) {
        direct.convolve(volume, part, of: region, into: output, threads: threads)
        return
      }
      convolver.convolve(
        block, content, into: self.output(part, of: region, in: output), &transformBuffer,
        threads: threads)
      addSeparateTaps(volume, part, of: region, to: output)
    }
  }

  /// Where the results `part` are among those of `region`.
  private func output(
    _ part: Region3D, of region: Region3D, in output: SharedBuffer<Element>
  ) -> BlockOutput<Element> {
    let first = region.place(of: part.lines, inPlane: part.planes.lowerBound).lowerBound
    return BlockOutput(
      elements: output.part(first..<output.count), rowStride: region.lines.count,
      lines: BlockOutput.Lines(
        count: part.rows.count, length: part.columns.count, lineLength: lineLength,
        outputStride: region.columns.count))
  }

  /// Whether direct sums are quicker than the products of the infinities one by one. Judged, as for
  /// images.
  private func hasManyInfinities(_ block: Block2D<Element>, results: Int) -> Bool {
    let samples = block.image.elements
    var count = 0
    for index in 0..<block.image.rows * block.image.columns {
      let sample = samples[index]
      if !sample.hasFiniteParts && !sample.hasNaN { count += 1 }
    }
    return count > 64 + results / 64
  }

  /// Adds the products of finite samples with the taps that no transform was shown; those of other
  /// samples are in the results already.
  private func addSeparateTaps(
    _ volume: ExtendedVolume<Element>, _ part: Region3D, of region: Region3D,
    to output: SharedBuffer<Element>
  ) {
    for (tap, value) in kernel.taps.separateTaps {
      let (line, c) = tap.quotientAndRemainder(dividingBy: kernel.columns)
      let (a, b) = line.quotientAndRemainder(dividingBy: kernel.rows)
      for plane in part.planes {
        let image = volume.image(ofPlane: plane - a)
        guard image != nil || volume.boundary != .zero else { continue }
        output.withElements(region.place(of: part.lines, inPlane: plane)) { target in
          for (index, row) in part.rows.enumerated() {
            for (place, column) in part.columns.enumerated() {
              let sample =
                image.map { $0.sample(row - b, column - c) } ?? volume.outside
              if let sample, sample.hasFiniteParts {
                target[index * region.columns.count + place] += value * sample
              }
            }
          }
        }
      }
    }
  }
}
