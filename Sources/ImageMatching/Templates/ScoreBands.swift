// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import Convolution
internal import FourierTransform
internal import RealModule

/// The scores of a template with the patches of an image, a band of rows at a time.
///
/// Each band has a level and a scale of its own. Elements that are not finite, or out of all proportion
/// to most of the band, are left out of it; scores that are not sure then, by ``Certainty``, are
/// computed by ``PreciseScores``.
struct ScoreBands<Element: FourierScalar>: Sendable {
  let image: Matrix<Element>
  let template: CentredTemplate<Element>
  let threads: Int

  /// Rows that are done together by one thread.
  private var linesAtOnce: Int { 64 }

  private var columns: Int { image.columns - template.columns + 1 }

  /// Writes the scores of the patches that begin in some rows.
  func write(_ rows: Range<Int>, into scores: inout MutableSpan<Element>) {
    let band = ImageBand(image, rows.lowerBound..<(rows.upperBound + template.rows - 1), threads)
    do throws(ConvolutionError) {
      try template.plan.apply(
        to: band.values.elements, rows: band.values.rows, columns: band.values.columns,
        into: &scores)
    } catch {
      preconditionFailure("the results have their places: \(error)")
    }
    let height = rows.count
    scores.withShared { scores in
      let lines = (0..<height).pieces(of: linesAtOnce)
      let areSure = parallelMap(lines.count, threads: threads) { index in
        normalise(band, lines[index], scores)
      }
      if areSure.contains(false) { complete(rows, scores) }
    }
  }

  /// Divides each correlation by the norms of its patch and of the template, and marks the scores that
  /// are not sure by infinity; returns whether all are sure.
  private func normalise(
    _ band: ImageBand<Element>, _ lines: Range<Int>, _ scores: SharedBuffer<Element>
  ) -> Bool {
    var areSure = true
    let limits = Certainty<Element>(peak: band.peak, area: template.area)
    let largest = band.peak > 0 ? band.peak * band.peak * template.area : 1
    // Column sums slide from row to row; each piece starts afresh, lest rounding errors add up.
    var patches = PatchSums(
      band.values, rows: template.rows, columns: template.columns, from: lines.lowerBound)
    var flats = FlatPatches<Element>(
      rows: template.rows, columns: template.columns, imageColumns: image.columns)
    var gaps =
      band.hasGaps
      ? PatchGaps(band, rows: template.rows, columns: template.columns, from: lines.lowerBound)
      : nil
    for row in lines {
      if row > lines.lowerBound {
        patches.moveDown(band.values)
        gaps?.moveDown()
      }
      let place = (row * columns)..<((row + 1) * columns)
      scores.withElements(place) { target in
        patches.withSums { sums, squares in
          Element.normalise(
            scores.span.extracting(place), sums: sums, squares: squares, area: template.area,
            flat: limits.flat, rounding: limits.rounding,
            productFactor: 1 / template.energy.squareRoot() / largest.squareRoot(),
            distanceFactor: 1 / largest, into: &target)
        }
        gaps?.mark(&target)
        if !isFinite(target.span) {
          flats.clear(
            &target, row: row,
            of: image.elements.span.extracting(band.places))
          if !isFinite(target.span) { areSure = false }
        }
      }
    }
    return areSure
  }

  private func isFinite(_ scores: Span<Element>) -> Bool {
    var peak: [Element] = [0]
    var target = peak.mutableSpan
    Element.chunkMaxima(of: scores, chunk: columns, into: &target)
    return peak[0].isFinite
  }

  /// Computes what is marked by infinity once more.
  private func complete(_ rows: Range<Int>, _ scores: SharedBuffer<Element>) {
    let precise = PreciseScores(image: image, template: template)
    // Of about the template's size: smaller ones would be mostly margin.
    let height = max(linesAtOnce, template.rows)
    let width = max(linesAtOnce, template.columns)
    let tiles = rows.pieces(of: height).flatMap { lines in
      (0..<columns).pieces(of: width).map { (rows: lines, columns: $0) }
    }
    forEachPiece(tiles.count, threads: threads, scratch: {}) { index, _ in
      let tile = tiles[index]
      let isOpen = tile.rows.contains { row in
        let start = (row - rows.lowerBound) * columns
        let line = scores.span.extracting(
          (start + tile.columns.lowerBound)..<(start + tile.columns.upperBound))
        for column in line.indices where line[column] == .infinity { return true }
        return false
      }
      if isOpen {
        precise.write(
          rows: tile.rows, columns: tile.columns, into: scores, firstRow: rows.lowerBound)
      }
    }
  }
}
