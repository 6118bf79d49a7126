internal import ComputeSupport
internal import FourierTransform

/// Sums of very many products, continued in `Double` after each thousand; one thread's scratch.
///
/// Single precision alone would lose digits: the mean of 9 · 2¹⁸ products of 1.1 and 1.1 would come
/// out as 1.23.
struct DoubleAccumulators<Scalar: FourierScalar>: Sendable {
  /// The distance between rows of sums.
  private let stride: Int
  private let parts: SharedBuffer<Scalar>
  private let sums: SharedBuffer<Double>

  /// How many products are summed in `Scalar`, in parts of 64, before sums continue in `Double`.
  static var productsInScalar: Int { 1024 }

  init(rows: Int, width: Int) {
    stride = width
    parts = SharedBuffer(unwritten: rows * width)
    sums = SharedBuffer(unwritten: rows * width)
  }

  /// Adds what `pairs` sums over `range`; its result rows are replaced by scratch rows.
  func add(
    _ pairs: PairSums, _ function: PairFunction<Scalar>, _ a: SharedBuffer<Scalar>,
    _ b: SharedBuffer<Scalar>, _ taps: TapOffsets, _ range: Range<Int>, isFirst: Bool
  ) {
    var pairs = pairs
    let count = pairs.outRows.count * stride
    pairs.outRows = pairs.outRows.indices.map { $0 * stride }
    pairs.accumulates = false
    if isFirst { sums.fill(0, count, with: 0) }
    for part in range.pieces(of: Self.productsInScalar) {
      pairs.run(function, a, b, into: parts, taps: taps, range: part)
      sums.withElements(0..<count) { sums in
        parts.withElements(0..<count) { parts in
          for index in sums.indices { sums[index] += Double(parts[index]) }
        }
      }
    }
  }

  /// Writes the first `width` means of each row to the rows of `out`.
  func divide(by count: Int, into out: SharedBuffer<Scalar>, rows: [Int], width: Int) {
    for (index, row) in rows.enumerated() {
      for column in 0..<width {
        out[row + column] = Scalar(sums[index * stride + column] / Double(count))
      }
    }
  }
}
