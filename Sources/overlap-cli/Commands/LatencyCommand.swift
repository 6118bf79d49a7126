// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser

struct LatencyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latency",
    abstract: "Measure how long a sound takes through a device, a codec or a chain of them.",
    discussion: """
      Example: overlap latency played.wav recorded.wav

      PLAYED is what went in, RECORDED what came out, from the same start: play one while recording the \
      other with a program that starts both at once, or decode what was encoded. The latency is positive \
      if the sound comes later in RECORDED. latency_samples counts at PLAYED's rate.

      Noise, speech and music serve, as does a sweep; a single click is too little to be sure of.

      Exit status: 0, 1 if the two do not belong together reliably, or that of what went wrong.
      """)

  @Argument(help: "What was played, or encoded.", completion: .recording)
  var played: String

  @Argument(help: "What was recorded of it, or decoded.", completion: .recording)
  var recorded: String

  @OptionGroup(title: "Search")
  var search: AlignmentSearchOptions

  @OptionGroup var common: CommonOptions

  func run() throws {
    let aligner = search.aligner(threads: common.threads)
    let reference = try aligner.open(played)
    let found = try aligner.align(aligner.open(recorded), with: reference)
    let report = AlignmentReport(
      reference: played, other: recorded, sampleRate: reference.sampleRate,
      hasDrift: search.drift, choosesChannels: search.comparison.channel == .best,
      hasLimit: search.maxDelay != nil, outcome: .success(found))
    let (latency, error) = (report.delay(found), report.standardError(found))
    let rate = Double(reference.sampleRate)
    if common.json {
      var object: JSONObject = [
        "latency_samples": latency * rate, "latency_seconds": latency,
        "standard_error_seconds": error,
      ]
      let own = Set(object.members.map(\.key))
      for (key, value) in report.object().members where !own.contains(key) {
        object.add(key, value)
      }
      printResult(object)
    } else if found.isReliable {
      printResult(
        "The latency is \(measured(latency, standardError: error, scale: rate)) samples at "
          + "\(reference.sampleRate) Hz, \(measured(latency, standardError: error, scale: 1e3)) ms, "
          + "give or take \(uncertainty(error)).")
    }
    guard found.isReliable else {
      if !common.json { printError(report.refusal(found)) }
      throw CommandFailure(.noMatch)
    }
    if !common.quiet, !common.json {
      for warning in report.warnings(found.estimate) { printError("\(recorded): \(warning)") }
    }
  }
}
