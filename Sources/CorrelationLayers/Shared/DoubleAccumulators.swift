internal import FourierTransform
internal import ComputeSupport

/// Sums of very many products, continued in `Double` after each thousand.
///
/// Single precision alone would lose digits: the mean of 9 · 2¹⁸ products of 1.1 and 1.1 would come
/// out as 1.23.
struct DoubleAccumulators<Scalar: FourierScalar>: Sendable {
  /// The distance between rows of sums.
  private let stride: Int
  private let parts: SharedBuffer<Scalar>
  private let sums: SharedBuffer<Double>

  /// Scratch memory for `rows` rows of sums, one for each thread.
  static func scratch(rows: Int, width: Int, threads: Int) -> [Self] {
    (0..<max(threads, 1)).map { _ in
      Self(
        stride: width, parts: SharedBuffer(unwritten: rows * width),
        sums: SharedBuffer(unwritten: rows * width)
      )
    }
  }

  /// Adds what `job` sums over `range`; its result rows are replaced by the scratch rows.
  func add(
    _ job: PairSums, _ function: PairFunction<Scalar>, _ a: SharedBuffer<Scalar>,
    _ b: SharedBuffer<Scalar>,
    _ taps: TapOffsets, _ range: Range<Int>, isFirst: Bool
  ) {
    var job = job
    let count = job.outRows.count * stride
    job.outRows = job.outRows.indices.map { $0 * stride }
    job.accumulates = false
    if isFirst { sums.fill(0, count, with: 0) }
    for start in Swift.stride(
      from: range.lowerBound, to: range.upperBound, by: DirectCorrelation.productsInScalar)
    {
      let end = min(start + DirectCorrelation.productsInScalar, range.upperBound)
      job.run(function, a, b, into: parts, taps: taps, range: start..<end)
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
