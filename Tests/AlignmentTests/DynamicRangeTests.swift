// SPDX-License-Identifier: MIT

import Alignment
import TestSupport
import Testing

/// Samples of any size in a recording: what they reach, and what they do not.
@Suite struct DynamicRangeTests {
  private static let values: [Float] = [
    1e6, -1e12, 1e30, .greatestFiniteMagnitude, .infinity, .nan, .leastNonzeroMagnitude,
  ]

  @Test("A click of any size in either recording is no other delay; what is not finite is refused")
  func delays() throws {
    let rate = 8000.0
    let scene = Scene(period: 6, band: 3800, seed: 60)
    for value in Self.values {
      for place in 0..<3 {
        var reference = scene.recording(from: 1, seconds: 4, rate: rate)
        var other = scene.recording(from: 1.25, seconds: 4, rate: rate)
        if place != 1 { reference[9000] = value }
        if place != 0 { other[20_011] = value }
        guard value.isFinite else {
          #expect(throws: AlignmentError.self, "\(value) in \(place)") {
            try estimateDelay(of: other, from: reference, sampleRate: rate)
          }
          continue
        }
        let found = try estimateDelay(of: other, from: reference, sampleRate: rate)
        #expect(
          abs(found.delay + 0.25) < max(0.1 / rate, 2 * found.standardError)
            || !found.isReliable(atMost: 1e-4),
          "\(value) in \(place): \(found)")
        if abs(value) < 1 {
          #expect(found.isReliable(atMost: 1e-6), "\(value) in \(place): \(found)")
        }
      }
    }
  }

  @Test("A sample reaches the copy within the filter's 32 samples on each side, and no further")
  func copies() {
    let signal: [Float] = whiteNoise(500, seed: 61)
    for (start, step) in [(0, 1), (0.3, 1), (-20.5, 1.0001), (7, 0.5), (3.2, 2)] {
      let warp = TimeWarp(start: start, step: step)
      let plain = warp.apply(to: signal, count: 240)
      let reach = step > 1.002 ? 32 * step / 0.95 + 1 : 33
      for value in Self.values {
        var changed = signal
        changed[250] = value
        let copy = warp.apply(to: changed, count: 240)
        var isReached = false
        for (index, (new, old)) in zip(copy, plain).enumerated() {
          let distance = abs(start + Double(index) * step - 250)
          if distance > reach {
            #expect(new == old, "\(value), \(start), \(step), sample \(index)")
          }
          if distance < 1 && !value.isFinite { isReached = isReached || !new.isFinite }
        }
        #expect(
          isReached || value.isFinite || start + 239 * step < 250, "\(value), \(start), \(step)")
      }
    }
  }
}
