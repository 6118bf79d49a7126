internal import RealModule

/// A kernel as a sum of a few outer products of a column and a row.
struct SeparableKernel<Element: ConvolutionElement>: Sendable {
  typealias Scalar = Element.Scalar

  /// One outer product: tap (a, b) is `column[a] · row[b]`.
  struct Term: Sendable {
    var column: [Element]
    var row: [Element]
  }

  let terms: [Term]

  /// Terms beyond which two passes are not tried: each is two passes over the image.
  static var mostTerms: Int { 2 }

  /// Finds out whether a kernel is such a sum, up to the rounding of its taps; nil if it is not, if
  /// a tap is not finite, or if taps are so large or small that a pass could leave the type's
  /// range.
  ///
  /// Cross approximation with full pivoting: the largest element of what is left, with its row and
  /// column, is the next term (M. Bebendorf, "Approximation of boundary element matrices",
  /// Numerische Mathematik 86 (2000)). What is left at the end has to be below 8 units of rounding
  /// of the largest tap of its row and of that of its column, whichever is smaller, so that a tap
  /// far below the others is not lost unless all of its row or column stands above it.
  ///
  /// - Complexity: O(taps) for each term.
  init?(_ kernel: MatrixKernel<Element>) {
    let (rows, columns) = (kernel.rows, kernel.columns)
    guard kernel.taps.specialTaps.isEmpty, abs(kernel.taps.exponent) <= 32 else { return nil }
    var rest = kernel.taps.taps
    var (rowMaxima, columnMaxima) = ([Scalar](repeating: 0, count: rows), [Scalar]())
    columnMaxima = [Scalar](repeating: 0, count: columns)
    for a in 0..<rows {
      for b in 0..<columns {
        let magnitude = rest[a * columns + b].componentMagnitude
        rowMaxima[a] = max(rowMaxima[a], magnitude)
        columnMaxima[b] = max(columnMaxima[b], magnitude)
      }
    }
    var terms: [Term] = []
    while true {
      var pivot = (row: 0, column: 0, magnitude: Scalar.zero)
      var isDone = true
      for a in 0..<rows {
        for b in 0..<columns {
          let magnitude = rest[a * columns + b].componentMagnitude
          if magnitude > pivot.magnitude { pivot = (a, b, magnitude) }
          let allowed = 4 * Scalar.ulpOfOne * min(rowMaxima[a], columnMaxima[b])
          if magnitude > allowed { isDone = false }
        }
      }
      if isDone { break }
      guard terms.count < Self.mostTerms else { return nil }
      let column = (0..<rows).map { rest[$0 * columns + pivot.column] }
      let divisor = rest[pivot.row * columns + pivot.column]
      let row = (0..<columns).map { rest[pivot.row * columns + $0] / divisor }
      for a in 0..<rows {
        for b in 0..<columns { rest[a * columns + b] -= column[a] * row[b] }
      }
      terms.append(Self.balanced(column: column, row: row))
    }
    // Zero times infinity is not zero: a kernel of zeros is left to the other methods.
    guard !terms.isEmpty else { return nil }
    self.terms = terms
  }

  /// The term with the row scaled by a power of two so that its sum cannot overflow in the first
  /// pass where the result would not in the second.
  private static func balanced(column: [Element], row: [Element]) -> Term {
    let total = row.reduce(Scalar.zero) { $0 + $1.componentMagnitude }
    let exponent = scaleExponent(ofPeak: total) + 1
    return Term(
      column: column.map { $0.scaled(by: powerOfTwo(exponent)) },
      row: row.map { $0.scaled(by: powerOfTwo(-exponent)) })
  }
}
