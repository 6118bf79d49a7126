internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// A block of an image that is to be convolved, and the results that are wanted of it.
struct MatrixBlock<Element: SignalElement>: Sendable {
  let image: ExtendedImage<Element>
  /// The row and the column of the image that are the block's first.
  let row: Int
  let column: Int
  /// The wanted results, by their place in the block.
  let results: MatrixRegion
  /// The samples that take part in those, by their place in the block.
  let samples: MatrixRegion

  /// The block of `rows` by `columns` from a place of the image on; `results` are counted from
  /// there. Rows and right-hand columns that no wanted result is made of are left out.
  init(
    of image: ExtendedImage<Element>, row: Int, column: Int, rows: Int, columns: Int,
    results: MatrixRegion, kernelRows: Int, kernelColumns: Int
  ) {
    (self.image, self.row, self.column, self.results) = (image, row, column, results)
    let needed = results.window(kernelRows: kernelRows, kernelColumns: kernelColumns)
    let window = MatrixRegion(
      rows: needed.rows.clamped(to: 0..<rows),
      columns: 0..<min(max(needed.columns.upperBound, 0), columns))
    samples = image.samples(in: window.relative(toRow: -row, column: -column))
      .relative(toRow: row, column: column)
  }

  /// Lets `body` read the samples of a row.
  func withSamples(ofRow row: Int, scratch: inout [Element], _ body: (Span<Element>) -> Void) {
    let columns = samples.columns
    image.withRow(
      self.row + row,
      columns: (columns.lowerBound + column)..<(columns.upperBound + column), scratch: &scratch,
      body)
  }
}

