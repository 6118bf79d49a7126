// SPDX-License-Identifier: MIT

internal import ComputeSupport
package import FourierTransform
internal import VectorKernels

/// Taps that are the same backwards, as groups of seven neighbours that serve two results each.
///
/// g(4j + i) = p(j, i) + p(j + 1, 4 − i) for i > 0 and g(4j) = p(j, 0), with the taps g and the groups
/// p; SeparableKernels.md in the documentation tells why that takes half of the additions.
package struct GroupedTaps<Element: SignalElement>: Sendable {
  /// p: the middle of each group and the three taps on either side of it, from the middle group on.
  package let taps: [Element]
  /// Taps on either side of the middle one, before they are filled up with zeros.
  private let half: Int

  package var groups: Int { taps.count / 4 }
  /// Samples on either side of a result's own that it is made of.
  private var reach: Int { 4 * groups - 1 }

  /// With 5 groups 2048 x 2048 results take a Zen 4 three quarters of the time that the passes without
  /// groups take, with 6 nine tenths and with 8 as long: their taps do not fit its registers.
  static var mostGroups: Int { 6 }
  /// How much larger the magnitudes of p may be, each counted as often as it is used, than those of
  /// the taps: rounding errors grow with them. It is 1 for taps that fall from the middle outwards,
  /// such as a Gaussian's, and p is not negative then.
  static var mostGrowth: Scalar { 1.25 }
  typealias Scalar = Element.Scalar

  /// Groups taps that are the same backwards; nil if there is an even number of them, or too many, or
  /// if rounding errors would grow, or if they are complex.
  package init?(_ symmetric: [Element]) {
    guard Element.isReal, symmetric.count % 2 == 1 else { return nil }
    let half = symmetric.count / 2
    let groups = half / 4 + 1
    guard groups <= Self.mostGroups else { return nil }
    func tap(_ place: Int) -> Element { place <= half ? symmetric[half + place] : .zero }
    var taps = (0..<(4 * groups)).map(tap)
    for group in (0..<(groups - 1)).reversed() {
      for place in 1..<4 { taps[4 * group + place] -= taps[4 * (group + 1) + 4 - place] }
    }
    let magnitudes = taps.indices.map {
      taps[$0].largestPart * ($0 < 4 ? 1 : 2) * ($0 % 4 == 0 ? 1 : 2)
    }
    let before = symmetric.reduce(Scalar.zero) { $0 + $1.largestPart }
    guard magnitudes.reduce(0, +) <= Self.mostGrowth * before else { return nil }
    (self.taps, self.half) = (taps, half)
  }

  /// The samples that results of the full convolution are made of.
  func window(of results: Range<Int>) -> Range<Int> {
    (results.lowerBound - half - reach)..<(results.upperBound - half + reach)
  }

  /// Those of them that ``filterColumns(_:rowStride:into:rowStride:rows:columns:lead:streams:sums:)``
  /// takes when it has taken those before.
  func nextRows(of results: Range<Int>) -> Range<Int> {
    let end = results.upperBound - half + reach
    return (end - results.count - 6)..<end
  }

  /// Results above a row that it begins with, to take in the samples there.
  func beginning(above row: Int) -> Range<Int> { (row - 8 * (groups - 1))..<row }

  /// Writes results for rows of which each is in three parts, of which the first and last are in
  /// `ends` without gaps.
  func filterRows(
    _ signal: Span<Element>, rowStride: Int, ends: Span<Element>, before: Int, after: Int,
    into output: inout MutableSpan<Element>, rowStride outputStride: Int, rows: Int,
    columns: Int
  ) {
    let middle = columns + 2 * reach - before - after
    precondition(before >= 0 && before <= 8 * groups + 2 && after >= 0 && after <= 8 * groups + 2)
    precondition(middle >= 0 && signal.count >= (rows - 1) * rowStride + middle)
    precondition(ends.count >= rows * (before + after))
    precondition(output.count >= (rows - 1) * outputStride + columns)
    unsafe ends.withUnsafeBufferPointer { ends in
      unsafe withPointers(signal, taps.span, &output) { x, w, y, _ in
        unsafe Scalar._operations.kernels.pointee.groupedRowPass(
          x, rowStride, middle, ends.baseAddress.map { unsafe scalars($0) }, before, after, w,
          CInt(groups), y,
          outputStride, rows, columns)
      }
    }
  }

  /// Writes the next results of columns, made of the next samples and of sums that are kept; whether
  /// all of them are finite.
  ///
  /// - Parameter lead: columns before those that are best stored together; always the same ones.
  func filterColumns(
    _ signal: Span<Element>, rowStride: Int, into output: inout MutableSpan<Element>,
    rowStride outputStride: Int, rows: Int, columns: Int, lead: Int, streams: Bool,
    sums: inout MutableSpan<Element>
  ) -> Bool {
    precondition(signal.count >= (rows + 5) * rowStride + max(columns, 16))
    precondition(output.count >= (rows - 1) * outputStride + columns)
    precondition(sums.count >= sumsCount(columns: columns))
    var areFinite = true
    unsafe sums.withUnsafeMutableBufferPointer { kept in
      unsafe withPointers(signal, taps.span, &output) { x, w, y, _ in
        areFinite =
          unsafe Scalar._operations.kernels.pointee.groupedColumnPass(
            x, rowStride, w, CInt(groups), y, outputStride, rows, columns, lead,
            streams ? 1 : 0, kept.baseAddress.map { unsafe scalars($0) }) != 0
      }
    }
    return areFinite
  }

  /// Elements that the sums of so many columns take.
  func sumsCount(columns: Int) -> Int { vk_grouped_state(CInt(groups), columns) }

  /// Takes in the samples above the first results of columns.
  func beginColumns(
    _ signal: Span<Element>, rowStride: Int, columns: Int, lead: Int,
    sums: inout MutableSpan<Element>
  ) {
    let rows = 8 * (groups - 1)
    precondition(signal.count >= (rows + 5) * rowStride + max(columns, 16))
    precondition(sums.count >= sumsCount(columns: columns))
    unsafe withPointers(signal, taps.span, &sums) { x, w, kept, _ in
      _ = unsafe Scalar._operations.kernels.pointee.groupedColumnPass(
        x, rowStride, w, CInt(groups), nil, 0, rows, columns, lead, 0, kept)
    }
  }
}
