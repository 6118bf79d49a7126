// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import Platform
import SignalFiles

struct AlignCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "align",
    abstract: "Find out by how much recordings of one event are apart.",
    usage: """
      overlap align <reference> <other> ... [<options>]
      overlap align --batch <file> [<options>]
      """,
    discussion: """
      Example: overlap align camera.wav phone.m4a --output-dir aligned

      Each OTHER is compared with REFERENCE. A positive delay means that the same event comes \
      later in OTHER than in REFERENCE: to line them up, trim that much from the start of OTHER.

      Of several, one that has nothing in common with REFERENCE is compared with those that have, \
      and gets its place by way of them. The result is a table of where each starts on one time \
      line; --json and --csv tell of each pair. Copies of files with the same name have the names \
      of their folders before it.

      With --json, delay_samples counts at REFERENCE's sample_rate, other_delay_samples at \
      other_sample_rate, and trim_samples at the rate of trim_file, from whose start trim_seconds \
      are to be trimmed. Where clocks differ or the delay jumps, pieces lists the stretches of \
      REFERENCE with the delay at the start of each, and breaks where something was cut out of \
      OTHER or put into it.

      Audio files are read as they are, anything else, such as video, through ffmpeg, if that is \
      installed; signals in arrays of NumPy (.npy), of time or of time by channels, at the --rate that \
      they have. With --plot, gnuplot draws a figure. If there are several OTHERs, FILE shows all on \
      one time line, and NAME-1.svg, NAME-2.svg and so on, for FILE NAME.svg, each with REFERENCE.

      With --batch, pairs are worked on side by side, what is wrong with one is a result with `error`, \
      and SIGTERM or SIGINT ends the work after the pairs at hand. The article on the protocol of \
      batches says what lines may hold.

      Exit status: 0 if all were aligned, 1 if there is no reliable alignment, 64 for wrong usage, \
      65 for files that are damaged, silent or too short, 66 for files that are missing, 69 if \
      ffmpeg or gnuplot is needed and missing, 73 if an output cannot be created, 74 if reading or writing \
      fails.
      """)

  @Argument(
    help: ArgumentHelp(
      "The recording that stays where it is, and those to compare with it.",
      valueName: "recording"), completion: .recordingOrArray)
  var files: [String] = []

  @OptionGroup(title: "Search")
  var search: AlignmentSearchOptions

  @Flag(name: .long, help: "Print comma-separated values, with a header.")
  var csv = false

  @Flag(
    name: .long,
    help: "With --csv: a line for each stretch between two breaks, with the delay at its start.")
  var pieces = false

  @OptionGroup(title: "Lists of pairs")
  var list: BatchOptions

  @OptionGroup(title: "Aligned copies")
  var copies: AlignedCopyOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Draw a figure of each alignment: .svg, .png or .pdf; needs gnuplot.", valueName: "file"))
  var plot: PlotFile?

  @OptionGroup(title: "Time lines and reports")
  var timelines: TimelineOptions

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if pieces && !csv {
      throw ValidationError("--pieces is for --csv; --json tells of pieces by itself.")
    }
    if common.json && csv { throw ValidationError("Choose one of --json and --csv.") }
    if list.batch != nil {
      guard files.isEmpty else { throw ValidationError("--batch takes its files from the list.") }
      guard !csv else { throw ValidationError("--batch prints JSON.") }
      let single =
        copies.outputDir != nil
        ? "--output-dir"
        : plot != nil
          ? "--plot"
          : timelines.report != nil ? "--report" : timelines.timeline.isEmpty ? nil : "--timeline"
      if let single { throw ValidationError("\(single) is for one reference, not for a batch.") }
    } else if files.count < 2 {
      throw ValidationError("There is nothing to align: name REFERENCE and OTHER.")
    } else if let array = files.first(where: \.namesArray), copies.rate == nil {
      throw ValidationError("\(array) does not tell its sample rate: give it by --rate.")
    } else if copies.rate != nil, copies.outputDir == nil, !files.contains(where: \.namesArray) {
      throw ValidationError("--rate is for recordings that are arrays, and for --output-dir.")
    }
  }

  func run() throws {
    if let path = list.batch { return try run(batch: path) }
    let others = Array(files.dropFirst())
    let writer = copies.writer(isQuiet: common.quiet)
    // Before the work is done, whether its results can be kept.
    let copies = try writer?.outputPaths(files)
    if let writer { try makeOutputDirectory(writer.directory) }
    if let plot {
      try checkOutput(plot.path, sparing: files)
      try Gnuplot.checkIsInstalled()
    }
    try timelines.check(sparing: files)
    if csv { printResult(row("", "", .failure(CommandFailure(.usage))).header) }
    let reference: Recording
    do {
      reference = try aligner.open(files[0])
    } catch {
      if common.json || csv {
        for other in others {
          row(files[0], other, .failure(error)).print(as: format, isKnown: true)
        }
      }
      throw error
    }
    let outcomes = align(others, with: reference)
    var layout: AlignedCopies.Layout?
    if let writer, let copies, outcomes.contains(where: \.isReliable) {
      var items: [AlignedCopies.Item] = [(files[0], copies[0], nil)]
      for (index, outcome) in outcomes.enumerated() where outcome.isReliable {
        items.append((others[index], copies[index + 1], try outcome.get()))
      }
      // Before anything is drawn or written, whether the copies are to be.
      layout = try writer.layOut(items)
    }
    try plot?.draw(outcomes, reference: reference, others: others, aligner: aligner)
    if let layout { try writer?.write(layout) }
    if outcomes.contains(where: \.isReliable),
      timelines.report != nil || !timelines.timeline.isEmpty
    {
      let alignment = try AlignedFiles(reference, others, outcomes)
      try timelines.write(
        [
          alignment.timeline(
            frameRate: timelines.frameRate?.rate, copies: self.copies.conform ? layout : nil)
        ], sparing: files, isQuiet: common.quiet)
      try timelines.report?.write(alignment.report.object(aligner))
    }
    try end(outcomes)
  }

  /// Aligns the files `others` with the reference, and prints each result as soon as it is settled.
  private func align(_ others: [String], with reference: Recording) -> [PairOutcome] {
    var outcomes: [PairOutcome] = []
    var printed = 0
    func printSettled(_ isSettled: (PairOutcome) -> Bool) {
      while printed < outcomes.count, isSettled(outcomes[printed]) {
        row(reference.path, others[printed], outcomes[printed], reference.sampleRate)
          .print(as: isTable ? .table : format, isQuiet: common.quiet)
        printed += 1
      }
    }
    do {
      let bar = ProgressBar("Aligning")
      for (index, other) in others.enumerated() {
        let count = Double(others.count)
        if index > 0 { bar.report(Double(index) / count) }
        outcomes.append(
          bar.watch(from: Double(index) / count, to: Double(index + 1) / count) {
            aligner.align(pathOf: other, with: reference)
          })
        // What the reference cannot place, another may.
        printSettled { $0.isFailed || $0.isReliable || others.count == 1 }
      }
    }
    if outcomes.contains(where: \.isReliable),
      !outcomes.allSatisfy({ $0.isFailed || $0.isReliable })
    {
      let bar = ProgressBar("Comparing with one another")
      aligner.link(files, &outcomes) { bar.report($0) }
    }
    printSettled { _ in true }
    if isTable {
      PlacementTable(
        reference, others, outcomes, hasDrift: search.drift,
        choosesChannels: search.comparison.channel == .best
      )
      .print(hasCopies: copies.outputDir != nil)
    }
    return outcomes
  }

  private func run(batch path: String) throws(CommandFailure) {
    let division = list.division(of: common.threads)
    let file = try ResultsFile(path: list.resume)
    let pairs = try PairList(path, aligner(threads: division.threads), done: file.done)
    let progress = BatchProgress(byteCount: pairs.byteCount)
    let results = OrderedResults { result, count in
      file.append(result.line)
      progress.report(count, position: result.position)
    }
    limitFragmentation(jobs: division.jobs)
    let request = EndRequest.awaitSignal()
    try BatchRun(
      pairs, jobs: division.jobs, RecordingCache(byteCount: list.cacheByteCount), results,
      until: request
    ).run()
    if let signal = request.signal { endProcess(by: signal) }
    if let status = results.status, !list.exitZero { throw CommandFailure(status) }
  }

  private var aligner: PairAligner { aligner(threads: common.threads) }

  private func aligner(threads: Int) -> PairAligner {
    var aligner = search.aligner(threads: threads)
    aligner.arrayRate = copies.rate
    return aligner
  }

  /// Of several, people get one time line.
  private var isTable: Bool { format == .sentences && files.count > 2 }

  private var format: AlignmentReport.Format { common.json ? .json : csv ? .csv : .sentences }

  private func row(
    _ reference: String, _ other: String, _ outcome: PairOutcome, _ sampleRate: Int = 0
  ) -> AlignmentReport {
    AlignmentReport(
      reference: reference, other: other, sampleRate: sampleRate, hasDrift: search.drift,
      choosesChannels: search.comparison.channel == .best, hasLimit: search.maxDelay != nil,
      hasPieces: pieces,
      outcome: outcome)
  }

  /// Ends with the exit status of the first error, otherwise of "no match": all has been said.
  private func end(_ outcomes: [PairOutcome]) throws(CommandFailure) {
    for case .failure(let failure) in outcomes { throw CommandFailure(failure.status) }
    if !outcomes.allSatisfy(\.isReliable) { throw CommandFailure(.noMatch) }
  }
}
