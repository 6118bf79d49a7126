// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import ComputeSupport
internal import FourierTransform
internal import RealModule

/// The twiddle factors exp(2πi · n · p / q) for n from 0 to a count, in two short tables.
///
/// Factor n is `coarse[n / f] · fine[n % f]`: tables of all of them would not stay in the cache.
/// They are correct to about one unit of rounding.
struct TwiddleTable<Scalar: FourierScalar>: Sendable {
  /// How many factors there are.
  let count: Int
  private let fineCount: Int
  private let coarse: [Complex<Scalar>]
  private let fine: [Complex<Scalar>]

  /// Makes the tables of `count` factors, with p = `stepNumerator` and q = `denominator`.
  ///
  /// - Complexity: O(√`count`) up to 2¹⁶ factors, O(`count`) beyond.
  init(count: Int, stepNumerator: Int, denominator: Int) {
    self.count = count
    var fineCount = 16
    while fineCount < 256 && fineCount * fineCount < count { fineCount *= 2 }
    self.fineCount = fineCount
    let factor = { (step: Int) in
      rootOfUnity(step * stepNumerator, denominator: denominator) as Complex<Scalar>
    }
    coarse = stride(from: 0, to: count, by: fineCount).map(factor)
    fine = (0..<min(fineCount, count)).map(factor)
  }

  /// Lets C read the tables.
  func withTables(_ body: (UnsafePointer<Scalar>, UnsafePointer<Scalar>, Int) -> Void) {
    unsafe coarse.withUnsafeBufferPointer { coarse in
      unsafe fine.withUnsafeBufferPointer { fine in
        guard let coarse = coarse.baseAddress, let fine = fine.baseAddress else { return }
        unsafe body(scalars(coarse), scalars(fine), fineCount)
      }
    }
  }
}

/// exp(2πi · `step` / `denominator`), correct to one rounding.
///
/// Whole right angles are taken off first, so that the angle's own rounding is small.
func rootOfUnity<Scalar: FourierScalar>(_ step: Int, denominator: Int) -> Complex<Scalar> {
  let (quarter, rest) = (4 * (step % denominator)).quotientAndRemainder(dividingBy: denominator)
  // The angle and its error: of the quotient, of π/2, which has 0x1.1a62633145c07p-54 more than
  // its nearest number, and of their product.
  let (fraction, right) = (Double(rest) / Double(denominator), Double.pi / 2)
  let remainder = Double(rest).addingProduct(-fraction, Double(denominator)) / Double(denominator)
  let angle = right * fraction
  let error =
    (-angle).addingProduct(right, fraction) + 0x1.1a62633145c07p-54 * fraction + right * remainder
  let (cosine, sine) = (Double.cos(angle), Double.sin(angle))
  let (x, y) = (Scalar(cosine - error * sine), Scalar(sine + error * cosine))
  switch (quarter + 4) % 4 {
  case 0: return Complex(x, y)
  case 1: return Complex(-y, x)
  case 2: return Complex(-x, -y)
  default: return Complex(y, -x)
  }
}
