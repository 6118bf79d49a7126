// SPDX-License-Identifier: MIT

import RealModule

/// How sure it is that the highest peak of a correlation is the direct sound's.
///
/// In a room the correlation of two recordings has a peak for each pair of their arrivals. What the
/// direct path leaves, noise and reflections, is taken for a normal variable of a variance s² that
/// falls off with the distance in lag, as reverberation does (Polack 1988). Then the delay has at lag τ
/// a likelihood in proportion to exp(c(τ)² / 2s²), as of a known signal in noise of that variance, and
/// all of it outside of the peak itself is what the peak's own standard error does not tell (the
/// threshold effect: Ianniello 1982; Weiss & Weinstein 1983).
///
/// Reflections are fewer and louder than normal variables of their power. So the likelihood is raised
/// to a power below one, as where a model is known to be wrong (Bissiri, Holmes & Walker 2016).
///
/// A path's own correlation is even about its delay. So s² is twice the mean square of what is odd.
package struct ArrivalAmbiguity {
  /// The error by other arrivals, in seconds: twice as large a one is as improbable as one of a normal
  /// variable beyond two of its deviations, and one five times as large has half a per cent. The root of
  /// a mean square would rather tell of what is far away and hardly probable.
  package private(set) var deviation = 0.0
  /// The probability that the direct sound is at a peak of the other sign.
  package private(set) var invertedProbability = 0.0
  /// The standard deviation of the error by the reflections that arrive next to the peak, in seconds:
  /// s / √(c |c″|), as of the maximum of a known curve to which a variable of its spectrum and the variance
  /// s² is added. What of s² is noise does not count: how much that moves the peak depends on the weights
  /// by which it was found.
  package private(set) var localDeviation = 0.0

  /// Lags up to here are compared, in seconds: later reflections are weaker than the direct sound.
  static var reach: Double { 0.05 }
  /// The power of the likelihood. Run Coverage, 200 pairs a row at -6 and -12 dB: at one, 15 % of the
  /// errors are beyond five deviations; at a third half of a per cent, and at 0 dB and above nothing
  /// changes.
  private static var power: Double { 1.0 / 3 }
  /// What may be beyond two deviations, and beyond five.
  private static var beyond: (two: Double, five: Double) { (0.0455, 0.005) }
  /// The first shell of lags holds so many values on each side, and each next is twice as wide.
  private static var firstShell: Int { 32 }

  /// - Parameters:
  ///   - correlation: An odd number of values, with the peak in the middle.
  ///   - noise: As many values of noise alone, of the variance that it has in `correlation`; nil where that
  ///     is not known, and all that is odd is taken for reflections.
  ///   - step: Their distance in seconds.
  package init(_ correlation: [Double], noise: [Double]? = nil, step: Double) {
    let middle = correlation.count / 2
    guard middle > 2, correlation[middle] != 0 else { return }
    let levels = Self.levels(correlation, middle)
    let peak = correlation[middle] * correlation[middle]
    let curvature =
      abs(
        correlation[middle + 1] - 2 * correlation[middle] + correlation[middle - 1]) / (step * step)
    let reflections = max(0, levels[0] - (noise.map { Self.level($0, middle, 1...middle) } ?? 0))
    localDeviation =
      (reflections / max(abs(correlation[middle]) * curvature, 1e-300)).squareRoot()
    // The peak's own lobe ends where the correlation rises again.
    func lobe(_ direction: Int) -> Int {
      var place = middle
      while place + direction > 0, place + direction < correlation.count - 1,
        abs(correlation[place + direction]) < abs(correlation[place]) || place == middle
      {
        place += direction
      }
      return place
    }
    let own = lobe(-1)...lobe(1)
    var (total, inverted) = (0.0, 0.0)
    // By the distance in steps, on both sides.
    var others = [Double](repeating: 0, count: middle + 1)
    for index in correlation.indices {
      let value = correlation[index]
      let level = levels[abs(index - middle)]
      let weight =
        level > 0
        ? Double.exp(Self.power * (value * value - peak) / (2 * level)) : (index == middle ? 1 : 0)
      total += weight
      guard !own.contains(index) else { continue }
      others[abs(index - middle)] += weight
      if (value < 0) != (correlation[middle] < 0) { inverted += weight }
    }
    /// The largest distance that is exceeded with a probability of more than `share`, in seconds.
    func distance(exceededBy share: Double) -> Double {
      var tail = 0.0
      for place in others.indices.reversed() {
        tail += others[place]
        if tail > share * total { return step * Double(place) }
      }
      return 0
    }
    deviation = max(
      distance(exceededBy: Self.beyond.two) / 2, distance(exceededBy: Self.beyond.five) / 5)
    invertedProbability = inverted / total
  }

  /// Twice the mean square of what is odd at some distances from the middle.
  private static func level(
    _ correlation: [Double], _ middle: Int, _ distances: ClosedRange<Int>
  ) -> Double {
    var squares = 0.0
    for distance in distances {
      let odd = 0.5 * (correlation[middle + distance] - correlation[middle - distance])
      squares += 2 * odd * odd
    }
    return squares / Double(distances.count)
  }

  /// s² at each distance from the middle: the means of shells, not growing with the distance (isotonic
  /// regression by pooling adjacent violators, Ayer et al. 1955).
  private static func levels(_ correlation: [Double], _ middle: Int) -> [Double] {
    var shells: [(level: Double, count: Int)] = []
    var (start, size) = (1, firstShell)
    while start <= middle {
      let end = middle - start < 2 * size ? middle : start + size - 1
      shells.append((level(correlation, middle, start...end), end - start + 1))
      while shells.count > 1, shells[shells.count - 2].level < shells[shells.count - 1].level {
        let (a, b) = (shells[shells.count - 2], shells[shells.count - 1])
        let count = a.count + b.count
        let mean = (a.level * Double(a.count) + b.level * Double(b.count)) / Double(count)
        shells.removeLast(2)
        shells.append((mean, count))
      }
      start = end + 1
      size *= 2
    }
    return [shells[0].level] + shells.flatMap { [Double](repeating: $0.level, count: $0.count) }
  }
}
