// SPDX-License-Identifier: MIT

internal import FourierTransform

// What a transform would spread over a whole block; DynamicRange.md in the documentation tells how it
// is kept from that, for signals and images alike.

/// What a block holds, as far as its transform is concerned.
enum BlockContent: Sendable {
  /// Nothing but zeros: every result is zero.
  case zeros
  /// Samples that are transformed together, times 2^-`exponent`.
  case ordinary(exponent: Int)
  /// Samples that are not finite, or results made of far smaller samples than others.
  case mixed
}

extension FourierScalar {
  /// Samples below the largest one of a block by more than this factor do not share its transform
  /// if they have results of their own: half the type's precision, so that a result made of small
  /// samples still has the other half.
  static var layerRatio: Self { powerOfTwo(-(significandBitCount / 2)) }
}

/// A block of mixed content: rows and columns of samples, one row of a signal. The rows of a volume
/// are its planes, line by line.
struct MixedBlock<Element: SignalElement> {
  typealias Scalar = Element.Scalar

  private let kernel: Kernel2D<Element>
  private let columns: Int
  /// The columns of a line: all, but for a volume.
  private let lineLength: Int
  private let results: Region2D
  /// The finite samples, and zeros for the others.
  private var finite: [Element]
  private var infinities: [(row: Int, column: Int, value: Element)] = []
  /// Which samples are NaN; empty if none is.
  private var nans: [Bool] = []

  /// A block of zeros, of `rows` by `columns` at least, and as many as the results reach.
  init(kernel: Kernel2D<Element>, rows: Int, columns: Int, results: Region2D) {
    self.kernel = kernel
    self.columns = max(columns, results.columns.upperBound)
    lineLength = min(kernel.lineLength, self.columns)
    self.results = results
    finite = [Element](
      repeating: .zero, count: max(rows, results.rows.upperBound) * self.columns)
  }

  /// Takes samples of a row, from a column on.
  mutating func take(_ samples: Span<Element>, row: Int, column: Int) {
    for index in samples.indices {
      let (place, sample) = (row * columns + column + index, samples[index])
      if sample.hasFiniteParts {
        finite[place] = sample
      } else if sample.hasNaN {
        if nans.isEmpty { nans = [Bool](repeating: false, count: finite.count) }
        nans[place] = true
      } else {
        infinities.append((row, column + index, sample))
      }
    }
  }

  /// The results, row by row.
  ///
  /// - Parameter mostInfinities: with more of them direct sums are quicker, which do some dozens of
  ///   products at a time.
  /// - Parameter direct: writes the results by direct sums.
  /// - Parameter transform: writes the results of a layer, finite samples in rows of `columns`, by a
  ///   transform of them times 2^-`exponent`.
  mutating func convolved(
    mostInfinities: Int, direct: (inout MutableSpan<Element>) -> Void,
    transform: (
      _ layer: Span<Element>, _ columns: Int, _ exponent: Int, _ output: inout MutableSpan<Element>
    ) -> Void
  ) -> [Element] {
    var output = [Element](repeating: .zero, count: results.count)
    if infinities.count > mostInfinities {
      var target = output.mutableSpan
      direct(&target)
    } else {
      addLayers(to: &output, transform)
      for (row, column, value) in infinities { add(value, row, column, to: &output) }
    }
    if !nans.isEmpty {
      var reached = [Bool](repeating: false, count: output.count)
      _ = markReached(above: 0, &reached) { nans[$0] ? 1 : 0 }
      for index in output.indices where reached[index] { output[index] = .notANumber }
    }
    return output
  }

  /// Adds the products of one sample.
  private func add(_ value: Element, _ row: Int, _ column: Int, to output: inout [Element]) {
    let lineEnd = (column / lineLength + 1) * lineLength
    for resultRow in results.rows.clamped(to: row..<(row + kernel.rows)) {
      for tapLine in 0..<kernel.lines {
        let first = column + tapLine * lineLength
        let end = min(first + kernel.lineTaps, lineEnd + tapLine * lineLength)
        for resultColumn in results.columns.clamped(to: first..<end) {
          let place =
            (resultRow - results.rows.lowerBound) * results.columns.count + resultColumn
            - results.columns.lowerBound
          output[place] += value * kernel[resultRow - row, resultColumn - column]
        }
      }
    }
  }

