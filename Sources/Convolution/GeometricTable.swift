internal import FourierTransform
internal import ComplexModule
internal import RealModule

/// The numbers exp(2πi · n · p / q) for n from 0 to a count, in two short tables.
///
/// Number n is `coarse[n / f] · fine[n % f]`: tables of all of them would not stay in the cache.
/// They are correct to about one unit of rounding.
public struct GeometricTable<Scalar: ConvolutionScalar>: Sendable {
  /// How many numbers there are.
  public let count: Int
  private let fineCount: Int
  private let coarse: [Complex<Scalar>]
  private let fine: [Complex<Scalar>]

  /// Makes the tables of `count` numbers, each `turnsPerStep / over` of a full turn further on.
  ///
  /// - Complexity: O(√`count`) up to 2¹⁶ numbers, O(`count`) beyond.
  init(count: Int, turnsPerStep: Int, over: Int) {
    self.count = count
    var fineCount = 16
    while fineCount < 256 && fineCount * fineCount < count { fineCount *= 2 }
    self.fineCount = fineCount
    let number = { (step: Int) in rootOfUnity(step * turnsPerStep, over: over) as Complex<Scalar> }
    coarse = stride(from: 0, to: count, by: fineCount).map(number)
    fine = (0..<min(fineCount, count)).map(number)
  }

  /// Lets C read the tables.
  func withTables(_ body: (UnsafePointer<Scalar>, UnsafePointer<Scalar>, Int) -> Void) {
    unsafe coarse.withUnsafeBufferPointer { coarse in
      unsafe fine.withUnsafeBufferPointer { fine in
        guard let coarse = coarse.baseAddress, let fine = fine.baseAddress else { return }
        unsafe body(numbers(coarse), numbers(fine), fineCount)
      }
    }
  }
}

/// The number exp(2πi · `step` / `over`), correct to one rounding.
///
/// Whole quarters of a turn are taken off first, so that the angle's own rounding is small.
func rootOfUnity<Scalar: ConvolutionScalar>(_ step: Int, over: Int) -> Complex<Scalar> {
  let (quarter, rest) = (4 * (step % over)).quotientAndRemainder(dividingBy: over)
  // The angle and its error: of the quotient, of π/2, which has 0x1.1a62633145c07p-54 more than
  // its nearest number, and of their product.
  let (fraction, right) = (Double(rest) / Double(over), Double.pi / 2)
  let remainder = Double(rest).addingProduct(-fraction, Double(over)) / Double(over)
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
