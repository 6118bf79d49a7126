import ComplexModule
import FourierTransform

/// The delay to a fraction of a sample, from pairs of windows at the full rates.
///
/// The maximum of the weighted cross-correlation is found by Newton's method on the band-limited
/// cross-spectrum itself; a parabola through three samples would be biased. With maximum-likelihood
/// weights the error reaches the Cramér–Rao bound (Knapp & Carter 1976).
struct DelayRefinement {
  /// The delay in seconds: positive where events come later in the second signal.
  let delay: Double
  /// The standard deviation of its error, in seconds.
  let standardError: Double
  /// 1, or -1 where the one signal is the negative of the other.
  let polarity: Int

  /// The number of groups of frequencies whose scatter gives the standard error.
  private static var clusterCount: Int { 64 }

  /// Refines the delay that the cross-spectra were cut at, within `range` seconds of it.
  ///
  /// - Parameter passes: 1 for a first idea, without a standard error worth the name; 3 for all
  ///   that there is to be had.
  init(_ spectra: CrossSpectra, range: Double, passes: Int = 3) {
    var estimate = spectra.delay
    var sign: Float = 1
    // The first pass has no weights yet but the powers; the later ones have those of the coherence
    // at the delay found before.
    var weights = powerWeights(spectra)
    for pass in 0..<passes {
      let sum = weightedSum(spectra, weights)
      let peak = highest(
        sum, binWidth: spectra.binWidth, origin: pass == 0 ? 0 : estimate - spectra.delay,
        range: range)
      sign = peak.sign
      let offset = newton(sum, sign: sign, start: peak.offset, binWidth: spectra.binWidth)
      estimate = spectra.delay + offset
      if pass < passes - 1 {
        weights = CoherenceWeights(spectra, delay: estimate, polarity: sign).weights
      }
    }
    delay = estimate
    polarity = sign > 0 ? 1 : -1
    standardError = scatter(
      spectra, weights, offset: estimate - spectra.delay, sign: sign, clusters: Self.clusterCount)
  }
}

/// 1 / sqrt(G₁₁ · G₂₂), from neighbouring frequencies: the smoothed coherence transform.
private func powerWeights(_ spectra: CrossSpectra) -> [[Float]] {
  (0..<spectra.windowCount).map { window in
    let x = smoothed(spectra.firstPower[window], half: 8)
    let y = smoothed(spectra.secondPower[window], half: 8)
    return x.indices.map { bin in
      let power = (x[bin] * y[bin]).squareRoot()
      return power > .leastNormalMagnitude ? 1 / power : 0
    }
  }
}

private func smoothed(_ values: [Float], half: Int) -> [Float] {
  var prefix = [0.0]
  prefix.reserveCapacity(values.count + 1)
  for value in values { prefix.append(prefix[prefix.count - 1] + Double(value)) }
  return values.indices.map { index in
    let low = max(0, index - half)
    let high = min(values.count, index + half + 1)
    return Float((prefix[high] - prefix[low]) / Double(high - low))
  }
}

/// Σ over the windows of weight · cross-spectrum.
private func weightedSum(_ spectra: CrossSpectra, _ weights: [[Float]]) -> [Complex<Double>] {
  var sum = [Complex<Double>](repeating: .zero, count: spectra.binCount)
  for window in 0..<spectra.windowCount {
    for bin in 0..<spectra.binCount {
      let (a, b) = spectra.cross[window][bin].rawStorage
      let weight = weights[window][bin]
      let (c, d) = sum[bin].rawStorage
      sum[bin] = Complex(c + Double(a * weight), d + Double(b * weight))
    }
  }
  return sum
}

