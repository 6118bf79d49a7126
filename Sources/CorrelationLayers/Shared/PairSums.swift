// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform
internal import VectorKernels

/// How many elements the kernels may read beyond the end of a row.
let readBeyond = Int(VK_READ_BEYOND)

/// The offsets of what is summed for each pair of rows; a call uses a range of them.
struct TapOffsets: Sendable {
  let a: [Int]
  let b: [Int]
}

/// Which function of a and b is summed.
enum PairFunction<Scalar: FourierScalar> {
  /// a · b
  case product
  /// |a - b|
  case difference
  /// a where centre >= b and -a elsewhere; `reversed`: -a where b >= centre and a elsewhere.
  case sign(centre: SharedBuffer<Scalar>, reversed: Bool)
}

/// Sums over the taps for each pair of a row of a and a row of b; see `vk_lane_job`.
struct PairSums {
  var aRows: [Int]
  var bRows: [Int]
  /// One row of results for each pair, the rows of b fastest.
  var outRows: [Int]
  var width: Int
  var divisor: Double = 1
  var accumulates = false

  /// Removes the rows; their memory is kept for others.
  mutating func removeRows() {
    aRows.removeAll(keepingCapacity: true)
    bRows.removeAll(keepingCapacity: true)
    outRows.removeAll(keepingCapacity: true)
  }

  /// Computes the sums over the taps in `range`.
  func run<Scalar: FourierScalar>(
    _ function: PairFunction<Scalar>, _ a: SharedBuffer<Scalar>, _ b: SharedBuffer<Scalar>,
    into out: SharedBuffer<Scalar>, taps: TapOffsets, range: Range<Int>
  ) {
    guard width > 0, !aRows.isEmpty, !bRows.isEmpty else { return }
    precondition(outRows.count == aRows.count * bRows.count)
    check(a, aRows, taps.a, range)
    check(b, bRows, taps.b, range)
    for row in outRows { unsafe _ = out.address(row, width) }
    if case .sign(let centre, _) = function {
      for row in outRows { unsafe _ = centre.address(row, width) }
    }
    // Arrays are passed as pointers that are valid for the call.
    func call(
      _ aRows: UnsafePointer<Int>, _ bRows: UnsafePointer<Int>, _ outRows: UnsafePointer<Int>,
      _ aTaps: UnsafePointer<Int>, _ bTaps: UnsafePointer<Int>
    ) {
      var job = unsafe vk_lane_job(
        a_rows: aRows, a_count: self.aRows.count, b_rows: bRows, b_count: self.bRows.count,
        out_rows: outRows, a_taps: aTaps + range.lowerBound, b_taps: bTaps + range.lowerBound,
        tap_count: range.count, width: width, divisor: divisor, accumulate: accumulates ? 1 : 0)
      let (from, with, to) = unsafe (a.address(0, 0), b.address(0, 0), out.address(0, 0))
      switch function {
      case .product: unsafe Scalar._operations.kernels.pointee.laneProducts(from, with, to, &job)
      case .difference:
        unsafe Scalar._operations.kernels.pointee.laneDifferences(from, with, to, &job)
      case .sign(let centre, let reversed):
        unsafe Scalar._operations.kernels.pointee.laneSigns(
          from, with, centre.address(0, 0), to, &job, reversed ? 1 : 0)
      }
    }
    unsafe call(aRows, bRows, outRows, taps.a, taps.b)
  }

  /// Checks that all that is read exists.
  private func check<Scalar>(
    _ elements: SharedBuffer<Scalar>, _ rows: [Int], _ taps: [Int], _ range: Range<Int>
  ) {
    guard !range.isEmpty else { return }
    var (low, high) = (taps[range.lowerBound], taps[range.lowerBound])
    // The compiler makes vectors of this loop, as it does not of `min()` and `max()`.
    for index in range { (low, high) = (min(low, taps[index]), max(high, taps[index])) }
    for row in rows {
      unsafe _ = elements.address(row + low, width + readBeyond)
      unsafe _ = elements.address(row + high, width + readBeyond)
    }
  }
}

/// Sums of very many products, continued in `Double` after each thousand: single precision alone
/// would give 1.23 for the mean of 9 · 2¹⁸ products of 1.1 and 1.1. One thread's scratch.
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
