// SPDX-License-Identifier: MIT

import ComputeSupport
import RealModule

/// Follows the delay of one decimated signal to another window by window, from a place at which it is
/// known to both ends: the most probable path through the correlations of the windows.
///
/// A path goes from peak to peak (dynamic programming, Bellman 1957; as Ney 1983 follows pitch), and a
/// peak counts by its score, in standard deviations of chance, less what the highest of as many lags
/// as it was chosen from has by chance. The score is a likelihood's root: its own standard deviation is
/// about one however high it is, so that no loud window decides. A jump costs what the highest of all
/// lags by chance has, at odds of one jump in ``windowsPerJump``, and the window by which it
/// was chosen says nothing.
struct DelayTracker {
  /// A window in which the delay is on the path.
  struct Point: Sendable {
    /// The window's middle, in samples of the first signal.
    var time: Double
    /// In samples.
    var lag: Double
    var score: Double
  }

  /// Two thirds of a second: shorter than a stretch between two breaks, longer than a syllable.
  private static var windowDuration: Double { 0.68 }
  /// A recorder that loses samples does so some dozen times in an hour (CHiME-6: 16 times in two).
  private static var windowsPerJump: Double { 1000 }
  /// How far a search goes once the delay is lost, in seconds: the losses known are up to 5 s long.
  private static var wideReach: Double { 8 }
  /// Paths that are kept at a window.
  private static var pathCount: Int { 8 }
  /// Peaks of one correlation that may be a jump's.
  private static var peakCount: Int { 3 }

  private let signals: DecimatedPair
  private let polarity: Float
  /// Lags that the correlation of the whole recordings knows.
  private let candidates: [Double]
  private let narrow: WindowCorrelator
  private let wide: WindowCorrelator
  private let whole: WindowCorrelator
  private let jumpCost: Double

  var windowLength: Int { narrow.windowLength }

  /// nil where the signals have too few windows.
  init?(_ signals: DecimatedPair, polarity: Int, candidates: [Double]) {
    let rate = signals.rate
    let shorter = min(signals.first.count, signals.second.count)
    var length = 128
    while length * 3 <= 2 * Int(Self.windowDuration * rate) { length *= 2 }
    length = min(length, shorter / 8)
    guard length >= 128 else { return nil }
    (self.signals, self.polarity, self.candidates) = (signals, polarity < 0 ? -1 : 1, candidates)
    narrow = WindowCorrelator(windowLength: length, lagCount: length / 2, signals.band)
    let reach = min(Int(Self.wideReach * rate), shorter)
    wide = WindowCorrelator(windowLength: 2 * length, lagCount: 2 * reach, signals.band)
    whole = WindowCorrelator(windowLength: 8 * length, lagCount: 24 * length, signals.band)
    let lagCount = Double(signals.first.count + signals.second.count)
    jumpCost = highestByChance(of: lagCount * Self.windowsPerJump)
  }

  private struct Node {
    var point: Point
    var previous: Int?
    var isJump: Bool
  }

  /// Lines of points, one after the other in time, with a jump between every two; nil where there is
  /// hardly anything at the anchor's delay.
  ///
  /// - Parameter anchor: Where the delay is known: a lag, and the first sample of a window that holds
  ///   the same at it.
  func lines(from anchor: (start: Int, lag: Double)) -> [[Point]]? {
    let nearby = [1, -1].map { path(from: anchor, step: $0, reach: .nearby).score }
    guard nearby[0] + nearby[1] > 2 * jumpCost else { return nil }
    let both = parallelMap(2, threads: signals.threads) { direction in
      path(from: anchor, step: direction == 0 ? 1 : -1, reach: .everywhere).lines
    }
    // The anchor's window is in both.
    var (lines, earlier) = (both[0], both[1].map { Array($0.reversed()) }.reversed() as [[Point]])
    if let own = earlier.popLast() { lines[0] = own.dropLast() + lines[0] }
    return earlier + lines
  }

  /// How far a path goes.
  private enum Reach {
    /// Over ``nearbyWindows`` at one delay. By chance these have less than half of what a jump costs; a
    /// path with less than twice its cost is no place to jump from.
    case nearby
    /// To the end, with jumps.
    case everywhere
  }

  /// On each side of the anchor, 11 s. Judged.
  private static var nearbyWindows: Int { 16 }

