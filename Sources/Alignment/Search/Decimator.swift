// SPDX-License-Identifier: MIT

import RealModule

/// Brings a stream of samples to a lower rate, block by block, for the search over all lags: sums of a
/// few neighbours, then a windowed sinc in one of ``phaseCount`` phases. What folds back is 17 dB down
/// at worst, which a search does not notice.
struct Decimator {
  /// The number of samples that are summed before the filter; a power of two.
  private let groupCount: Int
  /// Outputs lie this many groups apart.
  private let step: Double
  private let halfWidth: Int
  /// The filters of all phases, one after the other.
  private let kernels: [Float]
  /// Group sums that are not yet done with; the first is number `firstGroup`.
  private var groups: [Float]
  private var firstGroup: Int
  private var output: [Float] = []
  /// Outputs that were taken already.
  private var takenCount = 0

  /// A phase off by half of 1/64 of an input sample is -36 dB of error at the band's upper edge.
  private static var phaseCount: Int { 64 }
  /// Zero crossings of the sinc on each side. Judged by what folds back; see above.
  private static var lobes: Double { 5 }

  init(from inputRate: Double, to outputRate: Double, expectedCount: Int) {
    let ratio = inputRate / outputRate
    // Four groups an output leave the filter room to work; sources' blocks are whole groups.
    var group = 1
    while Double(group * 8) <= ratio, group < sourceBlockLength { group *= 2 }
    groupCount = group
    step = ratio / Double(group)
    let taps = (Int((2 * Self.lobes * max(step, 1)).rounded(.up)) + 7) / 8 * 8
    halfWidth = taps / 2
    let cutoff = min(1, 0.9 / step)
    kernels = (0...Self.phaseCount).flatMap { phase in
      let fraction = Double(phase) / Double(Self.phaseCount)
      var kernel = (0..<taps).map { tap -> Double in
        let position = Double(tap - taps / 2 + 1) - fraction
        return sinc(cutoff * position) * kaiser(position / Double(taps / 2), beta: 5)
      }
      let total = kernel.reduce(0, +) * Double(group)
      for tap in kernel.indices { kernel[tap] /= total }
      return kernel.map { Float($0) }
    }
    groups = [Float](repeating: 0, count: halfWidth)
    firstGroup = -halfWidth
    output.reserveCapacity(Int(Double(expectedCount) / ratio) + 2)
  }

  /// Takes the next block in; only the last one's length may be no multiple of the groups'.
  mutating func process(_ block: Span<Float>) {
    if groupCount == 1 {
      groups.reserveCapacity(groups.count + block.count)
      for index in block.indices { groups.append(block[index]) }
    } else {
      let (first, groupCount) = (groups.count, groupCount)
      let count = (block.count + groupCount - 1) / groupCount
      groups.append(contentsOf: repeatElement(0, count: count))
      var sums = groups.mutableSpan
      for group in 0..<count {
        var sum: Float = 0
        let start = group * groupCount
        for index in start..<min(block.count, start + groupCount) { sum += block[index] }
        sums[first + group] = sum
      }
    }
    emit(upTo: .max)
  }

  /// The outputs since the last call.
  mutating func take() -> [Float] {
    takenCount += output.count
    defer { output.removeAll(keepingCapacity: true) }
    return output
  }

  /// Ends the stream of `count` samples; all outputs are ⌈`count` · outputRate / inputRate⌉ samples.
  mutating func finish(count: Int) -> [Float] {
    groups.append(contentsOf: repeatElement(0, count: 2 * halfWidth + 2))
    emit(upTo: Int((Double(count) / (step * Double(groupCount))).rounded(.up)))
    return output
  }

  private mutating func emit(upTo limit: Int) {
    // The middle of a group is (groupCount - 1) / 2 samples after its first.
    let offset = Double(groupCount - 1) / Double(2 * groupCount)
    let origin = halfWidth - 1 + firstGroup
    var made: [Float] = []
    do {
      let available = groups.span
      let filters = kernels.span
      let first = takenCount + output.count
      while first + made.count < limit {
        let position = Double(first + made.count) * step - offset
        let floor = position.rounded(.down)
        let phase = Int(((position - floor) * Double(Self.phaseCount)).rounded())
        let start = Int(floor) - origin
        guard start + 2 * halfWidth <= available.count else { break }
        made.append(
          dot(
            available.extracting(start..<start + 2 * halfWidth),
            filters.extracting(2 * halfWidth * phase..<2 * halfWidth * (phase + 1))))
      }
    }
    output.append(contentsOf: made)
    let next = Double(takenCount + output.count) * step - offset
    let done = min(groups.count, max(0, Int(next.rounded(.down)) - halfWidth + 1 - firstGroup))
    groups.removeFirst(done)
    firstGroup += done
  }
}

/// sin(πx) / (πx).
func sinc(_ x: Double) -> Double {
  x == 0 ? 1 : Double.sin(.pi * x) / (.pi * x)
}

/// The Kaiser window at -1…1, 0 outside (Kaiser 1974).
func kaiser(_ x: Double, beta: Double) -> Double {
  abs(x) >= 1 ? 0 : besselI0(beta * (1 - x * x).squareRoot()) / besselI0(beta)
}

/// The modified Bessel function of order 0, by its power series (Abramowitz & Stegun 9.6.12).
private func besselI0(_ x: Double) -> Double {
  var term = 1.0
  var sum = 1.0
  var index = 1.0
  while term > sum * 1e-17 {
    term *= (x / (2 * index)) * (x / (2 * index))
    sum += term
    index += 1
  }
  return sum
}

/// Σ a[i] · b[i], summed in an order that vectorises.
func dot(_ a: Span<Float>, _ b: Span<Float>) -> Float {
  let count = min(a.count, b.count)
  var sum: Float = 0
  for index in 0..<count { sum = Relaxed.multiplyAdd(a[index], b[index], sum) }
  return sum
}
