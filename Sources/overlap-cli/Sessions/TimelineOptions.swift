// SPDX-License-Identifier: MIT

import ArgumentParser
import Sessions

/// What is to be written for editing programs, and to look at.
struct TimelineOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write a time line for editing programs, again for more: .otio, .fcpxml (Final Cut Pro, Resolve), .xml "
        + "(Premiere, Resolve), .edl (CMX 3600), .mlt (Shotcut), .kdenlive, .rpp (Reaper), .lof and .txt "
        + "(Audacity), .csv.", valueName: "file"))
  var timeline: [TimelineFile] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Pictures a second of the time line, such as 25 or 30000/1001. Default: those of most pictures, or "
        + "25.", valueName: "rate"))
  var frameRate: FrameRateChoice?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write a page for a browser, .html, that shows how the recordings lie, with some seconds of sound to "
        + "listen to.", valueName: "file"))
  var report: ReportFile?

  func validate() throws {
    if frameRate != nil, timeline.isEmpty {
      throw ValidationError("--frame-rate is for --timeline.")
    }
  }

  /// Before the work is done, whether its results can be kept.
  func check(sparing inputs: [String]) throws(CommandFailure) {
    for path in timeline.map(\.path) + [report?.path].compactMap(\.self) {
      try checkOutput(path, sparing: inputs)
    }
  }

  func write(
    _ timelines: [Timeline], sparing inputs: [String], isQuiet: Bool
  ) throws(CommandFailure) {
    for file in timeline {
      let paths = try file.write(timelines, sparing: inputs)
      if !isQuiet, paths != [file.path] {
        printError("note: \(file.path): written as \(paths.joined(separator: ", "))")
      }
    }
  }
}

/// A whole number, a fraction, or a decimal number of pictures a second, with "df" behind it where time
/// codes drop frames.
struct FrameRateChoice: ExpressibleByArgument {
  var rate: FrameRate

  init?(argument: String) {
    let isDropFrame = argument.lowercased().hasSuffix("df")
    let text = isDropFrame ? String(argument.dropLast(2)) : argument
    var found = FrameRate(fraction: text.contains("/") ? text : text + "/1")
    if found == nil, let value = Double(text) {
      // 29.97 means 30000/1001.
      found = FrameRate.standards.first { abs($0.perSecond - value) < 0.006 }
    }
    guard var found else { return nil }
    found.isDropFrame = isDropFrame
    rate = found
  }
}
