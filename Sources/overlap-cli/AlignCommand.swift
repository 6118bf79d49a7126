import Alignment
import ArgumentParser
import SignalFiles

/// `overlap align`.
struct AlignCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "align",
    abstract: "Find out by how much recordings of one event are apart.",
    discussion: """
      Each OTHER is compared with REFERENCE. A positive delay means that the same event comes \
      later in OTHER than in REFERENCE: to line them up, trim that much from the start of OTHER.

      Exit status: 0 if all were aligned, 1 if there is no reliable alignment, 64 for wrong usage, \
      65 for files that are damaged, silent or too short, 66 for files that are missing, 74 if \
      reading fails.
      """)

  @Argument(help: "The recording that stays where it is.")
  var reference: String

  @Argument(help: "The recordings to compare with it.")
  var others: [String]

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The largest delay to consider, either way. Default: every possible one.",
      valueName: "seconds"))
  var maxLag: Double?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The largest probability of a false alarm to accept.", valueName: "p"))
  var threshold = 1e-6

  @Flag(name: .long, help: "Print one JSON object a line.")
  var json = false

  func validate() throws {
    if let maxLag, !(maxLag >= 0 && maxLag.isFinite) {
      throw ValidationError("--max-lag needs a number of seconds that is not negative.")
    }
    guard threshold > 0, threshold <= 1 else {
      throw ValidationError("--threshold needs a probability above 0 and up to 1.")
    }
    guard !others.isEmpty else { throw ValidationError("There is nothing to align: name OTHER.") }
  }

  func run() throws {
    let source: RecordingSource
    do {
      source = try RecordingSource(path: reference)
    } catch {
      throw CommandFailure(error)
    }
    var worst: ExitStatus?
    for other in others {
      let report = AlignmentReport(
        reference: reference, other: other, sampleRate: source.sampleRate, threshold: threshold,
        outcome: outcome(source, other))
      report.print(asJSON: json)
      // An error outranks "no match", and of several errors the first counts.
      if let status = report.status, worst == nil || worst == .noMatch { worst = status }
    }
    if let worst { throw CommandFailure(worst) }
  }

  private func outcome(
    _ source: RecordingSource, _ other: String
  ) -> Result<DelayEstimate, CommandFailure> {
    do throws(SignalFileError) {
      let recording = try RecordingSource(path: other)
      do throws(AlignmentError) {
        return .success(
          try estimateDelay(
            of: recording, from: source, options: AlignmentOptions(maximumLag: maxLag)))
      } catch {
        return .failure(CommandFailure(error, reference: reference, other: other))
      }
    } catch {
      return .failure(CommandFailure(error))
    }
  }
}
