// SPDX-License-Identifier: MIT

internal import FourierTransform

/// One of the two passes of a separable convolution: its taps, and how they are summed.
struct SeparablePass<Element: SignalElement>: Sendable {
  /// The taps, reversed: what slides.
  let taps: [Element]
  /// 1 where taps are the same backwards, -1 where they change their sign, else 0.
  let symmetry: Int
  /// The taps in groups, where they are summed so.
  var grouped: GroupedTaps<Element>?

  init(sliding taps: [Element]) {
    self.taps = taps.reversed()
    symmetry = self.taps == taps ? 1 : self.taps == taps.map { -$0 } ? -1 : 0
    grouped = symmetry == 1 ? GroupedTaps(taps) : nil
  }

  private init(plain taps: [Element]) {
    (self.taps, symmetry, grouped) = (taps, 0, nil)
  }

  /// The same sums without a sum of two samples: what is not finite stays with its own results.
  var plain: SeparablePass { SeparablePass(plain: taps) }

  /// The samples along a line that results of the full convolution are made of.
  func window(of results: Range<Int>) -> Range<Int> {
    grouped?.window(of: results) ?? (results.lowerBound - taps.count + 1)..<results.upperBound
  }

  /// Those of them that a pass down columns takes for some rows when it has done those above.
  func nextRows(of results: Range<Int>) -> Range<Int> {
    grouped?.nextRows(of: results) ?? window(of: results)
  }

  /// Writes results along rows whose samples stand side by side.
  func filterRows(
    _ signal: Span<Element>, rowStride: Int, into output: inout MutableSpan<Element>,
    rowStride outputStride: Int, rows: Int, columns: Int, scratch: inout [Element]
  ) {
    if let grouped {
      grouped.filterRows(
        signal, rowStride: rowStride, ends: Span(), before: 0, after: 0, into: &output,
        rowStride: outputStride, rows: rows, columns: columns)
    } else {
      Element.filterRows(
        signal, rowStride: rowStride, taps.span, symmetry: symmetry, into: &output,
        rowStride: outputStride, rows: rows, columns: columns, scratch: &scratch)
    }
  }
}
