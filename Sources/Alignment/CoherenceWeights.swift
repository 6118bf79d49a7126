import ComplexModule

/// The maximum-likelihood weights of the frequencies of all windows, found from the signals.
///
/// The weight is γ² / (|G₁₂| · (1 - γ²)) (Hannan & Thomson 1973), with the coherence γ estimated
/// from what neighbouring frequencies have in common; the frequency itself is left out, so that its
/// noise does not choose its own weight. Where a window's own estimate is mostly noise, it gives way
/// to that of all windows together (James & Stein 1961). A window that has nothing to do with the
/// other signal therefore weighs nothing.
struct CoherenceWeights {
  /// By window and frequency, to be multiplied with the raw cross-spectrum.
  let weights: [[Float]]

  init(_ spectra: CrossSpectra, delay: Double, polarity: Float) {
    let windows = spectra.windowCount
    let bins = spectra.binCount
    // At 44.1 kHz about 170 Hz: finer than speech's formants, and enough frequencies to tell a
    // coherence of 0.05 from none.
    let half = max(4, min(bins / 64, 127))
    // All windows together: some 4096 values each, but never more than a quarter of the band.
    let pooledHalf = max(min(half, bins / 8), min(2048 / windows, bins / 8))
    let angle = 2 * Double.pi * spectra.binWidth * (delay - spectra.delay)
    let own = parallelMap(windows) { window -> WindowCoherence in
      var rotor = Rotor(step: angle)
      let cross = spectra.cross[window].map { value in
        let (c, s): (Float, Float) = rotor.next()
        let (a, b) = value.rawStorage
        return (a * c - b * s) * polarity
      }
      let (x, y) = (spectra.firstPower[window], spectra.secondPower[window])
      let (c, p, q) = (
        neighbourSums(cross, half: half), neighbourSums(x, half: half),
        neighbourSums(y, half: half)
      )
      var result = WindowCoherence(bins)
      for bin in 0..<bins {
        let power = (p[bin] * q[bin]).squareRoot()
        guard power > .leastNormalMagnitude else { continue }
        result.coherence[bin] = c[bin] / power
        result.scale[bin] = Float(2 * half) / power
        result.single[bin] = cross[bin] * result.scale[bin]
      }
      return result
    }
    var pooled = [Float](repeating: 0, count: bins)
    for window in own {
      for bin in 0..<bins { pooled[bin] += window.single[bin] }
    }
    pooled = neighbourSums(pooled, half: pooledHalf)
    for bin in 0..<bins {
      pooled[bin] = max(0, min(1, pooled[bin] / Float(2 * pooledHalf * windows)))
    }
    let all = pooled
    weights = parallelMap(windows) { window in
      let (own, pooled) = (own[window], all)
      var difference: Float = 0
      var noise: Float = 0
      for bin in 0..<bins where own.scale[bin] > 0 {
        let deviation = own.coherence[bin] - pooled[bin]
        difference += deviation * deviation
        let incoherent = 1 - pooled[bin] * pooled[bin]
        noise += incoherent * incoherent
      }
      noise /= Float(4 * half)
      let trust = difference > noise ? 1 - noise / difference : 0
      return (0..<bins).map { bin in
        let mixed = trust * own.coherence[bin] + (1 - trust) * pooled[bin]
        // 1 - γ² below 1e-5 is beyond what 16-bit samples can tell.
        let coherence = max(0, min(0.999_995, mixed))
        return coherence / (1 - coherence * coherence) * own.scale[bin]
      }
    }
  }
}

/// What one window says about its coherence.
private struct WindowCoherence: Sendable {
  /// By frequency, from its neighbours.
  var coherence: [Float]
  /// 1 / the mean power of both signals there.
  var scale: [Float]
  /// The frequency's own value times `scale`.
  var single: [Float]

  init(_ count: Int) {
    coherence = [Float](repeating: 0, count: count)
    scale = coherence
    single = coherence
  }
}

/// The sums of the `half` values on each side, without the value itself; near the ends those that
/// are there count for those that are not.
private func neighbourSums(_ values: [Float], half: Int) -> [Float] {
  let count = values.count
  var prefix = [Double](repeating: 0, count: count + 1)
  for index in 0..<count { prefix[index + 1] = prefix[index] + Double(values[index]) }
  return (0..<count).map { index in
    let low = max(0, index - half)
    let high = min(count, index + half + 1)
    let sum = prefix[high] - prefix[low] - Double(values[index])
    return Float(sum * Double(2 * half) / Double(max(1, high - low - 1)))
  }
}
