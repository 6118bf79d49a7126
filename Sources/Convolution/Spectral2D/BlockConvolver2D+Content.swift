// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

// See MixedBlock.swift.
extension BlockConvolver2D {
  /// The magnitudes of a block.
  private struct Magnitudes: Sendable {
    /// The largest; not finite if a sample is not.
    var peak = Scalar.zero
    /// The smallest of the largest ones in the cells.
    var smallest = Scalar.infinity

    mutating func merge(_ other: Magnitudes) {
      // A NaN must not get lost in a comparison.
      peak = other.peak.isFinite && peak.isFinite ? max(peak, other.peak) : .infinity
      smallest = min(smallest, other.smallest)
    }
  }

  /// Lines of cells along one axis: those that `cells` is true of are such that the samples of any
  /// result hold a whole cell.
  private struct Bands {
    var ranges: [Range<Int>] = []
    var cells: [Bool] = []
    var cellLength: Int
    /// The first sample.
    var first: Int

    /// - Parameter samples: the samples of the block along this axis.
    /// - Parameter results: its results.
    /// - Parameter taps: the kernel's length along it.
    init(samples: Range<Int>, results: Range<Int>, taps: Int) {
      // A run of 2c - 1 holds a whole one of the cells of c that lie side by side; longer ones than
      // 64 would not be looked at more quickly.
      cellLength = max(1, min(64, (taps + 1) / 2))
      first = samples.lowerBound
      for range in samples.pieces(of: cellLength) {
        ranges.append(range)
        cells.append(range.count == cellLength)
      }
      guard !samples.isEmpty, !results.isEmpty else { return }
      // Where results are made of fewer samples than the kernel has taps: as many as the outermost
      // of them have, but one at least.
      let first = max(1, results.lowerBound - samples.lowerBound + 1)
      if first < taps { append(samples.prefix(min(first, cellLength))) }
      let last = max(1, samples.upperBound - (results.upperBound - taps))
      if last < taps { append(samples.suffix(min(last, cellLength))) }
    }

    private mutating func append(_ range: Range<Int>) {
      ranges.append(range)
      cells.append(true)
    }
  }

  /// Looks at the magnitudes of a block, by cells that are so small that the samples of every
  /// result hold at least one.
  func content(of block: Block2D<Element>, threads: Int) -> BlockContent {
    guard !block.samples.isEmpty else { return .zeros }
    let rows = Bands(
      samples: block.samples.rows, results: block.results.rows, taps: kernel.rows)
    let lines = Bands(
      samples: block.sampleLines.rows, results: block.resultLines.rows, taps: kernel.lines)
    let columns = Bands(
      samples: block.sampleLines.columns, results: block.resultLines.columns,
      taps: kernel.lineTaps)
    var all = Magnitudes()
    let parts = parallelMap(rows.ranges.count, threads: threads) {
      magnitudes(block, rows, $0, lines, columns)
    }
    for part in parts { all.merge(part) }
    guard all.peak > 0 else { return .zeros }
    guard all.peak.isFinite, all.smallest > all.peak * Scalar.layerRatio else { return .mixed }
    return .ordinary(exponent: scaleExponent(ofPeak: all.peak))
  }

  private func magnitudes(
    _ block: Block2D<Element>, _ rows: Bands, _ band: Int, _ lines: Bands, _ columns: Bands
  ) -> Magnitudes {
    let components = Element.scalarCount
    // The largest magnitudes in each column over all rows, then over all lines, and then those of
    // the columns' cells.
    var columnMaxima = [Scalar](repeating: 0, count: components * block.samples.columns.count)
    var tops = columnMaxima.mutableSpan
    var line: [Element] = []
    for row in rows.ranges[band] {
      block.withSamples(ofRow: row, scratch: &line) { Element.raise(&tops, toMagnitudesOf: $0) }
    }
    let width = block.sampleLines.columns.count
    var lineMaxima: [Scalar] = []
    var found = Magnitudes()
    for (index, lineBand) in lines.ranges.enumerated() {
      let isCell = rows.cells[band] && lines.cells[index]
      func place(_ line: Int) -> Range<Int> {
        let start =
          (line == 0 ? 0 : line * kernel.lineLength) + block.sampleLines.columns.lowerBound
          - block.samples.columns.lowerBound
        return (components * start)..<(components * (start + width))
      }
      if lineBand.count == 1 {
        merge(
          columnMaxima.span.extracting(place(lineBand.lowerBound)), columns, isCell, &found)
        continue
      }
      lineMaxima = [Scalar](repeating: 0, count: components * width)
      var tops = lineMaxima.mutableSpan
      for line in lineBand {
        Scalar.raise(&tops, toMagnitudesOf: columnMaxima.span.extracting(place(line)))
      }
      merge(lineMaxima.span, columns, isCell, &found)
    }
    return found
  }

