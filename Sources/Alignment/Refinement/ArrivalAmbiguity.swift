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
/// A path's own correlation is even about its delay. So s² is twice the mean square of what is odd.
struct ArrivalAmbiguity {
  /// The standard deviation of the error by other arrivals, in seconds.
  private(set) var deviation = 0.0
  /// The probability that the direct sound is at a peak of the other sign.
  private(set) var invertedProbability = 0.0
  /// The standard deviation of the error by what there is next to the peak, in seconds: s / √(c |c″|),
  /// as of the maximum of a known curve to which a variable of its spectrum and the variance s² is
  /// added.
  private(set) var localDeviation = 0.0

  /// Lags up to here are compared, in seconds: later reflections are weaker than the direct sound.
  static var reach: Double { 0.05 }
  /// The first shell of lags holds so many values on each side, and each next is twice as wide.
  private static var firstShell: Int { 32 }

  /// - Parameters:
  ///   - correlation: An odd number of values, with the peak in the middle.
  ///   - step: Their distance in seconds.
  init(_ correlation: [Double], step: Double) {
    let middle = correlation.count / 2
    guard middle > 2, correlation[middle] != 0 else { return }
    let levels = Self.levels(correlation, middle)
    let peak = correlation[middle] * correlation[middle]
    let curvature =
      abs(
        correlation[middle + 1] - 2 * correlation[middle] + correlation[middle - 1]) / (step * step)
    localDeviation = (levels[0] / max(abs(correlation[middle]) * curvature, 1e-300)).squareRoot()
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
    var (total, others, inverted, squares) = (0.0, 0.0, 0.0, 0.0)
    for index in correlation.indices {
      let value = correlation[index]
      let level = levels[abs(index - middle)]
      let weight =
        level > 0 ? Double.exp((value * value - peak) / (2 * level)) : (index == middle ? 1 : 0)
      total += weight
      guard !own.contains(index) else { continue }
      let distance = step * Double(index - middle)
      others += weight
      squares += weight * distance * distance
      if (value < 0) != (correlation[middle] < 0) { inverted += weight }
    }
    deviation = (squares / total).squareRoot()
    invertedProbability = inverted / total
  }

  /// s² at each distance from the middle: the means of shells, not growing with the distance (isotonic
  /// regression by pooling adjacent violators, Ayer et al. 1955).
  private static func levels(_ correlation: [Double], _ middle: Int) -> [Double] {
    var shells: [(level: Double, count: Int)] = []
    var (start, size) = (1, firstShell)
    while start <= middle {
      let end = middle - start < 2 * size ? middle : start + size - 1
      var squares = 0.0
      for distance in start...end {
        let odd = 0.5 * (correlation[middle + distance] - correlation[middle - distance])
        squares += 2 * odd * odd
      }
      shells.append((squares / Double(end - start + 1), end - start + 1))
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
