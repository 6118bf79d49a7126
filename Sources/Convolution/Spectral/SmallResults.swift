// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform
internal import VectorKernels

// Results whose products are all small beside the largest product that a block could have: the
// rounding errors of a transform, which are in proportion to that one, would show in them. A result
// that is not small proves by itself that it has a large product. Of the others nearly all have one
// too, at one of the largest taps, and cancel by chance; what is left is summed directly. See
// DynamicRange.md in the documentation.

extension Kernel2D {
  typealias Scalar = Element.Scalar

  /// Sums directly those of a row of results whose products are all small.
  ///
  /// - Parameter row: the row of the results in the block.
  /// - Parameter columns: their columns.
  /// - Parameter segments: of `output`, where some may be small; nil for all.
  /// - Parameter isWanted: by their index in `output`; the others are left as they are.
  func sumSmallResults(
    row: Int, columns: Range<Int>, _ samples: BlockSamples<Element>,
    in output: inout MutableSpan<Element>, segments: ResultSegments? = nil,
    isWanted: (_ index: Int) -> Bool = { _ in true }
  ) {
    let segments = segments ?? ResultSegments(all: output.count)
    guard segments.bits != 0 else { return }
    let limit = taps.smallLimit(samples.exponent)
    let mayOverflow = limit == .infinity
    var sums: [(index: Int, sum: Element)] = []
    var undecided: [Int] = []
    // Found when they are asked for.
    var nonzeros: NonzeroSamples??
    func check(_ index: Int) {
      guard isWanted(index), mayOverflow || output[index].largestPart < limit else { return }
      let column = columns.lowerBound + index
      var found =
        (nonzeros ?? nil).map { smallResult(column, samples, among: $0) }
        ?? smallResult(row, column, samples, most: mostProducts)
      // Zeros tell nothing: between clicks, or stars, there are many.
      if case .undecided = found, nonzeros == nil {
        let known = nonzeroSamples(row, samples)
        nonzeros = .some(known)
        if let known { found = smallResult(column, samples, among: known) }
      }
      if case .undecided = found, !isSignal(samples) {
        found = smallResult(row, column, samples, most: .max)
      }
      switch found {
      case .large: break
      case .small(let sum): sums.append((index, sum))
      case .undecided: undecided.append(index)
      }
    }
    if mayOverflow {
      for index in output.indices { check(index) }
    } else {
      let taps = largeTaps(row, columns.lowerBound, samples)
      segments.forEachRange { range in
        Element.forEachSmallResult(
          of: output, range, below: limit, samples.elements, taps, check)
      }
    }
    for (index, sum) in sums { output[index] = sum }
    if !undecided.isEmpty { sumDirectly(undecided, columns.lowerBound, samples, isWanted, &output) }
  }

  /// Sums results of a signal, by their indices in `output`, many at a time: also others between them.
  private func sumDirectly(
    _ indices: [Int], _ column: Int, _ samples: BlockSamples<Element>,
    _ isWanted: (_ index: Int) -> Bool, _ output: inout MutableSpan<Element>
  ) {
    let direct = DirectConvolution(taps: taps.transformedTaps)
    let region = samples.region.columns
    let first = column - region.lowerBound
    for range in runs(of: indices) {
      var results = [Element](repeating: .zero, count: range.count)
      var target = results.mutableSpan
      direct.convolve(
        samples.elements.extracting(region), first + range.lowerBound..<first + range.upperBound,
        into: &target)
      for index in range where isWanted(index) { output[index] = results[index - range.lowerBound] }
    }
  }

  /// Whether the samples are those of one row, which results meet as they are.
  private func isSignal(_ samples: BlockSamples<Element>) -> Bool {
    guard case .own = samples.rows else { return false }
    return rows == 1 && samples.region.rows == 0..<1
  }

  /// The samples that the results of a row, from a column on, meet the largest taps with.
  private func largeTaps(
    _ row: Int, _ column: Int, _ samples: BlockSamples<Element>
  ) -> [vk_large_tap] {
    var large: [vk_large_tap] = []
    for tap in taps.largeTaps {
      let (tapRow, tapColumn) = tap.quotientAndRemainder(dividingBy: self.columns)
      guard samples.region.rows ~= row - tapRow, let line = samples.line(row - tapRow) else {
        continue
      }
      let first = column - tapColumn
      large.append(
        vk_large_tap(
          offset: line.first + first, first: line.columns.lowerBound - first,
          end: line.columns.upperBound - first,
          weight: Double(taps.transformedTaps[tap].largestPart)))
    }
    return large
  }