  /// Takes in the largest magnitudes in each column of a line, cell by cell.
  private func merge(
    _ maxima: Span<Scalar>, _ columns: Bands, _ isCell: Bool, _ found: inout Magnitudes
  ) {
    let components = Element.scalarCount
    let width = columns.cellLength
    let count = maxima.count / components
    let chunks = (count + width - 1) / width
    var largest = [Scalar](repeating: 0, count: columns.ranges.count)
    var target = largest.mutableSpan
    var part = target._mutatingExtracting(0..<chunks)
    Scalar.chunkMaxima(of: maxima, chunk: components * width, into: &part)
    for index in chunks..<columns.ranges.count {
      let cell = columns.ranges[index]
      let from = components * (cell.lowerBound - columns.first)
      var one = target._mutatingExtracting(index..<(index + 1))
      Scalar.chunkMaxima(
        of: maxima.extracting(from..<(from + components * cell.count)),
        chunk: components * cell.count, into: &one)
    }
    for index in largest.indices {
      let isCell = isCell && columns.cells[index]
      found.merge(
        Magnitudes(peak: largest[index], smallest: isCell ? largest[index] : .infinity))
    }
  }

  /// Writes the results of a block with this content to `output`.
  func convolve(
    _ block: Block2D<Element>, _ content: BlockContent, into output: BlockOutput<Element>,
    _ scratch: inout AlignedBuffer<Complex<Scalar>>, threads: Int
  ) {
    if case .ordinary(let exponent) = content {
      return convolve(
        block, exponent: exponent, into: output, &scratch, threads: threads)
    }
    var values: [Element] = []
    var isDirect = false
    if case .mixed = content {
      values = convolvedMixed(block, &scratch, &isDirect, threads: threads)
    }
    let width = block.results.columns.count
    var line: [Element] = []
    for row in 0..<block.results.rows.count {
      output.withRow(row, count: width, scratch: &line) { line in
        for index in line.indices {
          line[index] = values.isEmpty ? .zero : values[row * width + index]
        }
      }
    }
    if !isDirect { addSeparateTaps(block, to: output) }
  }

  private func convolvedMixed(
    _ block: Block2D<Element>, _ scratch: inout AlignedBuffer<Complex<Scalar>>,
    _ isDirect: inout Bool, threads: Int
  ) -> [Element] {
    var mixed = MixedBlock(
      kernel: kernel, rows: block.samples.rows.upperBound,
      columns: block.samples.columns.upperBound, results: block.results)
    var line: [Element] = []
    for row in block.samples.rows {
      block.withSamples(ofRow: row, scratch: &line) {
        mixed.take($0, row: row, column: block.samples.columns.lowerBound)
      }
    }
    // Judged: more, the more results there are that the products of one do not reach.
    let mostInfinities = 64 + block.results.count / 64
    return mixed.convolved(mostInfinities: mostInfinities) { target in
      isDirect = true
      let region = block.results.relative(toRow: -block.row, column: -block.column)
      target.withShared { target in
        DirectConvolution2D(kernel).convolve(block.image, region, into: target, threads: threads)
      }
    } transform: { layer, columns, exponent, target in
      layer.withShared { layer in
        let image = ExtendedImage(
          elements: layer, rows: layer.count / columns, columns: columns, boundary: .zero)
        let part = block.with(image, transform, kernel)
        target.withShared { target in
          convolve(
            part, exponent: exponent,
            into: BlockOutput(elements: target, rowStride: block.results.columns.count),
            sumsSmallResults: false, &scratch, threads: threads)
        }
      }
    }
  }
}
