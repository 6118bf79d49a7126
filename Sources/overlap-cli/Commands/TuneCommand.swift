// SPDX-License-Identifier: MIT

import ArgumentParser
import Overlap

struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Measure this machine once, so that every choice fits it.",
    discussion: """
      Example: overlap tune

      Finds the fastest plans for transforms and measures what the planner predicts from. Both are \
      kept under $XDG_CACHE_HOME/overlap (by default ~/.cache/overlap) and used by the other \
      commands. Takes about four minutes, in which the machine should have nothing else to do. \
      Everything works without it.
      """)

  // Measurements are those of one thread, whatever number is given.
  @OptionGroup var common: CommonOptions

  func run() throws {
    guard let cache = TuningCache() else {
      throw CommandFailure(
        .cannotCreateOutput, "no place to keep measurements: set XDG_CACHE_HOME or HOME")
    }
    try cache.prepare()
    let bar = ProgressBar("Measuring")
    try cache.store(Tuning.measured { bar.report($0) })
    if common.json {
      printResult(["tuning": cache.path])
    } else if !common.quiet {
      printResult("Kept the measurements of this machine in \(cache.path.onOneLine)")
    }
  }
}