  /// The sum of the products of a result, from the largest tap outwards, if their magnitudes do not show
  /// that it is not small.
  ///
  /// - Parameter most: of so many products at least.
  /// - Complexity: O(taps that are not zero), and O(1) for nearly all.
  private func smallResult(
    _ row: Int, _ column: Int, _ samples: BlockSamples<Element>, most: Int
  ) -> SmallResult<Element> {
    let sampleFactor: Scalar = powerOfTwo(-samples.exponent)
    let tapFactor: Scalar = powerOfTwo(-taps.exponent)
    let peak = (taps.largeTaps.first ?? 0).quotientAndRemainder(dividingBy: columns)
    let columnRange = tapRange(column, samples.region.columns, columns)
    let rowRange = tapRange(row, samples.region.rows, rows)
    var sum = Element.zero
    var magnitude = Scalar.zero
    /// Adds a product; whether the result may still be small.
    func add(_ tapRow: Int, _ tapColumn: Int, _ line: (first: Int, columns: Range<Int>)?) -> Bool {
      let tap = taps.transformedTaps[tapRow * columns + tapColumn]
      let place = column - tapColumn
      let value: Element
      if let line, line.columns ~= place {
        value = samples.elements[line.first + place]
      } else {
        value = samples.beyond(row - tapRow, place)
      }
      sum += tap * value
      magnitude += (tap.largestPart * tapFactor) * (value.largestPart * sampleFactor)
      return magnitude < Scalar.layerRatio
    }
    var count = 0
    if let few = taps.fewTaps {
      for index in few {
        let (tapRow, tapColumn) = index.quotientAndRemainder(dividingBy: columns)
        guard rowRange ~= tapRow, columnRange ~= tapColumn else { continue }
        guard add(tapRow, tapColumn, samples.line(row - tapRow)) else { return .large }
        count += 1
        // All the taps of a volume are among these, and they need not be few.
        if isFlattened && count == most { return .undecided }
      }
      return .small(sum)
    }
    for tapRow in Outwards(from: peak.quotient, in: rowRange) {
      let line = samples.line(row - tapRow)
      for tapColumn in Outwards(from: peak.remainder, in: columnRange) {
        guard add(tapRow, tapColumn, line) else { return .large }
        count += 1
        if count == most { return .undecided }
      }
    }
    return .small(sum)
  }

  /// The same from the samples that are not zero.
  private func smallResult(
    _ column: Int, _ samples: BlockSamples<Element>, among nonzeros: NonzeroSamples
  ) -> SmallResult<Element> {
    let sampleFactor: Scalar = powerOfTwo(-samples.exponent)
    let tapFactor: Scalar = powerOfTwo(-taps.exponent)
    let peak = (taps.largeTaps.first ?? 0) % columns
    let range = tapRange(column, samples.region.columns, columns)
    var sum = Element.zero
    var magnitude = Scalar.zero
    var count = 0
    for line in nonzeros.lines {
      // The samples that the last and the first of these taps meet.
      let first = line.columns.partitionPoint { $0 > column - range.upperBound }
      let end = line.columns.partitionPoint { $0 > column - range.lowerBound }
      let nearest = line.columns.partitionPoint { $0 >= column - peak }
      for index in Outwards(from: nearest, in: first..<end) {
        let place = line.columns[index]
        let tap = taps.transformedTaps[line.tapRow * columns + column - place]
        let value = samples.elements[line.first + place]
        sum += tap * value
        magnitude += (tap.largestPart * tapFactor) * (value.largestPart * sampleFactor)
        guard magnitude < Scalar.layerRatio else { return .large }
        count += 1
        if count == mostProducts { return .undecided }
      }
    }
    return .small(sum)
  }

  /// Where the samples are that are not zero and that a row of results meets; nil where they are more
  /// than one in sixteen, since others are near then, or where there is more than zeros beyond the edges.
  private func nonzeroSamples(_ row: Int, _ samples: BlockSamples<Element>) -> NonzeroSamples? {
    guard samples.isZeroBeyond else { return nil }
    let peak = (taps.largeTaps.first ?? 0) / columns
    let tapRows = tapRange(row, samples.region.rows, rows)
    let most = samples.region.columns.count * tapRows.count / 16
    var lines: [NonzeroSamples.Line] = []
    var count = 0
    for tapRow in Outwards(from: peak, in: tapRows) {
      guard let line = samples.line(row - tapRow) else { continue }
      var found: [Int] = []
      for column in samples.region.columns.clamped(to: line.columns)
      where samples.elements[line.first + column].largestPart != 0 {
        found.append(column)
        count += 1
        if count > most { return nil }
      }
      if !found.isEmpty {
        lines.append(NonzeroSamples.Line(tapRow: tapRow, first: line.first, columns: found))
      }
    }
    return NonzeroSamples(lines: lines)
  }

  /// The taps along one axis that meet samples in a result.
  private func tapRange(_ result: Int, _ samples: Range<Int>, _ count: Int) -> Range<Int> {
    ((result + 1 - samples.upperBound)..<(result + 1 - samples.lowerBound)).clamped(to: 0..<count)
  }
}

/// What is known of a result.
private enum SmallResult<Element> {
  /// Its products are not all small.
  case large
  /// All of them are, and this is their sum.
  case small(Element)
  /// Neither is known of the first of its products.
  case undecided
}

/// Products that mostly tell whether a result is small, and take less than a microsecond. Judged.
private let mostProducts = 256

/// Ranges that hold all of `indices`, which are sorted: one for those that are near to one another.
private func runs(of indices: [Int]) -> [Range<Int>] {
  // What a direct sum does at a time. Judged.
  let gap = 64
  return indices.reduce(into: []) { runs, index in
    if let last = runs.last, index - last.upperBound < gap {
      runs[runs.count - 1] = last.lowerBound..<index + 1
    } else {
      runs.append(index..<index + 1)
    }
  }
}

/// The integers of a range, from one of them outwards: the nearest first.
private struct Outwards: Sequence, IteratorProtocol {
  private var below: Int
  private var above: Int
  private let range: Range<Int>
  private var goesUp = true

  init(from start: Int, in range: Range<Int>) {
    self.range = range
    above = Swift.min(Swift.max(start, range.lowerBound), range.upperBound)
    below = above - 1
  }

  @inline(__always)
  mutating func next() -> Int? {
    defer { goesUp.toggle() }
    if above < range.upperBound && (goesUp || below < range.lowerBound) {
      defer { above += 1 }
      return above
    }
    guard below >= range.lowerBound else { return nil }
    defer { below -= 1 }
    return below
  }
}
