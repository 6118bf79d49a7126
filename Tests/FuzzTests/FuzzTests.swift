// SPDX-License-Identifier: MIT

import Foundation
import FuzzTargets
import TestSupport
import Testing

/// What must not happen ends the process: a seed that is printed gives the same inputs again.
@Suite("Parsers and what is wrong")
struct FuzzTests {
  /// The inputs that the fuzzer starts from, with those that it found faults by.
  private let corpus = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fuzzing/Corpus")

  private func inputs(_ parser: FuzzedParser) throws -> [[UInt8]] {
    let directory = corpus.appendingPathComponent(parser.rawValue)
    return try FileManager.default.contentsOfDirectory(
      at: directory, includingPropertiesForKeys: nil
    )
    .sorted { $0.path < $1.path }.map { Array(try Data(contentsOf: $0)) }
  }

  @Test("Inputs of the corpus are read or refused", arguments: FuzzedParser.allCases)
  func replay(_ parser: FuzzedParser) throws {
    let target = FuzzTarget(parser)
    let inputs = try inputs(parser)
    #expect(!inputs.isEmpty)
    for input in inputs { target.run(input) }
  }

  @Test("What is made of them by chance is read or refused", arguments: FuzzedParser.allCases)
  func mutations(_ parser: FuzzedParser) throws {
    let seed = ProcessInfo.processInfo.environment["OVERLAP_FUZZ_SEED"].flatMap(UInt64.init) ?? 1
    print("mutations of the corpus of \(parser.rawValue): seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let target = FuzzTarget(parser)
    let inputs = try inputs(parser)
    for _ in 0..<3000 {
      guard let input = inputs.randomElement(using: &random) else { continue }
      target.run(mutated(input, &random))
    }
  }
}
