import ComputeSupport

extension CoarseMap {
  /// The pair with the second signal on the first one's time, by this map: what belongs together is at
  /// lag 0 all along. Where the map has no stretch the second signal is silent.
  func straightened(_ signals: DecimatedPair) -> DecimatedPair {
    let rate = signals.rate
    let count = signals.first.count
    var second = [Float](repeating: 0, count: count)
    for stretch in stretches {
      let start = max(0, Int((stretch.start * rate).rounded(.up)))
      let end = min(count, Int(stretch.end * rate))
      guard start < end else { continue }
      let part = signals.second(
        from: Double(start) + stretch.line.delay(at: Double(start) / rate) * rate,
        step: 1 + stretch.line.skew, count: end - start)
      second.replaceSubrange(start..<end, with: part)
    }
    return DecimatedPair(signals.first, second, signals.band, threads: signals.threads)
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
