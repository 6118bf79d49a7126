// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import Foundation
import Synchronization

/// Measures how good delays and their confidence are; `compare_offset_finder.py` measures speed.
@main
struct AlignmentBenchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "AlignmentBenchmarks",
    abstract: "Measures estimates of delays on made recordings, and prints JSON, an object a line.",
    subcommands: [
      Accuracy.self, Unrelated.self, Related.self, Drift.self, Cases.self, Coverage.self,
    ])
}

extension DelaySearchOptions.Weighting: @retroactive ExpressibleByArgument {
  /// The names of `overlap align --weighting`.
  private static var names: KeyValuePairs<String, DelaySearchOptions.Weighting> {
    [
      "ml": .maximumLikelihood, "phat": .phaseTransform, "scot": .smoothedCoherence,
      "none": .unweighted,
    ]
  }

  /// What `--weighting` may be.
  public static var allValueStrings: [String] { names.map(\.key) }

  /// The weighting of a name.
  public init?(argument: String) {
    guard let name = Self.names.first(where: { $0.key == argument }) else { return nil }
    self = name.value
  }
}

/// The results of `body` for 0..<count, in order, computed on all cores.
func parallel<Result: Sendable>(
  _ count: Int, _ body: @Sendable (Int) throws -> Result
) throws -> [Result] {
  let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
  withoutActuallyEscaping(body) { body in
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let result = Swift.Result { try body(index) }
      results.withLock { $0[index] = result }
    }
  }
  let all = results.withLock { $0 }
  return try (0..<count).compactMap { try all[$0]?.get() }
}
