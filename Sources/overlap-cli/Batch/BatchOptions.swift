// SPDX-License-Identifier: MIT

import ArgumentParser
import ComputeSupport

/// The version of what goes in and out of `--batch`, as the article on its protocol has it.
let batchProtocol = 1

/// What `--batch` has besides.
struct BatchOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Align the pairs in a file (- is standard input): one a line, tab-separated or a JSON object "
        + "with `reference` and `other`, and options of its own if need be, such as \"max_lag\": 30. "
        + "One JSON result a line, in the same order.", valueName: "file"),
    completion: .file())
  var batch: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Append the results to a file, and leave out the pairs whose results it has already.",
      valueName: "results"), completion: .file())
  var resume: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Pairs to work on side by side; they share the --threads. Default: one a thread.",
      valueName: "number"))
  var jobs: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Memory for sound that later pairs may share, such as 2G.", valueName: "size"))
  var cacheMemory: ByteSize?

  @Flag(name: .long, help: "Exit with 0 whatever the results are, if the run itself worked.")
  var exitZero = false

  func validate() throws {
    if let jobs, jobs < 1 {
      throw ValidationError("--jobs needs a number of at least 1, such as 2.")
    }
    if batch == nil {
      let single =
        resume != nil
        ? "--resume"
        : jobs != nil ? "--jobs" : cacheMemory != nil ? "--cache-memory" : nil
      if let single = single ?? (exitZero ? "--exit-zero" : nil) {
        throw ValidationError("\(single) is for --batch.")
      }
    }
    if let batch, let resume, batch != "-", isSameFile(batch, resume) {
      throw ValidationError("--resume needs another file than the list of pairs.")
    }
  }

  /// The pairs to work on side by side, and the threads for each, of so many threads in all.
  func division(of threads: Int) -> (jobs: Int, threads: Int) {
    let jobs = min(self.jobs ?? threads, threads)
    return (jobs, threads / jobs)
  }

  /// 128 MB, half an hour of sound at 16 kHz: a job takes as much. Judged.
  var cacheByteCount: Int { cacheMemory?.count ?? 1 << 27 }
}
