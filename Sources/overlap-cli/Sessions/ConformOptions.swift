// SPDX-License-Identifier: MIT

import ArgumentParser

/// Copies of a session's sound.
struct ConformOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write copies of the sound by the clocks of the time lines, with silence for what was lost, which take "
        + "the place of recordings without a picture on them.", valueName: "directory"),
    completion: .directory)
  var conform: String?

  @Option(
    name: .long, help: ArgumentHelp("The copies' kind: wav or flac, of 24 bits.", valueName: "kind")
  )
  var format = ConformedCopies.Kind.wav

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The copies' sample rate, such as 48000. Default: each its own.", valueName: "hertz"))
  var rate: Int?

  func validate() throws {
    if conform == nil, rate != nil || format != .wav {
      throw ValidationError("--format and --rate are for --conform.")
    }
    if let rate, !(1...10_000_000).contains(rate) {
      throw ValidationError("--rate needs a number of samples a second, such as 48000.")
    }
  }

  func writer(isQuiet: Bool) -> ConformedCopies? {
    conform.map {
      ConformedCopies(directory: $0, kind: format, sampleRate: rate, isQuiet: isQuiet)
    }
  }
}
