// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import SignalFiles

struct GroupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "group",
    abstract: "Find out which recordings belong together, and place each group on a time line.",
    usage: """
      overlap group <file> ... [<options>]
      overlap group <index> [<options>]
      """,
    discussion: """
      Example: overlap group cards --json

      Recordings belong together if they hold the same sound, or each one the same as a third. They are \
      those of an index that `overlap index` made, or files, or all files in directories.

      start_seconds of a recording is on the time line of its group, which begins with the first of them. \
      Where clocks differ it is by the clock of the group's first recording as it was named. A recording \
      without a group has the reason under `unplaced`.

      Exit status: 0 if there is a group, 1 if no two belong together, or that of what went wrong.
      """)

  @Argument(
    help: ArgumentHelp("The recordings, or an index of them.", valueName: "path"),
    completion: .file())
  var paths: [String]

  @OptionGroup(title: "Search")
  var search: AlignmentSearchOptions

  @OptionGroup var common: CommonOptions

  func run() throws {
    let bar = ProgressBar("Comparing")
    let archive: any Archive
    var failures: [CommandFailure] = []
    if paths.count == 1, RecordingIndex.isIndex(paths[0]) {
      archive = try IndexArchive(path: paths[0])
    } else {
      let list = FileList(paths)
      let made = FileArchive(list.files, threads: common.threads)
      failures = list.failures + made.failures
      archive = made
    }
    let found = RecordingGroups(archive, search.aligner(threads: 1), threads: common.threads)
    bar.end()
    failures += found.failures
    for failure in failures { printError(failure.message) }
    for report in GroupReport.all(of: found) {
      if common.json { printResult(report.object) } else { printResult(report.text) }
    }
    if !common.quiet {
      for (first, second) in found.groups.flatMap(\.contradictions) {
        printError(
          "\(found.paths[first]) and \(found.paths[second]) fit in a way that the others contradict; "
            + "this is left out")
      }
    }
    if let status = failures.first?.status { throw CommandFailure(status) }
    if found.groups.isEmpty { throw CommandFailure(.noMatch) }
  }
}

/// What is told of one recording.
private struct GroupReport {
  private let path: String
  /// From 1 on, and where it is in it; nil where it belongs to none.
  private let place: (group: Int, member: RecordingGroups.Group.Member)?

  static func all(of found: RecordingGroups) -> [GroupReport] {
    var reports: [GroupReport] = []
    for (index, group) in found.groups.enumerated() {
      reports += group.members.map {
        GroupReport(path: found.paths[$0.file], place: (index + 1, $0))
      }
    }
    let placed = Set(found.groups.flatMap { $0.members.map(\.file) })
    reports += found.paths.indices.filter { !placed.contains($0) }.map {
      GroupReport(path: found.paths[$0], place: nil)
    }
    return reports
  }

  private static var reason: String { "no other recording holds the same sound" }

  var object: JSONObject {
    guard let (group, member) = place else {
      return ["file": path, "group": Int?.none, "unplaced": Self.reason]
    }
    let drift = member.estimate.drift
    return [
      "file": path, "group": group, "start_seconds": member.start,
      "standard_error_seconds": member.startError,
      "drift_ppm": drift.map { $0.rate * 1e6 },
      "drift_standard_error_ppm": drift.map { $0.standardError * 1e6 },
      "polarity": member.estimate.polarity,
      "false_alarm_probability": member.estimate.falseAlarmProbability,
    ]
  }

  var text: String {
    guard let (group, member) = place else {
      return "\(path.onOneLine): in no group, \(Self.reason)"
    }
    let error = member.startError
    return "group \(group): \(path.onOneLine) from "
      + "\(measured(member.start, standardError: error)) s on, give or take \(uncertainty(error))"
  }
}
