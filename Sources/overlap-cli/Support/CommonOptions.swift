// SPDX-License-Identifier: MIT

import ComputeSupport
import ArgumentParser

/// What most commands have.
struct CommonOptions: ParsableArguments {
  @Option(
    help: "Threads to use at most, such as 2; the result is the same. Default: one for each core.")
  var threads = processorCount

  @Option(
    help: ArgumentHelp(
      "Memory to use at most, such as 2G: what needs more is refused. Default: what the machine, or the "
        + "container, has left.", valueName: "size"))
  var maxMemory: ByteSize?

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Flag(help: "Print no notes and show no progress.")
  var quiet = false

  func validate() throws {
    // The parser calls this once, whatever the command.
    ProgressBar.isAllowed = !quiet
    guard threads > 0 else {
      throw ValidationError("--threads needs a number of at least 1, such as 2.")
    }
    if let maxMemory { limitMemory(to: maxMemory.count) }
    ThreadSupply.prepare(min(threads, processorCount))
    // It is drawn by a thread of its own.
    if ThreadSupply.isExhausted { ProgressBar.isAllowed = false }
  }
}
