// SPDX-License-Identifier: MIT

import RealModule

/// The places and the clocks of a group's recordings, from all links together.
///
/// The equations of places are linearized around the rates of the clocks, xₗ - xₖ + (tⱼ/bⱼ) δⱼ -
/// (tᵢ/bᵢ) δᵢ = tⱼ/bⱼ - tᵢ/bᵢ for small changes δ of log b, so that the errors of places hold those of
/// the clocks.
struct GroupSolution {
  /// The offset xₖ of each segment, in seconds.
  private(set) var offsets: [Double]
  /// The logarithms of the recordings' rates.
  private(set) var logRates: [Double]
  /// Whether each segment is linked with the reference.
  let isPlaced: [Bool]
  private let solution: LinearEquations.Solution

  /// - Parameters:
  ///   - links: The links that the equations are of.
  ///   - start: Logarithms of the rates, near the right ones; nil where clocks are not compared.
  ///   - clocks: Which clock each recording was made by; nil where that is not known.
  init(
    _ equations: GroupEquations, _ links: [GroupAlignment.Link], reference: Int,
    from start: [Double]?,
    isPlaced: [Bool], clocks: [Int]?
  ) {
    let rates = start ?? [Double](repeating: 0, count: equations.firstSegments.count)
    let (segments, recordings) = (equations.segmentCount, rates.count)
    let clockCount = start == nil ? 0 : (clocks.map { ($0.max() ?? 0) + 1 } ?? 0)
    // Offsets, rates, the rates of clocks, and the true time, to which these are near.
    let trueTime = segments + recordings + clockCount
    var linear = LinearEquations(
      isUnknown: [Bool](repeating: true, count: clockCount > 0 ? trueTime + 1 : trueTime))
    for segment in 0..<segments where !isPlaced[segment] { linear.isUnknown[segment] = false }
    linear.isUnknown[equations.firstSegments[reference]] = false
    for recording in 0..<recordings {
      let isLinked = equations.segments(of: recording).contains { isPlaced[$0] }
      linear.isUnknown[segments + recording] = isLinked && start != nil && recording != reference
    }
    for stretch in equations.stretches
    where isPlaced[stretch.first] && isPlaced[stretch.second] {
      let (first, second) = stretch.moment(rates)
      let error = stretch.momentError
      linear.equations.append(
        .init(
          terms: [
            (stretch.second, 1), (stretch.first, -1),
            (segments + stretch.link.second, second), (segments + stretch.link.first, -first),
          ], value: second - first, weight: 1 / (error * error)))
    }
    if start != nil {
      for link in links {
        let drift = link.estimate.drift
        let error = max(drift?.standardError ?? unmeasuredDrift, smallestDriftError)
        linear.equations.append(
          .init(
            terms: [(segments + link.second, 1), (segments + link.first, -1)],
            value: Double.log(onePlus: drift?.rate ?? 0) - rates[link.second] + rates[link.first],
            weight: 1 / (error * error)))
      }
    }
    if clockCount > 0, let clocks {
      for (recording, clock) in clocks.enumerated() {
        linear.equations.append(
          .init(
            terms: [(segments + recording, 1), (segments + recordings + clock, -1)],
            value: -rates[recording], weight: 1 / (clockWander * clockWander)))
      }
      for clock in segments + recordings..<trueTime {
        linear.equations.append(
          .init(
            terms: [(clock, 1), (trueTime, -1)], value: 0,
            weight: 1 / (clockTolerance * clockTolerance)))
      }
    }
    let solution = linear.robustLeastSquares()
    offsets = Array(solution.values[..<segments])
    logRates = (0..<recordings).map { rates[$0] + solution.values[segments + $0] }
    (self.isPlaced, self.solution) = (isPlaced, solution)
  }

  /// The standard error of a recording's rate.
  func rateError(_ recording: Int) -> Double {
    let number = offsets.count + recording
    return max(0, solution.covariance(number, number)).squareRoot()
  }

  /// The standard error of the line's time of a recording's time in one of its segments.
  func error(_ segment: Int, of recording: Int, at time: Double) -> Double {
    let rate = offsets.count + recording
    let lever = time * Double.exp(-logRates[recording])
    let square =
      solution.covariance(segment, segment) + lever * lever * solution.covariance(rate, rate)
      + 2 * lever * solution.covariance(segment, rate)
    return max(0, square).squareRoot()
  }
}

/// Clocks that are in order are off by up to 100 ppm.
private let unmeasuredDrift = 1e-4
/// No clock is known to be the same as another.
private let smallestDriftError = 1e-10
/// By so much the rate of one clock changes with temperature from one take to another: an AT-cut crystal
/// by about 1 ppm over some degrees. Judged.
private let clockWander = 1e-6
/// The tolerance of the crystals that recorders have: 20 to 50 ppm.
private let clockTolerance = 5e-5