  /// Adds the results of the finite samples, one layer of magnitudes after the other, which uses
  /// them up.
  private mutating func addLayers(
    to output: inout [Element],
    _ transform: (Span<Element>, Int, Int, inout MutableSpan<Element>) -> Void
  ) {
    var layer = [Element](repeating: .zero, count: finite.count)
    var partial = [Element](repeating: .zero, count: output.count)
    var reached = [Bool](repeating: false, count: output.count)
    // Each layer takes away a factor of the range of magnitudes, so that this ends.
    while true {
      let peak = finite.reduce(Scalar.zero) { max($0, $1.largestPart) }
      guard peak > 0 else { return }
      let threshold = peak * Scalar.layerRatio
      let needsAnother = markReached(above: threshold, &reached) { finite[$0].largestPart }
      if !needsAnother { _ = markReached(above: 0, &reached) { finite[$0].largestPart } }
      for index in finite.indices {
        let takes = !needsAnother || finite[index].largestPart > threshold
        layer[index] = takes ? finite[index] : .zero
        if takes { finite[index] = .zero }
      }
      var target = partial.mutableSpan
      let exponent = scaleExponent(ofPeak: peak)
      transform(layer.span, columns, exponent, &target)
      let samples = BlockSamples(
        layer.span, .own(length: columns),
        region: Region2D(rows: 0..<layer.count / columns, columns: 0..<columns),
        exponent: exponent)
      for (index, row) in results.rows.enumerated() {
        let start = index * results.columns.count
        var line = target._mutatingExtracting(start..<start + results.columns.count)
        kernel.sumSmallResults(row: row, columns: results.columns, samples, in: &line) {
          reached[start + $0]
        }
      }
      for index in output.indices where reached[index] { output[index] += partial[index] }
    }
  }

  /// Marks the results that have a sample above `threshold` among their own, and tells whether some
  /// result has only smaller ones, not all zero.
  ///
  /// - Complexity: O(samples + results).
  private func markReached(
    above threshold: Scalar, _ reached: inout [Bool], _ magnitude: (_ place: Int) -> Scalar
  ) -> Bool {
    // For each column of results, the last row that has such a sample for it, and for each column of
    // a line the last line of a row that does.
    var lastLarge = [Int](repeating: -kernel.rows, count: results.columns.count)
    var lastNonzero = lastLarge
    var largeLine = [Int](repeating: 0, count: lineLength)
    var nonzeroLine = largeLine
    let noLine = -kernel.lines
    var hasSmallOnly = false
    for row in 0..<results.rows.upperBound {
      for column in 0..<lineLength { (largeLine[column], nonzeroLine[column]) = (noLine, noLine) }
      for line in 0...((results.columns.upperBound - 1) / lineLength) {
        var (large, nonzero) = (-kernel.lineTaps, -kernel.lineTaps)
        let start = line * lineLength
        for column in 0..<min(lineLength, results.columns.upperBound - start) {
          let size = magnitude(row * columns + start + column)
          if size > threshold { large = column }
          if size > 0 { nonzero = column }
          if column - large < kernel.lineTaps { largeLine[column] = line }
          if column - nonzero < kernel.lineTaps { nonzeroLine[column] = line }
          let index = start + column - results.columns.lowerBound
          guard index >= 0 else { continue }
          if line - largeLine[column] < kernel.lines { lastLarge[index] = row }
          if line - nonzeroLine[column] < kernel.lines { lastNonzero[index] = row }
          guard row >= results.rows.lowerBound else { continue }
          let isReached = row - lastLarge[index] < kernel.rows
          reached[(row - results.rows.lowerBound) * results.columns.count + index] = isReached
          hasSmallOnly =
            hasSmallOnly || (!isReached && row - lastNonzero[index] < kernel.rows)
        }
      }
    }
    return hasSmallOnly
  }
}
