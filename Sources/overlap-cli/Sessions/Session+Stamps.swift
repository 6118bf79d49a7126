// SPDX-License-Identifier: MIT

import Alignment
import Sessions

// What devices say of their takes' times.
extension Session {
  /// Takes with a place, by device and group.
  private func clocks() -> [(device: Int, group: Int, clock: DeviceClock)] {
    var placed: [[Int]: [DeviceClock.Placed]] = [:]
    for (file, interval) in intervals.enumerated() {
      guard let interval, let stamp = takes[file].stamp else { continue }
      placed[[device(of: file), interval.group], default: []].append(
        (stamp, interval.start, takes[file].duration))
    }
    return placed.compactMap { key, takes in
      DeviceClock(takes).map { (key[0], key[1], $0) }
    }.sorted { ($0.device, $0.group) < ($1.device, $1.group) }
  }

  /// Where a take without a place would lie by its stamp: of several groups, in the one whose takes it is
  /// among.
  private func prediction(
    of file: Int, _ clocks: [(device: Int, group: Int, clock: DeviceClock)]
  ) -> (group: Int, start: Double, error: Double)? {
    guard let stamp = takes[file].stamp else { return nil }
    let ends = found.groups.indices.map { number in
      intervals.reduce(0.0) { end, interval in
        interval.map { $0.group == number ? max(end, $0.end) : end } ?? end
      }
    }
    for (device, group, clock) in clocks where device == self.device(of: file) {
      guard let (time, error) = clock.start(of: stamp, duration: takes[file].duration) else {
        continue
      }
      if time < ends[group] + error, time + takes[file].duration > -error {
        return (group, time, error)
      }
    }
    return nil
  }

  /// Pairs of a take without a place with those that it would meet by its stamp, each with an aligner that
  /// looks no farther than the stamp may be off.
  func nearStamps(
    _ aligner: PairAligner
  ) -> [(first: Int, second: Int, aligner: PairAligner)] {
    let clocks = clocks()
    let intervals = intervals
    var chosen: [(first: Int, second: Int, aligner: PairAligner)] = []
    for file in files.indices where intervals[file] == nil {
      guard let (group, start, error) = prediction(of: file, clocks) else { continue }
      let end = start + takes[file].duration
      var partners: [(file: Int, overlap: Double, delay: Double)] = []
      for member in found.groups[group].members where device(of: member.file) != device(of: file) {
        guard let interval = intervals[member.file] else { continue }
        let meeting = max(start, interval.start)
        let overlap = min(end, interval.end) - meeting
        guard overlap > 0, let other = member.line.otherTime(at: meeting) else { continue }
        // At one moment, the take's time less its partner's.
        partners.append((member.file, overlap, meeting - start - other))
      }
      partners.sort { $0.overlap > $1.overlap }
      for partner in partners.prefix(Self.partnerCount) {
        var near = aligner
        near.options.expectedDelay = partner.delay
        near.options.maximumDelay = error
        chosen.append((partner.file, file, near))
      }
    }
    return chosen
  }

  /// Of a take without a place, those that it shares most with by its stamp. Judged.
  private static var partnerCount: Int { 3 }

  /// Notes where stamps and sound differ.
  mutating func checkStamps() {
    let clocks = clocks()
    for index in placed.indices {
      let file = placed[index].file
      guard let stamp = takes[file].stamp,
        let clock = clocks.first(where: {
          $0.device == device(of: file) && $0.group == placed[index].group
        })?.clock,
        let later = clock.discrepancy((stamp, placed[index].start, takes[file].duration))
      else { continue }
      let name = stamp.source == .timecode ? "time code" : "time of creation"
      placed[index].notes.append(
        "by its \(name) it would start \(fixed(abs(later), 1)) s \(later > 0 ? "later" : "earlier") than "
          + "by its sound, which counts")
    }
  }

  mutating func explainUnplaced() {
    let known = Set(placed.map(\.file))
    let clocks = clocks()
    for file in files.indices where !known.contains(file) {
      let isAmbiguous = found.ambiguous.contains { $0.contains(file) }
      var reason =
        isAmbiguous
        ? "its sound fits at more than one place" : "no other recording holds the same sound"
      if let (group, start, error) = prediction(of: file, clocks) {
        reason +=
          "; by its time stamp it would start at \(fixed(start, 1)) s of group \(group + 1), give or "
          + "take \(fixed(error, 1)) s"
      }
      unplaced.append((file, reason))
    }
  }
}