  /// The lines of the most probable path from the anchor's window on, in the order of the path, and its
  /// score.
  private func path(
    from anchor: (start: Int, lag: Double), step: Int, reach: Reach
  ) -> (lines: [[Point]], score: Double) {
    let hop = windowLength
    func middle(_ start: Int) -> Double { Double(start) + Double(hop) / 2 }
    var nodes = [
      Node(
        point: Point(time: middle(anchor.start), lag: anchor.lag, score: 0), previous: nil,
        isJump: false)
    ]
    var states = [State(lag: anchor.lag, score: 0, node: 0)]
    var start = anchor.start + step * hop
    let last = anchor.start + step * Self.nearbyWindows * hop
    while start >= 0, start + hop <= signals.first.count {
      if reach == .nearby, step > 0 ? start > last : start < last { break }
      let best = Self.best(states)
      let place = Double(start) + best.expected
      // Beyond the other's end nothing later can follow.
      if step > 0 ? place > Double(signals.second.count) : place + Double(hop) < 0 { break }
      var next: [State] = states.map {
        var state = $0
        state.lost += 1
        return state
      }
      let found = peaks(states, at: start, step, reach)
      for state in states {
        guard let own = found.continuing(state, hop) else { continue }
        let gain = own.score - highestByChance(of: 2 * state.tolerance(hop) + 1)
        guard gain > 0 else { continue }
        var grown = state
        let surprise = (own.lag - state.expected) / Double(state.lost + 1)
        let weight = max(0.1, 1 / Double(state.count + 1))
        grown.slope += (state.count == 1 ? 1 : weight) * surprise
        grown.lag =
          state.expected + max(0.25, 1 / Double(state.count + 1)) * (own.lag - state.expected)
        if state.count == 1 { grown.lag = own.lag }
        grown.count += 1
        grown.lost = 0
        grown.score += gain
        grown.promise = 0
        grown.node = nodes.count
        nodes.append(
          Node(
            point: Point(time: middle(start), lag: own.lag, score: own.score),
            previous: state.node, isJump: false))
        next.append(grown)
      }
      for peak in found.jumps {
        // Later in the one is later in the other.
        let from = states.filter { state in
          let passed = Double((state.lost + 1) * hop)
          return Double(step) * (peak.lag - state.lag) > -passed - Double(hop)
        }.max { $0.score < $1.score }
        guard let from, peak.score > 0.7 * jumpCost else { continue }
        let state = State(
          lag: peak.lag, score: from.score - jumpCost, promise: peak.score, node: nodes.count)
        nodes.append(
          Node(
            point: Point(time: middle(start), lag: peak.lag, score: peak.score),
            previous: from.node, isJump: true))
        next.append(state)
      }
      next.sort { $0.score + $0.promise > $1.score + $1.promise }
      states = [Self.best(next)]
      for state in next where states.count < Self.pathCount {
        let isNew = states.allSatisfy { abs($0.expected - state.expected) > 3 }
        if isNew { states.append(state) }
      }
      start += step * hop
    }
    var lines: [[Point]] = [[]]
    var node: Int? = Self.best(states).node
    while let index = node {
      lines[lines.count - 1].append(nodes[index].point)
      if nodes[index].isJump { lines.append([]) }
      node = nodes[index].previous
    }
    return (lines.map { Array($0.reversed()) }.reversed(), Self.best(states).score)
  }

  /// The correlations of one window.
  private struct Peaks {
    var scores: [WindowCorrelator.Scores] = []
    var polarity: Float
    var jumps: [(lag: Double, score: Double)] = []

    func continuing(_ state: State, _ hop: Int) -> (lag: Double, score: Double)? {
      let (lag, reach) = (state.expected, state.tolerance(hop))
      let range = Int((lag - reach).rounded(.down))..<Int((lag + reach).rounded(.up)) + 1
      return scores.first { $0.lags.contains(Int(lag.rounded())) }?
        .highest(in: range, polarity: polarity)
    }
  }

  private func peaks(_ states: [State], at start: Int, _ step: Int, _ reach: Reach) -> Peaks {
    let best = Self.best(states)
    var found = Peaks(polarity: polarity)
    let spacing = max(3, windowLength / 512)
    // The window is transformed once for all lags.
    let window = narrow.window(signals.first, from: start)
    func add(_ scores: WindowCorrelator.Scores, peaks: Int) {
      found.jumps += scores.peaks(peaks, spacing: spacing, polarity: polarity).map {
        ($0.lag, $0.score)
      }
    }
    func addNarrow(around lag: Double, peaks: Int) {
      let scores = narrow.scores(window, signals, from: start, around: Int(lag.rounded()))
      found.scores.append(scores)
      add(scores, peaks: peaks)
    }
    for state in states.prefix(4)
    where !found.scores.contains(where: { $0.lags.contains(Int(state.expected.rounded())) }) {
      addNarrow(around: state.expected, peaks: state.node == best.node ? Self.peakCount : 1)
    }
    guard reach == .everywhere else {
      found.jumps = []
      return found
    }
    guard best.lost >= 1 else { return found }
    for lag in candidates
    where !found.scores.contains(where: { $0.lags.contains(Int(lag.rounded())) }) {
      addNarrow(around: lag, peaks: 1)
    }
    // Ever more seldom the longer it is lost.
    guard best.lost >= 2, best.lost & (best.lost - 1) == 0 else { return found }
    let wideStart = step > 0 ? start : start - windowLength
    let wideScores = wide.scores(
      wide.window(signals.first, from: wideStart), signals, from: wideStart,
      around: Int(best.expected.rounded()))
    add(wideScores, peaks: Self.peakCount)
    if best.lost >= 8 { found.jumps += everywhere(step > 0 ? start : start - 7 * windowLength) }
    return found
  }

  /// The highest peaks of a longer window at all lags.
  private func everywhere(_ start: Int) -> [(lag: Double, score: Double)] {
    let hop = whole.lagCount
    let count = (signals.second.count + 8 * windowLength) / hop + 1
    let window = whole.window(signals.first, from: start)
    let all = parallelMap(count, threads: signals.threads) { block in
      let position = block * hop - 8 * windowLength
      return whole.scores(
        window, from: start,
        in: whole.spectrum(signals.second, from: position), from: position
      ).peaks(1, spacing: 8, polarity: polarity)
    }
    return all.flatMap { $0 }.sorted { $0.score > $1.score }.prefix(Self.peakCount).map {
      ($0.lag, $0.score)
    }
  }
}
