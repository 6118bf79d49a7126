// SPDX-License-Identifier: MIT

import ComplexModule
import FourierTransform
import RealModule

/// Σ over some segments of weight · cross-spectrum.
struct WeightedSum {
  private var values: [Complex<Double>]
  private let binWidth: Double

  init(_ spectra: CrossSpectra, _ weights: GroupWeights, segments: some Sequence<Int>) {
    binWidth = spectra.binWidth
    values = [Complex<Double>](repeating: .zero, count: spectra.binCount)
    for segment in segments {
      let segmentCross = spectra.segments[segment].cross
      let cross = segmentCross.span
      var sums = values.mutableSpan
      precondition(sums.count == cross.count)
      for (group, weight) in weights.values[segment].enumerated() {
        let bins = (group * weights.groupSize..<(group + 1) * weights.groupSize)
          .clamped(to: 0..<cross.count)
        for bin in bins {
          let (a, b) = cross[bin].rawStorage
          let (c, d) = sums[bin].rawStorage
          sums[bin] = Complex(c + Double(a * weight), d + Double(b * weight))
        }
      }
    }
  }

  static func + (first: WeightedSum, second: WeightedSum) -> WeightedSum {
    var result = first
    for bin in result.values.indices { result.values[bin] += second.values[bin] }
    return result
  }

  static func - (first: WeightedSum, second: WeightedSum) -> WeightedSum {
    var result = first
    for bin in result.values.indices { result.values[bin] -= second.values[bin] }
    return result
  }

  /// The sample of the correlation with the largest magnitude within `range` of `origin`.
  func highest(around origin: Double, range: Double) -> (offset: Double, sign: Float) {
    let trace = correlation(around: origin, range: range)
    let middle = trace.values.count / 2
    // Of equal ones the one nearest to the middle.
    var best = middle
    for index in trace.values.indices where abs(trace.values[index]) > abs(trace.values[best]) {
      best = index
    }
    return (origin + Double(best - middle) * trace.step, trace.values[best] < 0 ? -1 : 1)
  }

  /// The correlation at an odd number of lags within `range` of `origin`, `step` seconds apart: half a
  /// sample or less, so that no peak lies between two.
  func correlation(around origin: Double, range: Double) -> (values: [Double], step: Double) {
    // So many neighbouring frequencies are as good as one at lags within the range: their phases
    // differ by π/16 at most.
    let group = max(1, min(values.count / 64, Int(1 / (32 * range * binWidth))))
    let count = (values.count + group - 1) / group
    let length = 4 * fastTransformLength(atLeast: count)
    var spectrum = [Complex<Double>](repeating: .zero, count: length / 2 + 1)
    var rotor = Rotor(step: 2 * .pi * binWidth * origin)
    for index in 0..<count {
      var sum = Complex<Double>.zero
      for bin in index * group..<min(values.count, (index + 1) * group) {
        let (a, b) = values[bin].rawStorage
        let (c, s): (Double, Double) = rotor.next()
        sum += Complex(a * c - b * s, a * s + b * c)
      }
      spectrum[index] = sum
    }
    let correlation: [Double]
    do {
      correlation = try RealTransform<Double>.recent(length: length).inverse(spectrum)
    } catch {
      preconditionFailure("\(error)")
    }
    let step = 1 / (binWidth * Double(group * length))
    let reach = min(length / 2 - 1, max(1, Int((range / step).rounded(.up))))
    return ((-reach...reach).map { correlation[($0 + length) % length] }, step)
  }

  /// The maximum of sign · Σ Re(sum · exp(2πi·f·offset)) near `start`, by Newton's method.
  func maximum(sign: Float, near start: Double) -> Double {
    var offset = start
    let largestStep = 0.125 / (binWidth * Double(values.count))
    for _ in 0..<30 {
      let (slope, curvature) = derivatives(at: offset, sign: sign)
      guard slope != 0 else { break }
      // Where it is not concave, climb.
      let wanted = curvature < 0 ? -slope / curvature : (slope > 0 ? largestStep : -largestStep)
      let step = max(-largestStep, min(largestStep, wanted))
      offset += step
      if abs(step) < 1e-9 * largestStep { break }
    }
    return offset
  }

  /// The first and second derivative of sign · Σ Re(sum · exp(2πi·f·offset)).
  func derivatives(at offset: Double, sign: Float) -> (slope: Double, curvature: Double) {
    let step = 2 * .pi * binWidth * offset
    let phasors = Phasors(step: step)
    let all = values.span
    var slope = 0.0
    var curvature = 0.0
    for start in stride(from: 0, to: all.count, by: Phasors.count) {
      let block = all.extracting(start..<min(start + Phasors.count, all.count))
      let (sum, first, second) = phasors.moments(of: block)
      // Of frequency `start + k`: Σ f·z = start·Σ z + Σ k·z, and so on with f².
      let lowest = Double(start)
      let turn = Complex<Double>(Double.cos(lowest * step), Double.sin(lowest * step))
      slope -= (turn * (first + Complex(lowest) * sum)).imaginary
      curvature -=
        (turn * (second + Complex(2 * lowest) * first + Complex(lowest * lowest) * sum)).real
    }
    let scale = 2 * Double.pi * binWidth
    return (Double(sign) * slope * scale, Double(sign) * curvature * scale * scale)
  }
}
