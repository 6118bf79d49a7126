// SPDX-License-Identifier: MIT

extension DelayTracker {
  /// A path's end.
  struct State {
    var lag: Double
    /// By how much the lag grows from window to window.
    var slope = 0.0
    /// The windows of the line so far, and those in a row since its last.
    var count = 1
    var lost = 0
    var score: Double
    /// The score of the peak that a jump was chosen by: no evidence, but a reason to look.
    var promise = 0.0
    /// Its last node.
    var node: Int

    /// How far the lag may be from where it is expected: clocks differ by up to
    /// ``ClockModel/largestSkew`` until the slope is known.
    func tolerance(_ hop: Int) -> Double {
      3 + ClockModel.largestSkew * Double(hop * (lost + 1)) / (1 + 0.25 * Double(count))
    }
    var expected: Double { lag + slope * Double(lost + 1) }
  }

  static func best(_ states: [State]) -> State {
    states.dropFirst().reduce(states[0]) { $1.score > $0.score ? $1 : $0 }
  }
}
