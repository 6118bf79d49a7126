// SPDX-License-Identifier: MIT

import Alignment
import TestSupport
import Testing

@Suite("Lines through delays")
struct RobustLinesTests {
  /// Points around lines with one slope, a third of them anywhere.
  private func groups(
    slope: Double, offsets: [Double], deviation: Double, seed: UInt64
  ) -> [[RobustLines.Point]] {
    var generator = SeededGenerator(seed: seed)
    return offsets.enumerated().map { group, offset in
      (0..<60).map { index in
        let time = 100 * Double(group) + Double(index)
        let isWild = index % 3 == 1
        let error =
          isWild ? Double.random(in: -1...1, using: &generator) : deviation * generator.normal()
        return RobustLines.Point(
          time: time, delay: offset + slope * time + error, weight: 1 / (deviation * deviation))
      }
    }
  }

  @Test("have the slope and the offsets of most points, and errors that are true")
  func slopes() throws {
    var squares = 0.0
    let count = 40
    for seed in 0..<count {
      let slope = 1e-4 * Double(seed - 20)
      let lines = try #require(
        RobustLines(
          groups(slope: slope, offsets: [0.5, -2, 7], deviation: 1e-5, seed: UInt64(seed))))
      let error = (lines.slope - slope) / lines.slopeError
      squares += error * error
      for (middle, offset) in zip(lines.middles, [0.5, -2, 7]) {
        #expect(
          abs(middle.delay - offset - slope * middle.time) < 5 * middle.standardError,
          "seed \(seed)")
      }
    }
    // The mean of 40 squares of standard normal variables: 1, give or take three times 0.22.
    let mean = squares / Double(count)
    #expect(mean > 0.34 && mean < 1.67, "\(mean)")
  }

  @Test("are none through two points, or through points of one moment")
  func tooFew() {
    func point(_ time: Double) -> RobustLines.Point { .init(time: time, delay: 1, weight: 1) }
    #expect(RobustLines([]) == nil)
    #expect(RobustLines([[point(0), point(1)]]) == nil)
    #expect(RobustLines([[point(3), point(3), point(3)]]) == nil)
  }
}
