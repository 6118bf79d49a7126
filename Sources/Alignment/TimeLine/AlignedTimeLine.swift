// SPDX-License-Identifier: MIT

/// The reference's time line over all recordings that were aligned with it, or what all of them hold.
package struct AlignedTimeLine: Sendable {
  /// Where a recording lies.
  package struct Placement: Sendable {
    /// The length of the recording, in seconds.
    package let duration: Double
    /// How its time follows from the reference's.
    package let map: TimeMap

    /// Creates a placement.
    package init(duration: Double, _ map: TimeMap) { (self.duration, self.map) = (duration, map) }

    /// Creates a placement of one clock; the reference's own has no delay.
    package init(duration: Double, _ clock: ClockModel = ClockModel(offset: 0)) {
      self.init(
        duration: duration,
        TimeMap([
          TimeMap.Stretch(start: 0, end: duration, delay: clock.offset, rate: clock.skew)
        ]))
    }

    /// The reference's time, in seconds, of the recording's time `time`: of what was inserted, that
    /// which the stretch before it would have.
    package func referenceTime(_ time: Double) -> Double {
      let stretch =
        map.stretches.last { $0.start + $0.delay <= time } ?? map.stretches[0]
      return stretch.time(ofOther: time)
    }
  }

  /// The reference's time of the first sample of every output.
  package let start: Double
  /// The length of every output, in seconds; 0 where a common part does not exist.
  package let duration: Double

  /// Lays out a line that starts on a sample of the reference's, at `sampleRate`, and that is only as
  /// long as what all recordings hold if `isTrimmed`.
  ///
  /// A sample stands for the time around it, half a period each way. So the nearest samples are the
  /// line's ends: an estimate that is off by a thousandth of a sample makes it no sample shorter.
  package init(_ placements: [Placement], sampleRate: Int, isTrimmed: Bool) {
    let starts = placements.map { $0.referenceTime(0) }
    let ends = placements.map { $0.referenceTime($0.duration) }
    let from = (isTrimmed ? starts.max() : starts.min()) ?? 0
    let to = (isTrimmed ? ends.min() : ends.max()) ?? 0
    let rate = Double(sampleRate)
    start = (from * rate).rounded() / rate
    duration = max(0, (to * rate).rounded() / rate - start)
  }

  /// The number of samples of an output at `sampleRate`.
  package func frameCount(at sampleRate: Int) -> Int {
    Int((duration * Double(sampleRate)).rounded())
  }

  /// What puts a recording of `inputRate` on the line at `outputRate`.
  package func warp(_ placement: Placement, from inputRate: Int, to outputRate: Int) -> MapWarp {
    MapWarp(
      placement.map, from: start, inputRate: Double(inputRate), outputRate: Double(outputRate),
      count: frameCount(at: outputRate))
  }
}
