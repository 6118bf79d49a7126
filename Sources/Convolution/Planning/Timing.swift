// SPDX-License-Identifier: MIT

package import FourierTransform

/// What measuring the costs shares.
package enum Timing {
  /// The fastest of some rounds of a few milliseconds: noise only ever adds.
  package static func seconds(rounds: Int = 5, _ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    body()
    var best = Double.infinity
    for _ in 0..<rounds {
      var repetitions = 0
      let start = clock.now
      var elapsed = Duration.zero
      repeat {
        body()
        repetitions += 1
        elapsed = clock.now - start
      } while elapsed < .milliseconds(2)
      best = min(best, elapsed / .seconds(1) / Double(repetitions))
    }
    return best
  }

  /// A signal of ordinary content.
  package static func noise<Element: SignalElement>(_ count: Int) -> [Element] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
      // A linear congruential generator (Knuth, MMIX's low half): any noise will do.
      state = state &* 1_664_525 &+ 1_013_904_223
      return Element(exactly: Int(state >> 16) + 1) ?? .zero
    }
  }
}
