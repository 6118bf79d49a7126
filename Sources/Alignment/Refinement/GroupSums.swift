// SPDX-License-Identifier: MIT

import ComplexModule
import RealModule

/// 80 dB below the strongest frequencies: what 16 bits resolve, and more than leaks.
private let leakage: Float = 1e-8

/// The cross-spectrum (its part in phase) and both powers, summed over groups of frequencies.
struct GroupSums: Sendable {
  var cross: [Float]
  var first: [Float]
  var second: [Float]

  init(count: Int) {
    cross = [Float](repeating: 0, count: count)
    first = cross
    second = cross
  }

  init(
    _ spectra: CrossSpectra, segment: Int, size: Int, count: Int, angle: Double, _ polarity: Float
  ) {
    self.init(count: count)
    var rotor = Rotor(step: angle)
    let values = spectra.segments[segment].cross
    let x = spectra.segments[segment].firstPower
    let y = spectra.segments[segment].secondPower
    var bin = 0
    for group in 0..<count {
      var (c, p, q): (Float, Float, Float) = (0, 0, 0)
      let end = min(bin + size, values.count)
      while bin < end {
        let (u, v): (Float, Float) = rotor.next()
        let (a, b) = values[bin].rawStorage
        c += a * u - b * v
        p += x[bin]
        q += y[bin]
        bin += 1
      }
      cross[group] = c * polarity
      first[group] = p
      second[group] = q
    }
    // What leaks from the segments' ends is coherent at the delay at which they were cut.
    let (p, q) = (leakage * (first.max() ?? 0), leakage * (second.max() ?? 0))
    for group in 0..<count {
      first[group] += p
      second[group] += q
    }
  }

  /// Adds the sums of one segment, with its own powers as the unit.
  mutating func add(_ sums: GroupSums, _ segment: (neighbours: GroupSums, scale: [Float])) {
    for group in cross.indices {
      let (p, q) = (segment.neighbours.first[group], segment.neighbours.second[group])
      guard p > .leastNormalMagnitude, q > .leastNormalMagnitude else { continue }
      cross[group] += sums.cross[group] / (p * q).squareRoot()
      first[group] += sums.first[group] / p
      second[group] += sums.second[group] / q
    }
  }

  /// The neighbours' means, and 1 / the mean power of a frequency in both signals.
  func scaleAndNeighbours(_ reaches: [Int], size: Int) -> (neighbours: GroupSums, scale: [Float]) {
    let near = neighbours(reaches)
    let scale = cross.indices.map { group in
      let power = (near.first[group] * near.second[group]).squareRoot()
      return power > .leastNormalMagnitude ? Float(size) / power : 0
    }
    return (near, scale)
  }

  /// The means over each group's reach on each side, without the group itself.
  func neighbours(_ reaches: [Int]) -> GroupSums {
    var result = self
    result.cross = neighbourMeans(cross, reaches)
    result.first = neighbourMeans(first, reaches)
    result.second = neighbourMeans(second, reaches)
    return result
  }

  /// artanh of the coherence in phase.
  var correlation: [Float] {
    cross.indices.map { group in
      let power = (first[group] * second[group]).squareRoot()
      guard power > .leastNormalMagnitude else { return 0 }
      // 1 - γ² below 1e-5 is beyond what 16-bit samples can tell.
      return Float.atanh(max(-0.999_995, min(0.999_995, cross[group] / power)))
    }
  }
}

/// The means of as many values on each side as each value's reach is, without the value itself; near
/// the ends, of those that are there.
func neighbourMeans(_ values: [Float], _ reaches: [Int]) -> [Float] {
  let count = values.count
  var prefix = [0.0]
  prefix.reserveCapacity(count + 1)
  var total = 0.0
  for value in values {
    total += Double(value)
    prefix.append(total)
  }
  return (0..<count).map { index in
    let reach = reaches[index]
    let low = max(0, index - reach)
    let high = min(count, index + reach + 1)
    let sum = prefix[high] - prefix[low] - Double(values[index])
    return Float(sum / Double(max(1, high - low - 1)))
  }
}