/// Convolves blocks of a fixed size, circularly, with one kernel: the step that the FFT methods in
/// two dimensions are made of.
///
/// What wraps around a row of real samples changes its sign; callers use no such results. Scaling
/// is as in one dimension; see BlockConvolver.swift.
///
/// - Complexity: O(P Q log(P Q)) for a block of P rows and Q columns.
struct MatrixBlockConvolver<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar
  typealias Transform = MatrixTransform<Element>

  let kernel: MatrixKernel<Element>
  let transform: Transform
  /// The spectrum of the kernel, scaled to a peak near 1, over the counts that the inverse
  /// transforms do not divide by.
  private let kernelSpectrum: Spectrum<Scalar>

  /// Rows that make a piece of work. Judged.
  static var rowsOfPiece: Int { 8 }

  /// Prepares blocks of the planner's lengths, at least as large as the kernel.
  init(_ kernel: MatrixKernel<Element>, rows: Int, columns: Int, threads: Int = 1) {
    precondition(
      rows >= kernel.rows && columns >= kernel.columns,
      "a block of \(rows) x \(columns) is smaller than its kernel")
    self.kernel = kernel
    let transform = Transform(rows: rows, columns: columns)
    self.transform = transform
    let factor: Scalar =
      powerOfTwo(-kernel.taps.exponent) / (Scalar(rows) * Scalar(transform.packedColumns))
    kernelSpectrum = kernel.taps.finiteTaps.span.withShared { taps in
      let image = ExtendedImage(
        elements: taps, rows: kernel.rows, columns: kernel.columns, boundary: .zero)
      let all = MatrixRegion(rows: 0..<kernel.rows, columns: 0..<kernel.columns)
      let block = MatrixBlock(
        of: image, row: 0, column: 0, rows: rows, columns: columns, results: all,
        kernelRows: rows, kernelColumns: columns)
      return Self.spectrum(of: block, by: factor, transform, threads: threads)
    }
  }

  /// Memory for one block at a time.
  func makeScratch() -> AlignedBuffer<Complex<Scalar>> {
    unsafe AlignedBuffer(uninitialized: transform.rows * transform.rowStride)
  }

  /// The spectrum of a block's samples times `factor`.
  private static func spectrum(
    of block: MatrixBlock<Element>, by factor: Scalar, _ transform: Transform, threads: Int
  ) -> Spectrum<Scalar> {
    Spectrum(count: transform.spectrumCount) { spectrum in
      var scratchBuffer = unsafe AlignedBuffer<Complex<Scalar>>(
        uninitialized: transform.rows * transform.rowStride)
      spectrum.withShared {
        writeSpectrum(of: block, by: factor, transform, into: $0, &scratchBuffer, threads: threads)
      }
    }
  }

  /// Writes the spectrum of a block's samples times `factor`, column by column.
  static func writeSpectrum(
    of block: MatrixBlock<Element>, by factor: Scalar, _ transform: Transform,
    into spectrum: SharedBuffer<Complex<Scalar>>,
    _ scratchBuffer: inout AlignedBuffer<Complex<Scalar>>, threads: Int
  ) {
    var numbers = scratchBuffer.mutableSpan
    numbers.withShared { numbers in
      forwardRows(block, by: factor, transform, into: numbers, threads)
      forEachPiece(
        transform.strips, threads: threads, scratch: { Transform.Scratch(transform) }
      ) { strip, scratch in
        numbers.withAllElements { numbers in
          transform.forwardStrip(
            strip, of: numbers.span, present: block.samples.rows, in: &scratch
          ) { column, line in
            spectrum.withElements(transform.place(ofColumn: column)) { target in
              for index in target.indices { target[index] = line[index] }
            }
          }
        }
      }
    }
  }

  /// Writes the results of a block whose samples times 2^-`exponent` have the spectrum `spectrum`,
  /// as ``convolve(_:exponent:into:rowStride:_:threads:)`` does.
  func writeResults(
    of block: MatrixBlock<Element>, spectrum: SharedBuffer<Complex<Scalar>>, exponent: Int,
    into output: SharedBuffer<Element>, rowStride: Int,
    _ scratchBuffer: inout AlignedBuffer<Complex<Scalar>>, threads: Int
  ) {
    var numbers = scratchBuffer.mutableSpan
    numbers.withShared { numbers in
      forEachPiece(
        transform.strips, threads: threads, scratch: { Transform.Scratch(transform) }
      ) { strip, scratch in
        transform.fillStrip(strip, in: &scratch) { column, line in
          let place = transform.place(ofColumn: column)
          spectrum.withElements(place) { source in
            for index in source.indices { line[index] = source[index] }
          }
          kernelSpectrum.withValues { Scalar.multiply(&line, by: $0.extracting(place)) }
        }
        numbers.withAllElements { numbers in
          transform.inverseStrip(
            strip, into: &numbers, wanted: block.results.rows, in: &scratch)
        }
      }
      inverseRows(block, exponent: exponent, numbers, output, rowStride, threads)
    }
  }

  /// Convolves the samples times 2^-`exponent`, and writes the block's results scaled back to
  /// `output`, whose rows lie `rowStride` apart.
  func convolve(
    _ block: MatrixBlock<Element>, exponent: Int, into output: SharedBuffer<Element>,
    rowStride: Int, _ scratchBuffer: inout AlignedBuffer<Complex<Scalar>>, threads: Int
  ) {
    var numbers = scratchBuffer.mutableSpan
    numbers.withShared { numbers in
      Self.forwardRows(block, by: powerOfTwo(-exponent), transform, into: numbers, threads)
      forEachPiece(
        transform.strips, threads: threads, scratch: { Transform.Scratch(transform) }
      ) { strip, scratch in
        numbers.withAllElements { numbers in
          transform.forwardStrip(
            strip, of: numbers.span, present: block.samples.rows, in: &scratch
          ) { column, line in
            let place = transform.place(ofColumn: column)
            kernelSpectrum.withValues { Scalar.multiply(&line, by: $0.extracting(place)) }
          }
          transform.inverseStrip(
            strip, into: &numbers, wanted: block.results.rows, in: &scratch)
        }
      }
      inverseRows(block, exponent: exponent, numbers, output, rowStride, threads)
    }
  }

  private static func forwardRows(
    _ block: MatrixBlock<Element>, by factor: Scalar, _ transform: Transform,
    into numbers: SharedBuffer<Complex<Scalar>>, _ threads: Int
  ) {
    let pieces = block.samples.rows.pieces(of: rowsOfPiece)
    // A row is read from its first column on, so that its samples keep their place in the block.
    let columns = block.column..<(block.column + block.samples.columns.upperBound)
    forEachPiece(
      pieces.count, threads: threads, scratch: { Transform.Scratch(transform) }
    ) { piece, scratch in
      for row in pieces[piece] {
        let start = row * transform.rowStride
        numbers.withElements(start..<(start + transform.packedColumns)) { target in
          var line: [Element] = []
          swap(&line, &scratch.line)
          block.image.withRow(block.row + row, columns: columns, scratch: &line) { samples in
            transform.forwardRow(samples, by: factor, into: &target, in: &scratch)
          }
          swap(&line, &scratch.line)
        }
      }
    }
  }

  private func inverseRows(
    _ block: MatrixBlock<Element>, exponent: Int, _ numbers: SharedBuffer<Complex<Scalar>>,
    _ output: SharedBuffer<Element>, _ rowStride: Int, _ threads: Int
  ) {
    let (factor, rest): (Scalar, Scalar) = powerOfTwoFactors(exponent + kernel.taps.exponent)
    let results = block.results
    let pieces = results.rows.pieces(of: Self.rowsOfPiece)
    forEachPiece(
      pieces.count, threads: threads, scratch: { Transform.Scratch(transform) }
    ) { piece, scratch in
      for row in pieces[piece] {
        let start = row * transform.rowStride
        let target = (row - results.rows.lowerBound) * rowStride
        numbers.withElements(start..<(start + transform.packedColumns)) { numbers in
          output.withElements(target..<(target + results.columns.count)) { line in
            transform.inverseRow(
              &numbers, by: factor, columns: results.columns, into: &line, in: &scratch)
            guard rest != 1 else { return }
            for index in line.indices { line[index] = line[index].scaled(by: rest) }
          }
        }
      }
    }
  }
}