/// The sample of the correlation with the largest magnitude within `range` of `origin`.
private func highest(
  _ sum: [Complex<Double>], binWidth: Double, origin: Double, range: Double
) -> (offset: Double, sign: Float) {
  // Twice the length shows the correlation at half samples, so that no peak lies between two.
  let length = 4 * sum.count
  var spectrum = [Complex<Double>](repeating: .zero, count: length / 2 + 1)
  var rotor = Rotor(step: 2 * .pi * binWidth * origin)
  for bin in sum.indices {
    let (a, b) = sum[bin].rawStorage
    let (c, s): (Double, Double) = rotor.next()
    spectrum[bin] = Complex(a * c - b * s, a * s + b * c)
  }
  let correlation: [Double]
  do {
    correlation = try RealTransform<Double>(length: length).inverse(spectrum)
  } catch {
    preconditionFailure("\(error)")
  }
  let step = 1 / (binWidth * Double(length))
  let reach = min(length / 2 - 1, max(1, Int((range / step).rounded(.up))))
  var best = 0
  for lag in -reach...reach
  where abs(correlation[(lag + length) % length]) > abs(correlation[(best + length) % length]) {
    best = lag
  }
  return (
    origin + Double(best) * step, correlation[(best + length) % length] < 0 ? -1 : 1
  )
}

/// The maximum of Σ Re(sum · exp(2πi·f·offset)) near `start`.
private func newton(
  _ sum: [Complex<Double>], sign: Float, start: Double, binWidth: Double
) -> Double {
  var offset = start
  let largestStep = 0.125 / (binWidth * Double(sum.count))
  for _ in 0..<30 {
    var rotor = Rotor(step: 2 * .pi * binWidth * offset)
    var slope = 0.0
    var curvature = 0.0
    for bin in sum.indices {
      let (a, b) = sum[bin].rawStorage
      let (c, s): (Double, Double) = rotor.next()
      let frequency = Double(bin)
      slope -= frequency * (a * s + b * c)
      curvature -= frequency * frequency * (a * c - b * s)
    }
    slope *= Double(sign) * 2 * .pi * binWidth
    curvature *= Double(sign) * (2 * .pi * binWidth) * (2 * .pi * binWidth)
    guard slope != 0 else { break }
    // Where it is not concave, climb.
    let wanted = curvature < 0 ? -slope / curvature : (slope > 0 ? largestStep : -largestStep)
    let step = max(-largestStep, min(largestStep, wanted))
    offset += step
    if abs(step) < 1e-9 * largestStep { break }
  }
  return offset
}

/// The standard error of the maximum, from how much groups of frequencies, and windows, disagree.
///
/// The slope of the objective at the maximum is a sum of errors, and its variance divided by the
/// squared curvature is that of the delay (the "sandwich" of White 1982). The errors of one group
/// are added before they are squared, so that what neighbours have in common, as two rooms'
/// responses do, counts in full.
private func scatter(
  _ spectra: CrossSpectra, _ weights: [[Float]], offset: Double, sign: Float, clusters: Int
) -> Double {
  let angle = 2 * Double.pi * spectra.binWidth
  var byBin = [Double](repeating: 0, count: spectra.binCount)
  var information = byBin
  var byWindow = [Double](repeating: 0, count: spectra.windowCount)
  for window in 0..<spectra.windowCount {
    var rotor = Rotor(step: angle * offset)
    for bin in 0..<spectra.binCount {
      let (a, b) = spectra.cross[window][bin].rawStorage
      let (c, s): (Double, Double) = rotor.next()
      let frequency = angle * Double(bin)
      let weight = Double(weights[window][bin]) * frequency
      let slope = weight * (Double(a) * s + Double(b) * c)
      byBin[bin] += slope
      byWindow[window] += slope
      information[bin] += weight * frequency * (Double(a) * c - Double(b) * s)
    }
  }
  let curvature = abs(information.reduce(0, +))
  guard curvature > 0 else { return 0 }
  // Groups that carry the same information each.
  let share = information.reduce(0) { $0 + abs($1) } / Double(clusters)
  var squares = 0.0
  var group = 0.0
  var filled = 0.0
  var groups = 0.0
  for bin in byBin.indices {
    group += byBin[bin]
    filled += abs(information[bin])
    if filled >= share || bin == byBin.count - 1 {
      squares += group * group
      groups += 1
      group = 0
      filled = 0
    }
  }
  // One degree of freedom went into the delay.
  var variance = squares * groups / max(1, groups - 1)
  let windows = Double(spectra.windowCount)
  if spectra.windowCount >= 8 {
    variance = max(
      variance, byWindow.reduce(0) { $0 + $1 * $1 } * windows / (windows - 1))
  }
  return variance.squareRoot() / curvature
}
