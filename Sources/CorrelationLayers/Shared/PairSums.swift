internal import FourierTransform
internal import ComputeSupport
internal import VectorKernels

/// How many elements the kernels may read beyond the end of a row.
let readBeyond = Int(VK_READ_BEYOND)

/// The offsets of what the lane kernels add up, as arrays; see `lane_products.h` for the sum.
///
/// The taps are tables that many jobs share; a job uses a range of them.
struct TapOffsets: Sendable {
  let a: [Int]
  let b: [Int]

  /// The smallest and the largest offset of each table within `range`.
  func bounds(_ range: Range<Int>) -> (a: ClosedRange<Int>, b: ClosedRange<Int>) {
    (Self.bounds(a, range), Self.bounds(b, range))
  }

  private static func bounds(_ table: [Int], _ range: Range<Int>) -> ClosedRange<Int> {
    var (low, high) = (table[range.lowerBound], table[range.lowerBound])
    for index in range {
      low = min(low, table[index])
      high = max(high, table[index])
    }
    return low...high
  }
}

/// Which function of a and b the lane kernels sum.
enum PairFunction<Scalar: FourierScalar> {
  /// a · b
  case product
  /// |a - b|
  case difference
  /// a where centre >= b and -a elsewhere; `reversed`: -a where b >= centre and a elsewhere.
  case sign(centre: SharedBuffer<Scalar>, reversed: Bool)
}

/// One call of the lane kernels; the names are those of `lane_products.h`.
struct PairSums {
  var aRows: [Int]
  var bRows: [Int]
  /// One row of results for each pair, the rows of b fastest.
  var outRows: [Int]
  var width: Int
  var divisor: Double = 1
  var accumulates = false

  /// Runs the job over the taps in `range`.
  func run<Scalar: FourierScalar>(
    _ function: PairFunction<Scalar>, _ a: SharedBuffer<Scalar>, _ b: SharedBuffer<Scalar>,
    into out: SharedBuffer<Scalar>, taps: TapOffsets, range: Range<Int>
  ) {
    guard width > 0, !aRows.isEmpty, !bRows.isEmpty else { return }
    precondition(outRows.count == aRows.count * bRows.count)
    precondition(range.lowerBound >= 0 && range.upperBound <= min(taps.a.count, taps.b.count))
    if !range.isEmpty {
      let bounds = taps.bounds(range)
      for row in aRows {
        unsafe _ = a.address(row + bounds.a.lowerBound, width + readBeyond)
        unsafe _ = a.address(row + bounds.a.upperBound, width + readBeyond)
      }
      for row in bRows {
        unsafe _ = b.address(row + bounds.b.lowerBound, width + readBeyond)
        unsafe _ = b.address(row + bounds.b.upperBound, width + readBeyond)
      }
    }
    for row in outRows { unsafe _ = out.address(row, width) }
    unsafe aRows.withUnsafeBufferPointer { aRows in
      unsafe bRows.withUnsafeBufferPointer { bRows in
        unsafe outRows.withUnsafeBufferPointer { outRows in
          unsafe taps.a.withUnsafeBufferPointer { aTaps in
            unsafe taps.b.withUnsafeBufferPointer { bTaps in
              var job = unsafe vk_lane_job(
                a_rows: aRows.baseAddress, a_count: aRows.count, b_rows: bRows.baseAddress,
                b_count: bRows.count, out_rows: outRows.baseAddress,
                a_taps: aTaps.baseAddress.map { unsafe $0 + range.lowerBound },
                b_taps: bTaps.baseAddress.map { unsafe $0 + range.lowerBound },
                tap_count: range.count, width: width, divisor: divisor,
                accumulate: accumulates ? 1 : 0)
              let kernels = Scalar.kernels
              let (from, with, to) = unsafe (a.address(0, 0), b.address(0, 0), out.address(0, 0))
              switch function {
              case .product: unsafe kernels.laneProducts(from, with, to, &job)
              case .difference: unsafe kernels.laneDifferences(from, with, to, &job)
              case .sign(let centre, let reversed):
                for row in self.outRows { unsafe _ = centre.address(row, width) }
                unsafe kernels.laneSigns(
                  from, with, centre.address(0, 0), to, &job, reversed ? 1 : 0)
              }
            }
          }
        }
      }
    }
  }
}
