// SPDX-License-Identifier: MIT

internal import ComputeSupport

extension SeparableConvolution2D {
  /// Rows that are gathered at once: as many as a vector has lanes, in any clone of the first pass.
  private static var gatheredRows: Int { 16 }

  /// The first pass over the rows of `window`.
  func filterRows(
    _ image: ExtendedImage<Element>, _ window: Region2D, _ pass: Pass,
    into target: inout MutableSpan<Element>, columns: Int, in scratch: inout PassScratch
  ) {
    let stride = Self.rowStride(columns)
    let clamped = window.rows.clamped(to: 0..<image.rows)
    // The last rows of a band may all lie beyond the image.
    let known = clamped.isEmpty ? window.rows.prefix(0) : clamped
    for rows in [
      window.rows.lowerBound..<known.lowerBound, known.upperBound..<window.rows.upperBound,
    ] {
      let beyond = Region2D(rows: rows, columns: window.columns)
      let from = (rows.lowerBound - window.rows.lowerBound) * stride
      if case .zero = image.boundary {
        // Rows of zeros stay zeros: the taps are finite.
        for row in 0..<rows.count {
          let start = from + row * stride
          var line = target._mutatingExtracting(start..<(start + columns))
          line.update(repeating: .zero)
        }
      } else {
        filterCopies(
          image, beyond, pass, into: &target, from: from, columns: columns, stride: stride,
          in: &scratch)
      }
    }
    guard !known.isEmpty else { return }
    let from = (known.lowerBound - window.rows.lowerBound) * stride
    let inside = Region2D(rows: known, columns: window.columns)
    if let grouped = pass.grouped, !window.columns.clamped(to: 0..<image.columns).isEmpty {
      var lines = target._mutatingExtracting(from...)
      filterRows(image, inside, grouped, into: &lines, columns: columns, in: &scratch)
      return
    }
    // Rows of the image as they are, and copies of what only columns at the edges need.
    let results = (window.columns.upperBound - columns)..<window.columns.upperBound
    let (left, middle, right) = parts(of: results, image)
    if !middle.isEmpty {
      let first = known.lowerBound * image.columns + middle.lowerBound - kernel.columns + 1
      let end = first + (known.count - 1) * image.columns + middle.count + kernel.columns - 1
      let start = from + middle.lowerBound - results.lowerBound
      var lines = target._mutatingExtracting(
        start..<(start + (known.count - 1) * stride + middle.count))
      pass.filterRows(
        image.elements.span.extracting(first..<end), rowStride: image.columns, into: &lines,
        rowStride: stride, rows: known.count, columns: middle.count, scratch: &scratch.sums)
    }
    for edge in [left, right] where !edge.isEmpty {
      let part = Region2D(rows: known, columns: pass.window(of: edge))
      filterCopies(
        image, part, pass, into: &target, from: from + edge.lowerBound - results.lowerBound,
        columns: edge.count, stride: stride, in: &scratch)
    }
  }

  /// The first pass with grouped taps over rows of the image, which are continued at their ends.
  private func filterRows(
    _ image: ExtendedImage<Element>, _ window: Region2D, _ grouped: GroupedTaps<Element>,
    into target: inout MutableSpan<Element>, columns: Int, in scratch: inout PassScratch
  ) {
    let own = window.columns.clamped(to: 0..<image.columns)
    let before = own.lowerBound - window.columns.lowerBound
    let after = window.columns.upperBound - own.upperBound
    let count = window.rows.count * (before + after)
    if scratch.ends.count < count {
      scratch.ends = [Element](repeating: .zero, count: count)
    }
    var ends = scratch.ends.mutableSpan
    image.copyEnds(of: window, around: own, into: &ends)
    let first = window.rows.lowerBound * image.columns + own.lowerBound
    let end = first + (window.rows.count - 1) * image.columns + own.count
    grouped.filterRows(
      image.elements.span.extracting(first..<end), rowStride: image.columns,
      ends: scratch.ends.span, before: before, after: after, into: &target,
      rowStride: Self.rowStride(columns), rows: window.rows.count, columns: columns)
  }

  /// Results of the first pass that need samples beyond the left edge of the image, none such, and
  /// beyond the right edge. Those between begin in step with cache lines.
  private func parts(
    of results: Range<Int>, _ image: ExtendedImage<Element>
  ) -> (Range<Int>, Range<Int>, Range<Int>) {
    let (left, middle, right) = results.parts(
      taps: kernel.columns, samples: image.columns, margin: Self.marginColumns)
    guard !left.isEmpty, !middle.isEmpty else { return (left, middle, right) }
    let lines = (left.count + Self.line - 1) / Self.line * Self.line
    let first = min(left.lowerBound + lines, middle.upperBound)
    return (left.lowerBound..<first, first..<middle.upperBound, right)
  }

  /// The first pass over copies of the samples of `window`, a few rows at a time.
  ///
  /// - Parameter place: where in `target` the first result goes.
  private func filterCopies(
    _ image: ExtendedImage<Element>, _ window: Region2D, _ pass: Pass,
    into target: inout MutableSpan<Element>, from place: Int, columns: Int, stride: Int,
    in scratch: inout PassScratch
  ) {
    let width = window.columns.count
    let samplesStride = Self.rowStride(width)
    for rows in window.rows.pieces(of: Self.gatheredRows) {
      if scratch.samples.count < rows.count * samplesStride {
        scratch.samples = [Element](repeating: .zero, count: rows.count * samplesStride)
      }
      var samples = scratch.samples.mutableSpan
      for (index, row) in rows.enumerated() {
        let start = index * samplesStride
        var line = samples._mutatingExtracting(start..<(start + width))
        image.copy(row: row, columns: window.columns, into: &line)
      }
      var sums = scratch.sums.taken()
      let start = place + (rows.lowerBound - window.rows.lowerBound) * stride
      var lines = target._mutatingExtracting(
        start..<(start + (rows.count - 1) * stride + columns))
      pass.filterRows(
        scratch.samples.span, rowStride: samplesStride, into: &lines, rowStride: stride,
        rows: rows.count, columns: columns, scratch: &sums)
      scratch.sums = sums
    }
  }
}
