import Alignment
import ArgumentParser
import Glibc
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
      65 for files that are damaged, silent or too short, 66 for files that are missing, 69 if \
      ffmpeg is needed and missing, 73 if an output cannot be created, 74 if reading or writing \
      fails.
      """)

  @Argument(help: "The recording that stays where it is, and those to compare with it.")
  var files: [String] = []

  @OptionGroup(title: "Search")
  var search: AlignmentSearchOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The largest probability of a false alarm to accept.", valueName: "p"))
  var threshold = 1e-6

  @Flag(name: .long, help: "Print one JSON object a line.")
  var json = false

  @Flag(name: .long, help: "Print comma-separated values, with a header.")
  var csv = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Align the pairs in a file (- is standard input): one a line, tab-separated or a JSON object "
        + "with `reference` and `other`. One JSON result a line.", valueName: "file"))
  var batch: String?

  @OptionGroup(title: "Aligned copies")
  var copies: AlignedCopyOptions

  @Flag(name: .long, help: "Show no progress.")
  var quiet = false

  func validate() throws {
    guard threshold > 0, threshold <= 1 else {
      throw ValidationError("--threshold needs a probability above 0 and up to 1.")
    }
    if json && csv { throw ValidationError("Choose one of --json and --csv.") }
    if batch != nil {
      guard files.isEmpty else { throw ValidationError("--batch takes its files from the list.") }
      guard !csv else { throw ValidationError("--batch prints JSON.") }
      guard copies.outputDir == nil else {
        throw ValidationError("--output-dir is for one reference, not for a batch.")
      }
    } else if files.count < 2 {
      throw ValidationError("There is nothing to align: name REFERENCE and OTHER.")
    }
  }

  func run() throws {
    if let batch { return try run(batch: batch) }
    let reference = files[0]
    let items = [AlignedCopies.Item(path: reference)]
    let writer = copies.writer(isQuiet: quiet)
    // Before the work is done, whether its results can be kept.
    _ = try writer?.outputPaths(items + files.dropFirst().map { AlignedCopies.Item(path: $0) })
    let source: RecordingSource
    do {
      source = try RecordingSource(path: reference, channels: search.channel.selection)
    } catch {
      throw CommandFailure(error)
    }
    if csv { print(AlignmentReport.header(hasDrift: search.drift)) }
    var status = RunningStatus()
    var aligned = items
    var bar = ProgressBar("Aligning", isQuiet: quiet)
    for (index, other) in files.dropFirst().enumerated() {
      bar.report(Double(index) / Double(files.count - 1))
      let result = report(reference, source, other)
      result.print(as: json ? .json : csv ? .csv : .sentences)
      fflush(nil)
      status.add(result.status)
      if result.status == nil, case .success(let estimate) = result.outcome {
        aligned.append(AlignedCopies.Item(path: other, estimate: estimate))
      }
    }
    if let writer, aligned.count > 1 {
      try writer.write(aligned, to: try writer.outputPaths(aligned))
    }
    if let worst = status.worst { throw CommandFailure(worst) }
  }

  private func run(batch: String) throws {
    var status = RunningStatus()
    try PairList.read(batch) { entry in
      let result: AlignmentReport
      switch entry {
      case .failure(let failure): result = failed("", "", failure)
      case .success(let pair):
        do throws(SignalFileError) {
          let source = try RecordingSource(
            path: pair.reference, channels: search.channel.selection)
          result = report(pair.reference, source, pair.other)
        } catch {
          result = failed(pair.reference, pair.other, CommandFailure(error))
        }
      }
      result.print(as: .json)
      fflush(nil)
      status.add(result.status)
    }
    if let worst = status.worst { throw CommandFailure(worst) }
  }

  private func failed(
    _ reference: String, _ other: String, _ failure: CommandFailure
  ) -> AlignmentReport {
    AlignmentReport(
      reference: reference, other: other, sampleRate: 0, threshold: threshold,
      hasDrift: search.drift, outcome: .failure(failure))
  }

  private func report(
    _ reference: String, _ source: RecordingSource, _ other: String
  ) -> AlignmentReport {
    AlignmentReport(
      reference: reference, other: other, sampleRate: source.sampleRate, threshold: threshold,
      hasDrift: search.drift, outcome: outcome(reference, source, other))
  }

  private func outcome(
    _ reference: String, _ source: RecordingSource, _ other: String
  ) -> Result<DelayEstimate, CommandFailure> {
    do throws(SignalFileError) {
      let recording = try RecordingSource(path: other, channels: search.channel.selection)
      do throws(AlignmentError) {
        return .success(try estimateDelay(of: recording, from: source, options: search.options))
      } catch {
        return .failure(CommandFailure(error, reference: reference, other: other))
      }
    } catch {
      return .failure(CommandFailure(error))
    }
  }
}

/// The exit status of several results: an error outranks "no match", and of several errors the first
/// counts.
private struct RunningStatus {
  private(set) var worst: ExitStatus?

  mutating func add(_ status: ExitStatus?) {
    if let status, worst == nil || worst == .noMatch { worst = status }
  }
}
