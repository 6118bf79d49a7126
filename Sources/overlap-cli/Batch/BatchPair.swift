// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import SignalFiles

/// What a line of a batch asks for, as far as it can be understood.
struct BatchPair {
  var reference = ""
  var other = ""
  /// What comes back with the result: `id` first.
  var members: [(key: String, value: JSONText)] = []
  /// How the pair is to be compared: as the command says, where the line does not.
  var aligner: PairAligner
  /// Why it cannot be.
  var failure: CommandFailure?

  init(_ line: String, _ aligner: PairAligner) {
    self.aligner = aligner
    do throws(Problem) {
      try read(line)
      for name in [reference, other] where name.isEmpty || name.unicodeScalars.contains("\0") {
        throw Problem("a name that no file can have")
      }
    } catch {
      // By what it says: its number would depend on the lines before it.
      let start = line.count > 60 ? "\(line.prefix(60))…" : line
      let name = reference.isEmpty || other.isEmpty ? start : "\(reference) and \(other)"
      failure = CommandFailure(.invalidData, "\(name): \(error.text)")
    }
  }

  /// By what its result is found again: its id, or its files.
  var key: BatchKey { BatchKey(members, reference: reference, other: other) }

  /// One of its files; `shared` is what is known of it, unless there is no such file.
  func open(_ path: String, _ shared: SharedFile?) throws(CommandFailure) -> Recording {
    guard let shared else { return try aligner.open(path) }
    return try shared.recording(for: aligner)
  }

  /// What comparing its files gave.
  struct Found: Sendable {
    var alignment: PairAlignment
    /// The reference's.
    var sampleRate: Int
  }

  private struct Problem: Error {
    var text: String
    init(_ text: String) { self.text = text }
  }

  private mutating func read(_ line: String) throws(Problem) {
    guard line.first(where: { !$0.isWhitespace }) == "{" else {
      let names = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard names.count == 2 else { throw Problem("not two file names with a tab between them") }
      (reference, other) = (names[0], names[1])
      return
    }
    let members = jsonMembers(line)
    let own = (members ?? []).filter { !AlignmentReport.resultKeys.contains($0.key) }
    self.members = own.filter { $0.key == "id" } + own.filter { $0.key != "id" }
    func name(_ key: String) -> String? {
      members?.first { $0.key == key }.flatMap { $0.value.value() }
    }
    (reference, other) = (name("reference") ?? "", name("other") ?? "")
    guard name("reference") != nil, name("other") != nil else {
      throw Problem("no JSON object with `reference` and `other`, two file names")
    }
    for (key, value) in own where value.json != "null" { try set(key, value) }
    if let problem = aligner.problem { throw Problem(problem) }
  }

  /// Sets the option of the command that `key` names, if it names one.
  private mutating func set(_ key: String, _ value: JSONText) throws(Problem) {
    func parsed<Choice: ExpressibleByArgument>(
      _: Choice.Type = Choice.self
    ) throws(Problem) -> Choice {
      // A number may stand for what is one among other choices.
      guard let choice = Choice(argument: value.value() ?? value.json) else {
        let option = key == "max_lag" || key == "max_delay" ? "max-delay" : key
        throw Problem("\(value.json) is no value of `\(key)`; see --\(option)")
      }
      return choice
    }
    switch key {
    case "max_lag", "max_delay": aligner.options.maximumDelay = try parsed(Double.self)
    case "near": aligner.options.expectedDelay = try parsed()
    case "track": aligner.track = try parsed()
    case "channel": aligner.channel = try parsed()
    case "weighting": aligner.options.weighting = try parsed(WeightingChoice.self).weighting
    case "band": aligner.options.band = try parsed(BandChoice.self).band
    case "drift": aligner.options.measuresDrift = try parsed()
    case "threshold": aligner.threshold = try parsed()
    default: break
    }
  }
}

/// By what a pair's result is known among others: the texts of its members in JSON.
struct BatchKey: Hashable {
  private let text: String

  init(_ members: [(key: String, value: JSONText)], reference: String, other: String) {
    let id = members.first { $0.key == "id" }?.value.json
    // As they are printed.
    text = (id ?? "\(reference.json) \(other.json)").printable
  }
}
