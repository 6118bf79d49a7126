// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser

/// What is compared, and where a match is sought.
struct AlignmentSearchOptions: ParsableArguments {
  // A lag is a number of samples; this is the name that it had.
  @Option(
    name: [.long, .customLong("max-lag")],
    help: ArgumentHelp(
      "The largest delay to consider, either way, such as 30. Default: every possible one.",
      valueName: "seconds"))
  var maxDelay: Double?

  // What follows is the value even if it looks like an option, as negative delays do.
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The middle of the delays that --max-delay allows. Default: 0.", valueName: "seconds"))
  var near: Double?

  @OptionGroup var comparison: ComparisonOptions

  @Flag(
    name: .long,
    help: "Measure how the clocks differ. The delay is then that at the reference's first sample.")
  var drift = false

  func validate() throws {
    if let problem = aligner(threads: 1).problem { throw ValidationError(problem) }
  }

  func aligner(threads: Int) -> PairAligner {
    var aligner = comparison.aligner(threads: threads)
    aligner.options.maximumDelay = maxDelay
    aligner.options.expectedDelay = near ?? 0
    aligner.options.measuresDrift = drift
    return aligner
  }
}

/// What is compared of files, and what is accepted.
struct ComparisonOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Which sound track of each file with several: its number from 1 on, its language, or best (the "
        + "two that match best).", valueName: "track"))
  var track = TrackChoice.best

  @Option(
    name: .long,
    help: """
      What to compare of each file: mix (the mean of all channels), the number of a channel from 1 \
      on, best (for each pair of files the two channels that match best), or auto (the mix, or a \
      channel that the mix says little of, where that matches better).
      """)
  var channel = ChannelChoice.auto

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How much each frequency counts: auto, phat (all the same), scot (by the spectra), ml (by the "
        + "coherence; scot while searching, when that is not known yet) or none.",
      valueName: "name"))
  var weighting = WeightingChoice.auto

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The only frequencies that count, in Hz, such as 300-3000.", valueName: "low-high"))
  var band: BandChoice?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The largest probability of a false alarm to accept, above 0 and up to 1, such as 1e-3.",
      valueName: "p"))
  var threshold = 1e-6

  func validate() throws {
    if let problem = aligner(threads: 1).problem { throw ValidationError(problem) }
  }

  func aligner(threads: Int) -> PairAligner {
    PairAligner(
      track: track, channel: channel,
      options: DelaySearchOptions(
        weighting: weighting.weighting, band: band?.band, threads: threads),
      threshold: threshold)
  }
}

/// How much each frequency counts, by the names of the command.
enum WeightingChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, phat, scot, ml, none

  var weighting: DelaySearchOptions.Weighting? {
    switch self {
    case .auto: nil
    case .phat: .phaseTransform
    case .scot: .smoothedCoherence
    case .ml: .maximumLikelihood
    case .none: .unweighted
    }
  }
}

/// `LOW-HIGH`, in Hz.
struct BandChoice: ExpressibleByArgument {
  var band: ClosedRange<Double>

  init?(argument: String) {
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map {
      Double($0).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }
    guard ends.count == 2, let low = ends[0], let high = ends[1], low < high else { return nil }
    band = low...high
  }
}

/// `auto`, `mix`, `best`, or the number of a channel.
enum ChannelChoice: ExpressibleByArgument, Hashable {
  case auto, mix, best
  case number(Int)

  static var defaultCompletionKind: CompletionKind { .list(["auto", "mix", "best"]) }

  init?(argument: String) {
    switch argument {
    case "auto": self = .auto
    case "mix": self = .mix
    case "best": self = .best
    default:
      guard let number = Int(argument), number > 0 else { return nil }
      self = .number(number)
    }
  }

  var defaultValueDescription: String { "auto" }
}

/// `best`, the number of a track, or a language.
extension TrackChoice: ExpressibleByArgument {
  init?(argument: String) {
    switch Int(argument) {
    case let number?:
      guard number > 0 else { return nil }
      self = .number(number)
    case nil: self = argument == "best" ? .best : .language(argument)
    }
  }

  var defaultValueDescription: String {
    switch self {
    case .best: "best"
    case .number(let number): "\(number)"
    case .language(let language): language
    }
  }
}

/// What is to be written.
struct AlignedCopyOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write copies of all recordings that were aligned, on one time line and by the reference's clock, with "
        + "silence for what was lost.", valueName: "directory"),
    completion: .directory)
  var outputDir: String?

  @Flag(name: .long, help: "Trim the copies to what is common to all; else they are padded.")
  var trim = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The sample rate of recordings that are arrays (.npy), which do not tell it, and of copies, such as "
        + "48000. Default: each its own.", valueName: "hertz"))
  var rate: Int?

  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Copies of recordings with a picture keep it, and are QuickTime files (.mov) with the aligned sound; "
        + "needs ffmpeg."))
  var video = false

  @Flag(
    name: .long,
    help: ArgumentHelp(
      "The copies take the place of the recordings on time lines, which then need no change of speed; of "
        + "recordings with a picture only those that keep it do."))
  var conform = false

  @Flag(name: .long, help: "Replace copies that exist already.")
  var force = false

  func validate() throws {
    if outputDir == nil, trim || force || video || conform {
      throw ValidationError("--trim, --video, --conform and --force are for --output-dir.")
    }
    if let rate, !(1...10_000_000).contains(rate) {
      throw ValidationError("--rate needs a number of samples a second, such as 48000.")
    }
  }

  func writer(isQuiet: Bool) -> AlignedCopies? {
    outputDir.map { AlignedCopies(directory: $0, options: self, isQuiet: isQuiet) }
  }
}
