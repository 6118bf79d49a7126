internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

// What BlockCare.swift says of one dimension, in two: samples that are not finite are taken out and
// added one by one, and where some results are made of far smaller samples than others, the large
// and the small are transformed apart.
extension MatrixBlockConvolver {
  /// As in one dimension: half the type's precision.
  private static var layerRatio: Scalar { powerOfTwo(-(Scalar.significandBitCount / 2)) }

  /// Writes the results of a block to `output`, whose rows lie `rowStride` apart.
  func convolve(
    _ block: MatrixBlock<Element>, into output: SharedBuffer<Element>, rowStride: Int,
    _ workspace: inout AlignedBuffer<Complex<Scalar>>, threads: Int
  ) {
    guard !block.results.isEmpty else { return }
    switch judge(block, threads: threads) {
    case .care:
      convolveWithCare(block, into: output, rowStride: rowStride, &workspace, threads: threads)
    case .zeros:
      for row in 0..<block.results.rows.count {
        output.withElements((row * rowStride)..<(row * rowStride + block.results.columns.count)) {
          line in
          for index in line.indices { line[index] = .zero }
        }
      }
    case .plain(let exponent):
      convolve(
        block, exponent: exponent, into: output, rowStride: rowStride, &workspace,
        threads: threads)
    }
  }

  /// How a block can be done.
  enum Judgement {
    /// Not just by a transform.
    case care
    /// Every result is zero.
    case zeros
    /// By a transform of the samples times 2^-exponent.
    case plain(exponent: Int)
  }

  func judge(_ block: MatrixBlock<Element>, threads: Int) -> Judgement {
    let scan = scan(block, threads: threads)
    guard scan.peak > 0 else { return .zeros }
    guard scan.peak.isFinite, scan.smallest > scan.peak * Self.layerRatio else { return .care }
    return .plain(exponent: scaleExponent(ofPeak: scan.peak))
  }

  private func convolveWithCare(
    _ block: MatrixBlock<Element>, into output: SharedBuffer<Element>, rowStride: Int,
    _ workspace: inout AlignedBuffer<Complex<Scalar>>, threads: Int
  ) {
    // As far as the results reach, which may be beyond the samples.
    let rows = max(block.samples.rows.upperBound, block.results.rows.upperBound)
    let columns = max(block.samples.columns.upperBound, block.results.columns.upperBound)
    var rest = [Element](repeating: .zero, count: rows * columns)
    var infinities: [(row: Int, column: Int, value: Element)] = []
    var nans = [Bool](repeating: false, count: rows * columns)
    var hasNaN = false
    var scratch: [Element] = []
    for row in block.samples.rows {
      let range =
        (block.samples.columns.lowerBound
          + block.column)..<(block.samples.columns.upperBound + block.column)
      block.image.withRow(block.row + row, columns: range, scratch: &scratch) { samples in
        for index in samples.indices {
          let column = block.samples.columns.lowerBound + index
          if samples[index].hasFiniteParts {
            rest[row * columns + column] = samples[index]
          } else if samples[index].hasNaN {
            nans[row * columns + column] = true
            hasNaN = true
          } else {
            infinities.append((row, column, samples[index]))
          }
        }
      }
    }
    var results = [Element](repeating: .zero, count: block.results.count)
    // Many infinities are quicker by direct sums, which do some dozens of products at a time.
    if infinities.count > 64 + block.results.count / 64 {
      let region = block.results.relative(toRow: -block.row, column: -block.column)
      var target = results.mutableSpan
      target.withShared { target in
        DirectConvolution2D(kernel).convolve(block.image, region, into: target, threads: threads)
      }
    } else {
      addLayers(
        of: &rest, rows: rows, columns: columns, block, to: &results, &workspace, threads: threads)
      for (row, column, value) in infinities {
        add(value, row: row, column: column, block.results, to: &results)
      }
    }
    let spoilt = hasNaN ? reach(of: nans, columns: columns, block.results) : []
    for row in 0..<block.results.rows.count {
      let from = row * block.results.columns.count
      output.withElements((row * rowStride)..<(row * rowStride + block.results.columns.count)) {
        line in
        for index in line.indices {
          line[index] = hasNaN && spoilt[from + index] ? .notANumber : results[from + index]
        }
      }
    }
  }

  /// Adds the products of one sample.
  private func add(
    _ value: Element, row: Int, column: Int, _ region: MatrixRegion, to results: inout [Element]
  ) {
    for resultRow in region.rows.clamped(to: row..<(row + kernel.rows)) {
      for resultColumn in region.columns.clamped(to: column..<(column + kernel.columns)) {
        let place =
          (resultRow - region.rows.lowerBound) * region.columns.count + resultColumn
          - region.columns.lowerBound
        results[place] += value * kernel[resultRow - row, resultColumn - column]
      }
    }
  }

  /// Adds the results of finite samples, one layer of magnitudes after the other.
  private func addLayers(
    of rest: inout [Element], rows: Int, columns: Int, _ block: MatrixBlock<Element>,
    to results: inout [Element], _ workspace: inout AlignedBuffer<Complex<Scalar>>, threads: Int
  ) {
    var partial = [Element](repeating: .zero, count: results.count)
    // Each layer takes away a factor of the range of magnitudes, so that this ends.
    while true {
      let peak = rest.reduce(Scalar.zero) { max($0, $1.largestPart) }
      guard peak > 0 else { return }
      let threshold = peak * Self.layerRatio
      let large = rest.map { $0.largestPart > threshold }
      let nonzero = rest.map { $0.largestPart > 0 }
      var touched = reach(of: large, columns: columns, block.results)
      let reached = reach(of: nonzero, columns: columns, block.results)
      // Whether some result has only small samples, not all zero.
      let needsAnother = zip(touched, reached).contains { !$0 && $1 }
      var layer = rest
      if needsAnother {
        for index in rest.indices {
          if large[index] { rest[index] = .zero } else { layer[index] = .zero }
        }
      } else {
        touched = reached
        for index in rest.indices { rest[index] = .zero }
      }
      layer.span.withShared { layer in
        let image = ExtendedImage(elements: layer, rows: rows, columns: columns, boundary: .zero)
        let part = MatrixBlock(
          of: image, row: 0, column: 0, rows: transform.rows, columns: transform.columns,
          results: block.results, kernelRows: kernel.rows, kernelColumns: kernel.columns)
        var target = partial.mutableSpan
        target.withShared { target in
          convolve(
            part, exponent: scaleExponent(ofPeak: peak), into: target,
            rowStride: block.results.columns.count, &workspace, threads: threads)
        }
      }
      for index in results.indices where touched[index] { results[index] += partial[index] }
    }
  }

  /// The results of `region` that have one of the `marked` samples among their own.
  ///
  /// - Complexity: O(samples + results).
  private func reach(of marked: [Bool], columns: Int, _ region: MatrixRegion) -> [Bool] {
    var reached = [Bool](repeating: false, count: region.count)
    // For each column of results, the last row that has a marked sample for it.
    var lastRow = [Int](repeating: -kernel.rows, count: region.columns.count)
    for row in 0..<region.rows.upperBound {
      var lastColumn = -kernel.columns
      for column in 0..<region.columns.upperBound {
        if marked[row * columns + column] { lastColumn = column }
        guard column >= region.columns.lowerBound else { continue }
        let index = column - region.columns.lowerBound
        if column - lastColumn < kernel.columns { lastRow[index] = row }
        if row >= region.rows.lowerBound && row - lastRow[index] < kernel.rows {
          reached[(row - region.rows.lowerBound) * region.columns.count + index] = true
        }
      }
    }
    return reached
  }
}
