// SPDX-License-Identifier: MIT

import ComputeSupport

extension CoarseMap {
  /// The pair with the second signal on the first one's time, by this map, from the first stretch's
  /// start to the last one's end; and the lag at which all that belongs together is then, in samples.
  /// Between stretches the second signal is silent.
  func straightened(_ signals: DecimatedPair) -> (pair: DecimatedPair, lag: Int) {
    let rate = signals.rate
    func samples(_ stretch: Stretch) -> Range<Int> {
      let start = max(0, Int((stretch.start * rate).rounded(.up)))
      return start..<max(start, min(signals.first.count, Int(stretch.end * rate)))
    }
    let ranges = stretches.map(samples)
    let start = ranges.map(\.lowerBound).min() ?? 0
    let end = ranges.map(\.upperBound).max() ?? start
    var second = [Float](repeating: 0, count: end - start)
    for (stretch, range) in zip(stretches, ranges) where !range.isEmpty {
      let first = Double(range.lowerBound)
      let part = signals.second(
        from: first + stretch.line.delay(at: first / rate) * rate,
        step: 1 + stretch.line.skew, count: range.count)
      second.replaceSubrange(range.lowerBound - start..<range.upperBound - start, with: part)
    }
    let pair = DecimatedPair(signals.first, second, signals.band, threads: signals.threads)
    return (pair, -start)
  }
}

extension DecimatedPair {
  /// `count` samples of the second signal that are `step` of its samples apart, the first at `start`.
  func second(from start: Double, step: Double, count: Int) -> [Float] {
    let warp = TimeWarp(start: start, step: step)
    // Some thousand samples at a time, for as many threads as there are.
    let size = sourceBlockLength
    return parallelMap((count + size - 1) / size, threads: threads) { block -> [Float] in
      let outputs = block * size..<min(count, (block + 1) * size)
      let needed = warp.inputRange(for: outputs)
      var input = [Float](repeating: 0, count: needed.count)
      for index in needed.clamped(to: 0..<second.count) {
        input[index - needed.lowerBound] = second[index]
      }
      var result = [Float](repeating: 0, count: outputs.count)
      var target = result.mutableSpan
      warp.apply(input.span, outputs: outputs, into: &target)
      return result
    }.flatMap { $0 }
  }
}
