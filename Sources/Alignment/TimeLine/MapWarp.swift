// SPDX-License-Identifier: MIT

import RealModule

/// Reads a recording on another's time line, stretch by stretch of a time map: what was inserted into it
/// is left out, what was cut out of it is silence, and the stretches are faded into one another.
package struct MapWarp: Sendable {
  /// A stretch, and the outputs that it is for.
  private struct Part {
    var outputs: Range<Int>
    var warp: TimeWarp
    /// Outputs over which it rises at its start and falls at its end; none at the recording's own.
    var rise: Int
    var fall: Int
  }

  private let parts: [Part]

  /// In seconds: long enough not to click, shorter than a syllable. Judged.
  private static var fadeDuration: Double { 0.005 }

  /// - Parameters:
  ///   - start: The reference's time of output 0, in seconds.
  ///   - count: The number of outputs.
  init(
    _ map: TimeMap, from start: Double, inputRate: Double, outputRate: Double, count: Int
  ) {
    let fade = max(2, Int(Self.fadeDuration * outputRate) / 2 * 2)
    func output(_ time: Double) -> Int {
      Int(max(-1e15, min(1e15, (time - start) * outputRate)).rounded())
    }
    let last = map.stretches.count - 1
    parts = map.stretches.indices.map { index in
      let stretch = map.stretches[index]
      let before = index == 0 ? nil : stretch.start - map.stretches[index - 1].end
      let after = index == last ? nil : map.stretches[index + 1].start - stretch.end
      // Where two stretches meet, each goes on for half of the time in which they are mixed.
      func reach(_ gap: Double?) -> Int { gap.map { $0 < 1 / outputRate ? fade / 2 : 0 } ?? 0 }
      let low = before == nil ? 0 : output(stretch.start) - reach(before)
      let high = after == nil ? count : output(stretch.end) + reach(after)
      let clipped = (min(low, max(low, high))..<max(low, high)).clamped(to: 0..<count)
      return Part(
        outputs: clipped,
        warp: TimeWarp(
          start: onSample((start + stretch.delay(at: start)) * inputRate),
          step: (1 + stretch.rate) * inputRate / outputRate),
        rise: before == nil ? 0 : fade, fall: after == nil ? 0 : fade)
    }
  }

  /// The input position of output sample 0, by the first stretch.
  package var start: Double { parts[0].warp.start }
  /// The most input samples from one output sample to the next.
  package var step: Double { parts.reduce(0) { max($0, $1.warp.step) } }

  /// The input samples that are needed for a range of outputs, for each stretch that has a part in it.
  package func inputRanges(for outputs: Range<Int>) -> [Range<Int>] {
    parts.filter { $0.outputs.overlaps(outputs) }.map {
      $0.warp.inputRange(for: $0.outputs.clamped(to: outputs))
    }
  }

  /// Computes the outputs `outputs` from `inputs`, which hold ``inputRanges(for:)``.
  package func apply(
    _ inputs: [[Float]], outputs: Range<Int>, into target: inout MutableSpan<Float>
  ) {
    for index in target.indices { target[index] = 0 }
    for (part, input) in zip(parts.filter { $0.outputs.overlaps(outputs) }, inputs) {
      let own = part.outputs.clamped(to: outputs)
      var values = [Float](repeating: 0, count: own.count)
      var span = values.mutableSpan
      part.warp.apply(input.span, outputs: own, into: &span)
      for output in own {
        let rise = Float(output - part.outputs.lowerBound + 1) / Float(part.rise + 1)
        let fall = Float(part.outputs.upperBound - output) / Float(part.fall + 1)
        let gain = min(
          1, part.rise == 0 ? 1 : rise, part.fall == 0 ? 1 : fall)
        let value = values[output - own.lowerBound]
        target[output - outputs.lowerBound] += gain == 1 ? value : gain * value
      }
    }
  }
}

/// The place itself, or the sample that it is on but for rounding.
private func onSample(_ place: Double) -> Double {
  abs(place - place.rounded()) < 1e-6 ? place.rounded() : place
}
