// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import Platform
import SignalFiles

struct SessionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session",
    abstract: "Lay out the recordings of several devices on one time line, for an editing program.",
    discussion: """
      Example: overlap session card-a card-b recorder --timeline cut.fcpxml

      Each PATH is a file or a directory, which is searched to any depth; what in it holds no sound is \
      passed over. Recordings that hold the same sound, or each the same as a third, form a group with a \
      time line of its own, which begins with the first of them and runs by the clock of the one that was \
      named first. start_seconds is on it, and so are the pieces of a recording that lost something.

      The first directory in which files differ is a device's, such as that of a card; of files beside one \
      another each is of a device of its own. Time codes and times of creation narrow the search, are \
      compared with what the sound says, and never decide.

      A group's time line is written to FILE, and those of further groups to FILE-2 and so on. CMX 3600 \
      has a file for each device. Nothing is ever written beside the recordings; what is computed of them \
      is kept in the user's cache directory.

      Exit status: 0 if there is a group, 1 if no two recordings belong together, or that of what went \
      wrong.
      """)

  @Argument(
    help: ArgumentHelp("Files, and directories with files.", valueName: "path"),
    completion: .recording)
  var paths: [String]

  @OptionGroup(title: "Comparison")
  var comparison: ComparisonOptions

  @OptionGroup(title: "Time lines and reports")
  var timelines: TimelineOptions

  @OptionGroup(title: "Copies")
  var conform: ConformOptions

  @OptionGroup var common: CommonOptions

  func run() throws {
    let list = FileList(paths)
    let inputs = list.files.map(\.path)
    try timelines.check(sparing: inputs)
    let writer = conform.writer(isQuiet: common.quiet)
    if let writer { try makeOutputDirectory(writer.directory) }
    let source = SessionFiles(list.files, threads: common.threads)
    if source.files.isEmpty, source.failures.isEmpty, list.failures.isEmpty {
      throw CommandFailure(
        .noInput, "\(paths[0]): no file with sound is there; name files, or directories of them")
    }
    _ = try writer?.outputPaths(source.files.map(\.absolutePath))
    var aligner = comparison.aligner(threads: 1)
    // The clocks of a session's devices are never the same.
    aligner.options.measuresDrift = true
    let session = Session(source, aligner, threads: common.threads)
    tell(session, source.failures, list.failures + session.failures)
    let named = source.failures.lazy.filter(\.isNamed).map(\.failure.status).first
    let status = list.failures.first?.status ?? named ?? session.failures.first?.status
    if session.groupCount == 0 { throw CommandFailure(status ?? .noMatch) }
    let copies = try writer?.write(session) ?? [:]
    try timelines.write(
      session.timelines(frameRate: timelines.frameRate?.rate, copies: copies), sparing: inputs,
      isQuiet: common.quiet)
    if let report = timelines.report {
      try report.write(session.report(unreadable: source.failures).object(aligner))
    }
    // All has been said.
    if let status { throw CommandFailure(status) }
  }

  private func tell(
    _ session: Session, _ unreadable: [SessionFiles.Failure], _ failures: [CommandFailure]
  ) {
    for failure in unreadable { printError(failure.failure.message) }
    for failure in failures { printError(failure.message) }
    let report = SessionReport(session: session, unreadable: unreadable)
    if common.json {
      for object in report.objects { printResult(object) }
    } else {
      printResult(report.text)
    }
    if !common.quiet { for note in session.notes { printError("note: " + note) } }
  }
}
