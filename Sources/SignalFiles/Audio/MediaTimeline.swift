// SPDX-License-Identifier: MIT

/// Where the samples of a decoded stream lie on its time line, by the time stamps of its frames.
///
/// Between breaks, samples follow one another by the sample rate. A stamp is rounded to the
/// container's unit of time, and many devices take it when a packet happens to arrive: a run of samples
/// starts where its stamps say in the mean, unless rounding alone explains that the first says another. What leads and returns within a moment is an error of the
/// stamps; what stays away is a break, at which sound is missing or comes twice.
package struct MediaTimeline: Sendable, Equatable {
  /// Samples that follow one another.
  package struct Run: Sendable, Equatable {
    /// The place of the first one on the time line, in samples from the first of all.
    package var position: Int
    /// The index of the first one among the samples decoded.
    package var source: Int
    package var count: Int

    package init(position: Int, source: Int, count: Int) {
      (self.position, self.source, self.count) = (position, source, count)
    }
  }

  /// When the first sample is heard, in seconds of the container's clock.
  package let start: Double
  package let runs: [Run]
  /// Whether the stamps leap, by which no place can be told: what follows is taken to go on.
  package let leaps: Bool

  /// From the first sample to the last.
  package var frameCount: Int { runs.last.map { $0.position + $0.count } ?? 0 }

  /// Where nothing is heard, in samples from the first one on.
  package var gaps: [Range<Int>] {
    zip(runs, runs.dropFirst()).compactMap { previous, next in
      let end = previous.position + previous.count
      return end < next.position ? end..<next.position : nil
    }
  }

  /// The number of samples that were heard already when they came, and are left out.
  package let droppedCount: Int

  /// Whether the samples decoded are the time line as they are.
  package var isSimple: Bool { runs.count <= 1 && droppedCount == 0 }
}

extension MediaTimeline {
  /// Takes the time stamps of frames as they come, and keeps no more of them than runs.
  package struct Builder: Sendable {
    /// A run whose place may still become more certain.
    private struct Draft {
      var source: Int
      var frameCount = 0
      /// Of the stamps, less the number of the samples before.
      var offsetSum = 0.0
      var first = 0.0
      var level: Double { offsetSum / Double(max(1, frameCount)) }

      mutating func add(_ offset: Double) {
        if frameCount == 0 { first = offset }
        offsetSum += offset
        frameCount += 1
      }

      /// The first stamp, as recorders start at whole units of time, unless the others contradict.
      func start(_ rounding: Double) -> Double { abs(first - level) <= rounding ? first : level }
    }

    private let rate: Double
    private let tolerance: Double
    /// What a stamp is off by its rounding, at most, in samples.
    private let rounding: Double
    private var count = 0
    private var lastStamp: Int?
    private var runs: [Draft] = []
    /// Frames behind the last run that lie elsewhere, as long as they may still be a mistake.
    private var doubt: Draft?

    /// - Parameter tick: The container's unit of time, in seconds.
    package init(sampleRate: Int, tick: Double) {
      rate = Double(sampleRate)
      tolerance = (MediaTimeline.jitter + tick) * rate
      rounding = 0.5 * tick * rate + 1
    }

    /// How much sound has come, in seconds.
    package var duration: Double { Double(count) / rate }

    /// Takes the next frame: its time stamp in samples, unless it has none, and its length.
    package mutating func add(stamp: Int?, count frameLength: Int) {
      defer { count += frameLength }
      // Stamps that stand still are none.
      guard let stamp, stamp != lastStamp else { return }
      lastStamp = stamp
      let offset = Double(stamp) - Double(count)
      guard let last = runs.indices.last else {
        runs = [Draft(source: count)]
        runs[0].add(offset)
        return
      }
      let level = runs[last].level
      if abs(offset - level) <= tolerance {
        // What was in doubt was a mistake of the stamps.
        doubt = nil
        runs[last].add(offset)
        return
      }
      if let other = doubt, (other.level > level) != (offset > level) { doubt = nil }
      // Frames that are lost one after another are no jitter.
      if let lost = doubt, abs(offset - lost.level) >= max(tolerance, 0.5 * Double(frameLength)) {
        runs.append(lost)
        doubt = nil
      }
      doubt = doubt ?? Draft(source: count)
      doubt?.add(offset)
      if let settled = doubt,
        Double(count + frameLength - settled.source) >= MediaTimeline.patience * rate
      {
        runs.append(settled)
        doubt = nil
      }
    }

    /// The time line of all that came.
    package func finish() -> MediaTimeline {
      let drafts = runs + (doubt.map { [$0] } ?? [])
      guard let first = drafts.first else {
        let all = Run(position: 0, source: 0, count: count)
        return MediaTimeline(start: 0, runs: [all], leaps: false, droppedCount: 0)
      }
      let start = first.start(rounding)
      var result: [Run] = []
      var (shift, leaps, dropped) = (0.0, false, 0)
      // Nobody's time stamps make a file endless.
      var silence = Double(count) + MediaTimeline.longestSilence * rate
      for (index, draft) in drafts.enumerated() {
        let end = index + 1 < drafts.count ? drafts[index + 1].source : count
        var run = Run(position: 0, source: draft.source, count: end - draft.source)
        if index == 0 {
          // Frames without a stamp come before the first that has one.
          run = Run(position: 0, source: 0, count: end)
        } else {
          let frontier = result.last.map { $0.position + $0.count } ?? 0
          var leap = Double(draft.source) + draft.start(rounding) - start + shift - Double(frontier)
          if leap < -MediaTimeline.longestReturn * rate || leap > silence {
            shift -= leap
            leap = 0
            leaps = true
          }
          silence -= max(0, leap)
          run.position = frontier + Int(leap.rounded())
          let heard = min(run.count, max(0, frontier - run.position))
          run.position += heard
          run.source += heard
          run.count -= heard
          dropped += heard
        }
        if run.count > 0 { result.append(run) }
      }
      return MediaTimeline(
        start: start / rate, runs: result, leaps: leaps, droppedCount: dropped)
    }
  }

  /// In seconds: what a stamp may be off by itself, beside the rounding to the container's unit. Judged:
  /// a millisecond is what programs round times to.
  private static var jitter: Double { 1e-3 }
  /// In seconds: after it what stays away is a break. Judged: a dozen packets.
  private static var patience: Double { 0.25 }
  /// In seconds: what steps back further has another clock. ffmpeg's `dts_delta_threshold`.
  private static var longestReturn: Double { 10 }
  /// In seconds: as much silence, and as much again as there is sound, at most. Judged.
  private static var longestSilence: Double { 3600 }
}
