// SPDX-License-Identifier: MIT

package import FourierTransform
internal import RealModule

/// A kernel as a sum of a few outer products of a column and a row.
package struct SeparableKernel<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar

  /// One outer product: tap (a, b) is `column[a] · row[b]`.
  package struct Term: Sendable {
    var column: [Element]
    var row: [Element]
  }

  package let terms: [Term]

  /// Terms beyond which two passes are not tried: each is two passes over the image.
  static var mostTerms: Int { 2 }

  /// The largest tap is at most 2 to this power, or its inverse: a quarter of Float's exponents; the
  /// others are the samples'. Judged.
  private static var mostExponent: Int { 32 }

  /// Finds out by cross approximation whether a kernel is such a sum, up to the rounding of its taps;
  /// nil if it is not, if a tap is not finite, if terms cancel to zero in one, or if a pass could leave the
  /// type's range. See SeparableKernels.md in the documentation.
  ///
  /// - Complexity: O(taps) for each term.
  package init?(_ kernel: Kernel2D<Element>) {
    guard kernel.taps.isFinite, abs(kernel.taps.exponent) <= Self.mostExponent,
      !Self.isRuledOut(kernel)
    else { return nil }
    var rest = KernelRemainder(
      rows: kernel.rows, columns: kernel.columns, elements: kernel.taps.taps)
    let (rowMaxima, columnMaxima) = rest.maxima()
    let unit = 4 * Scalar.ulpOfOne
    var terms: [Term] = []
    while !rest.isBelow(rowMaxima.map { unit * $0 }, columnMaxima.map { unit * $0 }) {
      guard terms.count < Self.mostTerms else { return nil }
      let (column, row) = rest.subtractLargestTerm()
      terms.append(Self.balanced(column: column, row: row))
    }
    // Zero times infinity is not zero: a kernel of zeros is left to the other methods.
    guard !terms.isEmpty, !Self.areCancelled(kernel, terms) else { return nil }
    self.terms = terms
  }

  /// Whether several terms cancel in a tap that is zero: a huge sample which meets it would leave the
  /// terms' rounding in a result that it has no part in.
  private static func areCancelled(_ kernel: Kernel2D<Element>, _ terms: [Term]) -> Bool {
    guard terms.count > 1 else { return false }
    for a in 0..<kernel.rows {
      for b in 0..<kernel.columns where kernel[a, b] == .zero {
        if terms.contains(where: { $0.column[a] * $0.row[b] != .zero }) { return true }
      }
    }
    return false
  }

  /// What finding out takes for each tap, in seconds: measured on a Zen 4 for kernels of 45 x 45 and
  /// 63 x 63 of rank one.
  static var secondsPerTap: Double { 5e-9 }

  /// Whether the taps of a few rows and columns show already that a kernel is no such sum: when the
  /// terms are taken out of one that is, a few dozen times what they may be off is left of these taps
  /// at the most, since full pivoting has no factors above 1.
  package static func isRuledOut(_ kernel: Kernel2D<Element>) -> Bool {
    let (rows, columns) = (samples(of: kernel.rows), samples(of: kernel.columns))
    guard rows.count < kernel.rows && columns.count < kernel.columns else { return false }
    let taps = kernel.taps.taps
    var (rowPeak, columnPeak) = (Scalar.zero, Scalar.zero)
    for a in rows {
      for b in 0..<kernel.columns {
        rowPeak = max(rowPeak, taps[a * kernel.columns + b].largestPart)
      }
    }
    for a in 0..<kernel.rows {
      for b in columns {
        columnPeak = max(columnPeak, taps[a * kernel.columns + b].largestPart)
      }
    }
    var rest = KernelRemainder(
      rows: rows.count, columns: columns.count,
      elements: rows.flatMap { a in columns.map { taps[a * kernel.columns + $0] } })
    for _ in 0..<mostTerms { _ = rest.subtractLargestTerm() }
    return rest.largest.magnitude > 1024 * 4 * Scalar.ulpOfOne * min(rowPeak, columnPeak)
  }

  /// Eight places along `count` taps.
  private static func samples(of count: Int) -> [Int] {
    let wanted = min(count, 8)
    return (0..<wanted).map { $0 * (count - 1) / max(1, wanted - 1) }
  }

  /// The term with the row scaled by a power of two so that its sum cannot overflow in the first
  /// pass where the result would not in the second.
  private static func balanced(column: [Element], row: [Element]) -> Term {
    let total = row.reduce(Scalar.zero) { $0 + $1.largestPart }
    let exponent = scaleExponent(ofPeak: total) + 1
    return Term(
      column: column.map { $0.scaled(by: powerOfTwo(exponent)) },
      row: row.map { $0.scaled(by: powerOfTwo(-exponent)) })
  }
}

/// What is left of a kernel when terms have been taken out of it.
private struct KernelRemainder<Element: SignalElement> {
  let rows: Int
  let columns: Int
  var elements: [Element]

  /// The largest magnitude of each row and of each column.
  func maxima() -> (rows: [Element.Scalar], columns: [Element.Scalar]) {
    var (rowMaxima, columnMaxima) = ([Element.Scalar](), [Element.Scalar]())
    rowMaxima.reserveCapacity(rows)
    columnMaxima = [Element.Scalar](repeating: 0, count: columns)
    for a in 0..<rows {
      var largest = Element.Scalar.zero
      for b in 0..<columns {
        let magnitude = elements[a * columns + b].largestPart
        largest = max(largest, magnitude)
        columnMaxima[b] = max(columnMaxima[b], magnitude)
      }
      rowMaxima.append(largest)
    }
    return (rowMaxima, columnMaxima)
  }

  /// Whether no element exceeds the limit of its row or that of its column.
  func isBelow(_ rowLimits: [Element.Scalar], _ columnLimits: [Element.Scalar]) -> Bool {
    for a in 0..<rows {
      let limit = rowLimits[a]
      for b in 0..<columns
      where elements[a * columns + b].largestPart > min(limit, columnLimits[b]) {
        return false
      }
    }
    return true
  }

  /// The first of the largest elements.
  var largest: (index: Int, magnitude: Element.Scalar) {
    var result = (index: 0, magnitude: Element.Scalar.zero)
    for index in elements.indices {
      let magnitude = elements[index].largestPart
      if magnitude > result.magnitude { result = (index, magnitude) }
    }
    return result
  }

  /// Takes out the outer product of the largest element's column, and of its row divided by it.
  mutating func subtractLargestTerm() -> (column: [Element], row: [Element]) {
    let pivot = largest
    guard pivot.magnitude > 0 else { return ([], []) }
    let (start, place) = (pivot.index / columns * columns, pivot.index % columns)
    let divisor = elements[pivot.index]
    let column = (0..<rows).map { elements[$0 * columns + place] }
    let row = (0..<columns).map { elements[start + $0] / divisor }
    for a in 0..<rows {
      let factor = column[a]
      for b in 0..<columns { elements[a * columns + b] -= factor * row[b] }
    }
    return (column, row)
  }
}
