// SPDX-License-Identifier: MIT

internal import RealModule

/// White noise of the standard normal distribution, the same for the same seed.
public func whiteNoise(_ count: Int, seed: UInt64) -> [Float] {
  (whiteNoise(count, seed: seed) as [Double]).map { Float($0) }
}

/// White noise of the standard normal distribution, the same for the same seed.
@_disfavoredOverload
public func whiteNoise(_ count: Int, seed: UInt64) -> [Double] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in generator.normal() }
}

/// A signal with a mean square of 1, and white noise of `-snr` dB added to it.
public func noisy(_ signal: [Float], snr: Double, seed: UInt64) -> [Float] {
  let gain = Double.pow(10, -snr / 20)
  return zip(signal, whiteNoise(signal.count, seed: seed) as [Double]).map {
    $0 + Float(gain * $1)
  }
}

/// Rows of noise with strongly correlated neighbours, as in a photograph.
public func correlatedNoise(_ rows: Int, _ columns: Int, seed: UInt64) -> [Double] {
  var image: [Double] = whiteNoise(rows * columns, seed: seed)
  for index in image.indices {
    let (above, before) = (index >= columns, index % columns > 0)
    if above { image[index] += 0.9 * image[index - columns] }
    if before { image[index] += 0.9 * image[index - 1] }
    if above && before { image[index] -= 0.81 * image[index - columns - 1] }
  }
  return image
}
