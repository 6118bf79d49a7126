import ComplexModule
import FourierTransform

/// Divides each frequency by the mean magnitude of its neighbourhood, or by its own magnitude if
/// that is much larger.
///
/// What is left is white, single frequencies that stand out (hum, held notes) have no more weight
/// than others, and where noise is strong the frequencies that it happened to cancel at do not count
/// as much as the rest, as they would in the phase transform. `gain` is a further factor.
///
/// - Parameter reach: The number of neighbours on each side.
func whiten(
  _ spectrum: inout AlignedBuffer<Complex<Float>>, reach: Int, gain: (Int) -> Float = { _ in 1 }
) {
  let count = spectrum.count
  var bins = spectrum.mutableSpan
  // The magnitudes within reach, as a ring: the bins behind have been overwritten.
  let width = 2 * reach + 1
  var ring = [Float](repeating: 0, count: width)
  var sum = 0.0
  for ahead in 0..<min(reach, count) {
    let value = magnitude(bins[ahead])
    ring[ahead] = value
    sum += Double(value)
  }
  var slot = min(reach, count) % width
  var own = 0
  for bin in 0..<count {
    let arriving = bin + reach < count ? magnitude(bins[bin + reach]) : 0
    sum += Double(arriving) - Double(ring[slot])
    ring[slot] = arriving
    slot = slot + 1 == width ? 0 : slot + 1
    let present = min(bin, reach) + min(count - 1 - bin, reach) + 1
    let level = max(ring[own], standsOut * Float(max(0, sum) / Double(present)))
    own = own + 1 == width ? 0 : own + 1
    let weight = level > .leastNormalMagnitude ? gain(bin) / level : 0
    let (a, b) = bins[bin].rawStorage
    bins[bin] = Complex(a * weight, b * weight)
  }
}

/// Times the mean magnitude: what noise exceeds with a probability of 17 %.
private let standsOut: Float = 1.5

/// Neighbourhoods of this many Hz on each side: narrower than speech's harmonics are apart.
let whiteningReach = 10.0

private func magnitude(_ value: Complex<Float>) -> Float {
  let (a, b) = value.rawStorage
  return (a * a + b * b).squareRoot()
}
