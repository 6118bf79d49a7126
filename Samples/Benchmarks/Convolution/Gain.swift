// SPDX-License-Identifier: MIT

import ArgumentParser
import BenchmarkSupport
import Convolution

/// What several threads gain over one, in one process and in turns, so that both find the cores
/// awake.
struct Gain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time cases on one thread and on several, in turns.")

  struct Result: Encodable {
    var name: String
    var threads: Int
    var seconds: ThreadGain
  }

  @Argument(help: "The cases; all if none is named.")
  var names: [String] = []

  @OptionGroup var options: GainOptions

  func run() throws {
    for entry in try cases(named: names) {
      let gain = ThreadGain(threads: options.threads, turns: options.turns) { threads in
        let work = entry.prepare(threads: threads)
        return { work.count(nil) }
      }
      try printLine(Result(name: entry.name, threads: options.threads, seconds: gain))
    }
  }
}
