// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// A block of an image that is to be convolved, and the results that are wanted of it.
struct Block2D<Element: SignalElement>: Sendable {
  let image: ExtendedImage<Element>
  /// The row and the column of the image that are the block's first.
  let row: Int
  let column: Int
  /// The wanted results, by their place in the block.
  let results: Region2D
  /// The samples that take part in those, by their place in the block.
  let samples: Region2D
  /// Which lines of a row, and which columns of these, the results and the samples are in, where
  /// the block is a volume's and its rows are planes: those of an image are one line.
  let resultLines: Region2D
  let sampleLines: Region2D

  /// The block of a transform's size from a place of the image on; `results` are counted from there.
  /// Rows and right-hand columns that no wanted result is made of are left out.
  init(
    of image: ExtendedImage<Element>, row: Int, column: Int,
    _ transform: BlockTransform2D<Element>, results: Region2D, _ kernel: Kernel2D<Element>
  ) {
    (self.image, self.row, self.column, self.results) = (image, row, column, results)
    let needed = results.window(kernelRows: kernel.rows, kernelColumns: kernel.columns)
    let window = Region2D(
      rows: needed.rows.clamped(to: 0..<transform.rows),
      columns: 0..<min(max(needed.columns.upperBound, 0), transform.columns))
    samples = image.samples(in: window.relative(toRow: -row, column: -column))
      .relative(toRow: row, column: column)
    resultLines = Region2D(rows: 0..<1, columns: results.columns)
    sampleLines = Region2D(rows: 0..<1, columns: samples.columns)
  }

  /// The block of a volume whose planes are the rows of `image`, lines of `lineLength` each.
  ///
  /// - Parameter results: the wanted results, by their place in the block.
  /// - Parameter samples: the places that do not hold zeros alone.
  init(
    planes image: ExtendedImage<Element>, lineLength: Int, results: Region3D, samples: Region3D
  ) {
    (self.image, row, column) = (image, 0, 0)
    (resultLines, sampleLines) = (results.lines, samples.lines)
    self.results = Region2D(
      rows: results.planes, columns: results.lines.flattened(lineLength: lineLength))
    let columns = samples.lines.flattened(lineLength: lineLength)
    // Rows are read from their first column on.
    self.samples = Region2D(rows: samples.planes, columns: 0..<max(0, columns.upperBound))
  }

  /// The same results of other samples: rows and columns as they are in the block, and zeros beyond.
  func with(
    _ layer: ExtendedImage<Element>, _ transform: BlockTransform2D<Element>,
    _ kernel: Kernel2D<Element>
  ) -> Block2D {
    guard kernel.isFlattened else {
      return Block2D(of: layer, row: 0, column: 0, transform, results: results, kernel)
    }
    return Block2D(planes: layer, of: self)
  }

  private init(planes image: ExtendedImage<Element>, of block: Block2D) {
    (self.image, row, column) = (image, 0, 0)
    (results, resultLines, sampleLines) = (block.results, block.resultLines, block.sampleLines)
    samples = Region2D(
      rows: block.samples.rows.clamped(to: 0..<image.rows),
      columns: block.samples.columns.clamped(to: 0..<image.columns))
  }

