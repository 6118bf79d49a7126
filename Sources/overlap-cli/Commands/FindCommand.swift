// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import ComputeSupport
import SignalFiles

struct FindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find",
    abstract: "Find out which recordings hold a sound, and where.",
    usage: """
      overlap find <clip> ... <index> [<options>]
      overlap find <clip> <file> ... [<options>]
      """,
    discussion: """
      Example: overlap find clip.mp3 all.index --json

      All places are told at which a recording holds what CLIP does, or a part of it, the surest first. \
      Recordings are those of an index that `overlap index` made, or FILEs.

      Fingerprints propose places, and exact alignment decides; the article on archives tells what they \
      miss. A clip that is found in none of the FILEs so is compared exactly with all of each.

      With --json, position_seconds is where the clip's start is in the file, and the other keys are those \
      of `overlap align` with the clip as the reference. The false-alarm probability counts all places of \
      all recordings.

      Exit status: 0 if every clip was found, 1 if one was found nowhere, or that of what went wrong.
      """)

  @Argument(
    help: ArgumentHelp(
      "What is sought, and then an index, or files.", valueName: "path"),
    completion: .file())
  var paths: [String]

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The largest probability of a false alarm to accept, above 0 and up to 1, such as 1e-3.",
      valueName: "p"))
  var threshold = 1e-6

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard paths.count >= 2 else {
      throw ValidationError("Name a clip, and an index or files in which to find it.")
    }
    guard threshold > 0, threshold <= 1 else {
      throw ValidationError("--threshold needs a probability above 0 and up to 1, such as 1e-3.")
    }
  }

  func run() throws {
    var (clips, status) = ([paths[0]], ExitStatus?.none)
    let archive: any Archive
    let isOfFiles: Bool
    if let path = paths.last, RecordingIndex.isIndex(path) {
      clips = Array(paths.dropLast())
      archive = try IndexArchive(path: path)
      isOfFiles = false
    } else {
      let list = FileList(Array(paths.dropFirst()))
      let made = FileArchive(list.files, threads: common.threads)
      for failure in list.failures + made.failures { report(failure, &status) }
      archive = made
      isOfFiles = true
    }
    let search = ClipSearch(archive, threshold: threshold, threads: common.threads)
    let bar = ProgressBar("Finding")
    for (number, path) in clips.enumerated() {
      bar.report(Double(number) / Double(clips.count))
      do throws(SignalFileError) {
        let clip = try Recording(path: path, track: .best, channel: .auto)
        var result = search.matches(of: clip)
        if isOfFiles, result.matches.isEmpty { search.compareInFull(clip, &result) }
        for failure in result.failures { report(failure, &status) }
        for match in result.matches { print(match, of: path) }
        if result.matches.isEmpty {
          if !common.quiet { printError("\(path): found nowhere") }
          status = status ?? .noMatch
        }
        if result.leftOut > 0, !common.quiet {
          printError("\(path): \(result.leftOut) more places that sound alike were not compared")
        }
      } catch {
        report(CommandFailure(error), &status)
      }
      SoundFile.forget(path)
    }
    bar.end()
    // All has been said.
    if let status { throw CommandFailure(status) }
  }

  private func report(_ failure: CommandFailure, _ status: inout ExitStatus?) {
    printError(failure.message)
    if status == nil || status == .noMatch { status = failure.status }
  }

  private func print(_ match: ClipSearch.Match, of clip: String) {
    let report = AlignmentReport(
      reference: clip, other: match.entry.path,
      sampleRate: match.alignment.compared.reference.sampleRate, hasDrift: false,
      choosesChannels: false, hasLimit: false, outcome: .success(match.alignment))
    guard common.json else { return printResult(sentence(match, of: clip)) }
    var object: JSONObject = [
      "clip": clip, "file": match.entry.path, "position_seconds": match.position,
    ]
    for (key, value) in report.object().members { object.add(key, value) }
    printResult(object)
  }

  private func sentence(_ match: ClipSearch.Match, of clip: String) -> String {
    let estimate = match.alignment.estimate
    let error = estimate.standardErrorAtStart
    return "\(clip.onOneLine) is in \(match.entry.path.onOneLine) from "
      + "\(measured(match.position, standardError: error)) s on, give or take \(uncertainty(error)), "
      + "for \(fixed(estimate.overlap, 1)) s; chance would find as much "
      + "\(probability(estimate.falseAlarmProbability))."
  }
}
