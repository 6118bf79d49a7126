// SPDX-License-Identifier: MIT

import Alignment
import Sessions

/// The recordings of a session on their time lines.
struct Session {
  /// A recording that has a place.
  struct Placed {
    /// The number of its file.
    var file: Int
    /// From 0 on.
    var group: Int
    /// When it starts on the group's line, in seconds, with the standard error.
    var start: Double
    var standardError: Double
    var estimate: DelayEstimate
    /// How its time follows from that of the group's line.
    var line: TimeMap
    /// Where it runs through.
    var pieces: [Piece]
    /// What to know of it, in sentences.
    var notes: [String] = []
  }

  let files: [SessionFiles.File]
  /// The devices' names.
  var devices: [String] { assignment.names }
  /// By group, and within one by their starts.
  var placed: [Placed] = []
  /// The numbers of the files without a place, with the reasons.
  var unplaced: [(file: Int, reason: String)] = []
  /// What could not be compared.
  private(set) var failures: [CommandFailure] = []
  private(set) var found: RecordingGroups
  /// What to know of devices, in sentences.
  private(set) var notes: [String] = []

  private var assignment: DeviceAssignment
  let takes: [Take]

  /// The number of a file's device.
  func device(of file: Int) -> Int { assignment.devices[file] }

  var groupCount: Int { found.groups.count }

  /// The number of the sound track by which a file was aligned, from 1 on.
  func track(of file: Int) -> Int? {
    for pair in found.pairs {
      if pair.second == file { return pair.found.compared.other.track.number }
      if pair.first == file { return pair.found.compared.reference.track.number }
    }
    return nil
  }

  init(_ source: SessionFiles, _ aligner: PairAligner, threads: Int) {
    let takes = source.takes
    let assignment = DeviceAssignment(takes)
    files = source.files
    (self.takes, self.assignment) = (takes, assignment)
    found = RecordingGroups(source, aligner, threads: threads) { first, second in
      assignment.devices[first] != assignment.devices[second]
        || !DeviceClock.areApart(takes[first], takes[second])
    }
    // Where stamps leave little room, less evidence is enough.
    found.align(nearStamps(aligner))
    found.solve()
    for name in self.assignment.separate(intervals) {
      notes.append("takes of \(name) overlap, which is therefore taken for several devices")
    }
    found.solve(clocks: self.assignment.devices)
    place()
    checkStamps()
    explainUnplaced()
    failures = found.failures
  }

  /// Where the files lie by what is known.
  var intervals: [(group: Int, start: Double, end: Double)?] {
    var intervals = [(group: Int, start: Double, end: Double)?](repeating: nil, count: files.count)
    for (number, group) in found.groups.enumerated() {
      for member in group.members {
        let pieces = Piece.all(member.line, duration: files[member.file].duration)
        intervals[member.file] = (number, member.start, pieces.last?.end ?? member.start)
      }
    }
    return intervals
  }

  private mutating func place() {
    for (number, group) in found.groups.enumerated() {
      placed += group.members.map { member in
        Placed(
          file: member.file, group: number, start: member.start,
          standardError: member.startError, estimate: member.estimate,
          line: member.line,
          pieces: Piece.all(member.line, duration: files[member.file].duration))
      }
      for (first, second) in group.contradictions {
        let text =
          "\(files[first].path) and \(files[second].path) fit in a way that the others contradict"
        notes.append(text + "; this is left out")
      }
    }
  }
}