  /// Whether the results in a column are wanted: between the lines of a volume others are found.
  func wants(column: Int, lineLength: Int) -> Bool {
    lineLength == .max || resultLines.columns ~= column % lineLength
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
struct BlockConvolver2D<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar
  typealias Transform = BlockTransform2D<Element>

  let kernel: Kernel2D<Element>
  let transform: Transform
  /// The spectrum of the kernel, scaled to a peak near 1, over the counts that the inverse
  /// transforms do not divide by.
  private let kernelSpectrum: SharedBuffer<Complex<Scalar>>

  /// Rows that make a piece of work. Judged.
  static var rowsOfPiece: Int { 8 }

  /// Prepares blocks of the planner's lengths, at least as large as the kernel.
  init(_ kernel: Kernel2D<Element>, rows: Int, columns: Int, threads: Int = 1) {
    precondition(
      rows >= kernel.rows && columns >= kernel.columns,
      "a block of \(rows) x \(columns) is smaller than its kernel")
    self.kernel = kernel
    let transform = Transform(rows: rows, columns: columns)
    self.transform = transform
    let factor: Scalar =
      powerOfTwo(-kernel.taps.exponent) / (Scalar(rows) * Scalar(transform.packedColumns))
    let kernelSpectrum = SharedBuffer<Complex<Scalar>>(unwritten: transform.spectrumCount)
    self.kernelSpectrum = kernelSpectrum
    var rowsBuffer = Self.makeScratch(transform)
    kernel.taps.transformedTaps.span.withShared { taps in
      let image = ExtendedImage(
        elements: taps, rows: kernel.rows, columns: kernel.columns, boundary: .zero)
      let all = Region2D(rows: 0..<kernel.rows, columns: 0..<kernel.columns)
      let block = Block2D(of: image, row: 0, column: 0, transform, results: all, kernel)
      Self.writeSpectrum(
        of: block, by: factor, transform, into: kernelSpectrum, &rowsBuffer, threads: threads)
    }
  }

  /// Memory for the rows of one block at a time.
  func makeScratch() -> AlignedBuffer<Complex<Scalar>> { Self.makeScratch(transform) }

  private static func makeScratch(_ transform: Transform) -> AlignedBuffer<Complex<Scalar>> {
    unsafe AlignedBuffer(uninitialized: transform.rows * transform.rowStride)
  }

  /// Writes the spectrum of a block's samples times `factor`, column by column.
  static func writeSpectrum(
    of block: Block2D<Element>, by factor: Scalar, _ transform: Transform,
    into spectrum: SharedBuffer<Complex<Scalar>>,
    _ rowsBuffer: inout AlignedBuffer<Complex<Scalar>>, threads: Int
  ) {
    var values = rowsBuffer.mutableSpan
    values.withShared { values in
      forwardRows(block, by: factor, transform, into: values, threads)
      forEachPiece(
        transform.strips, threads: threads, scratch: { Transform.Scratch(transform) }
      ) { strip, scratch in
        values.withAllElements { values in
          transform.forwardStrip(
            strip, of: values.span, present: block.samples.rows, in: &scratch.strip,
            to: &scratch.spectra
          ) { column, line in
            spectrum.withElements(transform.place(ofColumn: column)) {
              copyElements(line.span, into: &$0)
            }
          }
        }
      }
    }
  }

  /// Convolves the samples times 2^-`exponent`, and writes the block's results scaled back to
  /// `output`.
  ///
  /// - Parameter spectrum: what ``writeSpectrum(of:by:_:into:_:threads:)`` gave for the samples; nil
  ///   if they are still to be transformed.
  /// - Parameter sumsSmallResults: whether results are whole: not a layer's.
  func convolve(
    _ block: Block2D<Element>, exponent: Int, spectrum: SharedBuffer<Complex<Scalar>>? = nil,
    into output: BlockOutput<Element>, sumsSmallResults: Bool = true,
    _ rowsBuffer: inout AlignedBuffer<Complex<Scalar>>, threads: Int
  ) {
    var values = rowsBuffer.mutableSpan
    values.withShared { values in
      if spectrum == nil {
        Self.forwardRows(block, by: powerOfTwo(-exponent), transform, into: values, threads)
      }
      forEachPiece(
        transform.strips, threads: threads, scratch: { Transform.Scratch(transform) }
      ) { strip, scratch in
        values.withAllElements { values in
          func filter(_ column: Int, _ line: inout MutableSpan<Complex<Scalar>>) {
            let place = transform.place(ofColumn: column)
            if let spectrum { copyElements(spectrum.part(place).span, into: &line) }
            Scalar.multiply(&line, by: kernelSpectrum.span.extracting(place))
          }
          if spectrum == nil {
            transform.forwardStrip(
              strip, of: values.span, present: block.samples.rows, in: &scratch.strip,
              to: &scratch.spectra
            ) { filter($0, &$1) }
          } else {
            transform.fillStrip(strip, to: &scratch.spectra) { filter($0, &$1) }
          }
          transform.inverseStrip(
            strip, of: &scratch.spectra, in: &scratch.strip, into: &values,
            wanted: block.results.rows)
        }
      }
      inverseRows(
        block, exponent: exponent, values, output, sumsSmallResults, threads)
    }
    if sumsSmallResults { addSeparateTaps(block, to: output) }
  }

  /// Adds the products of finite samples with the taps that no transform was shown; those of other
  /// samples are in the results already. Those of a volume are added where its edges are known.
  func addSeparateTaps(
    _ block: Block2D<Element>, to output: BlockOutput<Element>
  ) {
    let results = block.results
    guard !kernel.isFlattened else { return }
    for (tap, value) in kernel.taps.separateTaps {
      let (a, b) = tap.quotientAndRemainder(dividingBy: kernel.columns)
      for (index, row) in results.rows.enumerated() {
        let start = index * output.rowStride
        output.elements.withElements(start..<(start + results.columns.count)) { line in
          for (place, column) in results.columns.enumerated() {
            if let sample = block.image.sample(block.row + row - a, block.column + column - b),
              sample.hasFiniteParts
            {
              line[place] += value * sample
            }
          }
        }
      }
    }
  }

  private static func forwardRows(
    _ block: Block2D<Element>, by factor: Scalar, _ transform: Transform,
    into values: SharedBuffer<Complex<Scalar>>, _ threads: Int
  ) {
    let pieces = block.samples.rows.pieces(of: rowsOfPiece)
    // A row is read from its first column on, so that its samples keep their place in the block.
    let columns = block.column..<(block.column + block.samples.columns.upperBound)
    forEachPiece(
      pieces.count, threads: threads, scratch: { Transform.Scratch(transform) }
    ) { piece, scratch in
      for row in pieces[piece] {
        let start = row * transform.rowStride
        values.withElements(start..<(start + transform.packedColumns)) { target in
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
    _ block: Block2D<Element>, exponent: Int, _ values: SharedBuffer<Complex<Scalar>>,
    _ output: BlockOutput<Element>, _ sumsSmallResults: Bool, _ threads: Int
  ) {
    let (factor, rest): (Scalar, Scalar) = powerOfTwoFactors(exponent + kernel.taps.exponent)
    let limit = kernel.taps.smallLimit(exponent, resultFactor: factor)
    let results = block.results
    let pieces = results.rows.pieces(of: Self.rowsOfPiece)
    forEachPiece(
      pieces.count, threads: threads, scratch: { Transform.Scratch(transform) }
    ) { piece, scratch in
      for row in pieces[piece] {
        let start = row * transform.rowStride
        var own: [Element] = []
        swap(&own, &scratch.line)
        values.withElements(start..<(start + transform.packedColumns)) { values in
          output.withRow(
            row - results.rows.lowerBound, count: results.columns.count, scratch: &own
          ) { line in
            var small = transform.inverseRow(
              &values, by: factor, columns: results.columns, into: &line, below: limit,
              in: &scratch)
            small = BlockConvolver.finish(&line, rest, small, limit)
            guard sumsSmallResults, small.bits != 0 else { return }
            let samples = BlockSamples(
              block.image.elements.span,
              .ofImage(block.image, row: block.row, column: block.column),
              region: block.samples, exponent: exponent)
            kernel.sumSmallResults(
              row: row, columns: results.columns, samples, in: &line, segments: small
            ) {
              block.wants(
                column: results.columns.lowerBound + $0, lineLength: kernel.lineLength)
            }
          }
        }
        swap(&own, &scratch.line)
      }
    }
  }
}
