// SPDX-License-Identifier: MIT

import ArgumentParser
import BenchmarkSupport
import Convolution

/// The benchmarks' command: it times our side, and `compare.py` sets the peers beside it.
@main
struct ConvolutionBenchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ConvolutionBenchmarks",
    abstract: "Times named cases in process and prints JSON, one object a line.",
    subcommands: [
      List.self, Run.self, Serve.self, Gain.self, Streaming.self, Regret.self, Memory.self,
      Choice.self,
    ])
}

/// The cases and what a peer needs to know to do the same.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print the cases.")

  struct Entry: Encodable {
    var name: String
    var job: BenchmarkCase.Job
  }

  func run() throws {
    for entry in catalog { try printLine(Entry(name: entry.name, job: entry.job)) }
  }
}

/// One measurement.
struct Timing: Encodable {
  var name: String
  var threads: Int
  var method: String
  var seconds: [Double]
}

/// How the work is to be done.
struct MethodOptions: ParsableArguments {
  @OptionGroup var parallelism: ThreadOption

  @Option(help: "auto, direct, fft or overlap-save.")
  var method = MethodArgument.auto

  var threads: Int { parallelism.threads }
}

/// Times cases by themselves.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Time cases.")

  @Argument(help: "The cases; all if none is named.")
  var names: [String] = []

  @OptionGroup var options: MethodOptions

  @Option(help: "Measurements of each case.")
  var repetitions = 5

  func run() throws {
    for entry in try cases(named: names) {
      let convolve = entry.prepare(threads: options.threads)
      let work = { convolve.count(options.method.method) }
      _ = work()
      let times = (0..<repetitions).map { _ in seconds(calls: entry.job.calls, work) }
      try printLine(
        Timing(
          name: entry.name, threads: options.threads, method: options.method.rawValue,
          seconds: times))
    }
  }
}

/// Times a case whenever it is asked to, so that peers can take turns with it.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prepare a case, then measure it once for each line of standard input.",
    discussion: "The line 'answer PATH' has the results written to a file instead.")

  @Argument(help: "The case.")
  var name: String

  @OptionGroup var options: MethodOptions

  @Flag(help: "Write the results of a convolution to the same memory every time.")
  var keepsResults = false

  func run() throws {
    guard let entry = try cases(named: [name]).first else { return }
    if keepsResults && (entry.job.operation != .convolve || entry.job.maxLag != nil) {
      throw ValidationError("--keeps-results is for convolutions")
    }
    try serve(
      entry.prepare(threads: options.threads, keepsResults: keepsResults), options.method.method,
      threads: options.threads, probe: ProcessorProbe(threads: options.threads),
      calls: entry.job.calls)
  }
}

/// The cases of these names.
func cases(named names: [String]) throws -> [BenchmarkCase] {
  if names.isEmpty { return catalog }
  return try names.map { name in
    if let entry = catalog.first(where: { $0.name == name }) { return entry }
    guard let entry = BenchmarkCase(describedBy: name) else {
      throw ValidationError(
        "there is no case '\(name)'; `list` prints them, and 'convolve-N-by-M-float32' is one too")
    }
    return entry
  }
}
