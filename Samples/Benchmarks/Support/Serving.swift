// SPDX-License-Identifier: MIT

import Foundation
import Synchronization

/// Work that is prepared: it can be timed, and tells what it computes.
public struct PreparedWork<Choice>: Sendable {
  /// Does the work and counts its results, so that it cannot be left out.
  public let count: @Sendable (Choice) -> Int
  /// Does the work and gives its results as they lie in memory.
  public let bytes: @Sendable (Choice) -> Data

  /// - Parameter results: does the work in the way that is chosen.
  public init<Element>(_ results: @escaping @Sendable (Choice) -> [Element]) {
    count = { results($0).count }
    // The buffer lives as long as the copy takes.
    bytes = { choice in unsafe results(choice).withUnsafeBytes { unsafe Data($0) } }
  }

  /// The same work into memory that it keeps, as peers in C do it: nothing is allocated for results.
  ///
  /// - Parameters:
  ///   - zeros: as many elements as there are results.
  ///   - write: does the work in the way that is chosen.
  public init<Element: Sendable>(
    into zeros: [Element], _ write: @escaping @Sendable (Choice, inout [Element]) -> Void
  ) {
    let kept = KeptResults(zeros)
    count = { choice in
      kept.elements.withLock {
        write(choice, &$0)
        return $0.count
      }
    }
    bytes = { choice in
      kept.elements.withLock {
        write(choice, &$0)
        return unsafe $0.withUnsafeBytes { unsafe Data($0) }
      }
    }
  }
}

/// Results that are written again and again.
private final class KeptResults<Element: Sendable>: Sendable {
  let elements: Mutex<[Element]>

  init(_ elements: [Element]) { self.elements = Mutex(elements) }
}

/// Tells that the inputs are there, then answers each line of standard input by one of JSON, so that
/// peers can take turns: `answer PATH` by the number of bytes of the results, which are written to a
/// file of that name, and any other line by the seconds that the work takes: of the processor where it is
/// on one thread, and of the clock on several.
///
/// - Parameters:
///   - threads: how many the work is on.
///   - probe: what is asked before and after each measurement how fast the processors are; the longer
///     of its times is told.
///   - calls: how often the work is done within a measurement, which is divided by it.
public func serve<Choice>(
  _ work: PreparedWork<Choice>, _ choice: Choice, threads: Int, probe: ProcessorProbe? = nil,
  calls: Int = 1
) throws {
  if let probe { for _ in 0..<20 { _ = probe.seconds() } }
  try printLine(["ready": true])
  while let line = readLine() {
    if line.hasPrefix("answer ") {
      let bytes = work.bytes(choice)
      try bytes.write(to: URL(fileURLWithPath: String(line.dropFirst("answer ".count))))
      try printLine(["bytes": bytes.count])
      continue
    }
    let before = probe?.seconds()
    let once = { work.count(choice) }
    let time = threads == 1 ? processorSeconds(calls: calls, once) : seconds(calls: calls, once)
    var answer = ["seconds": time]
    if let before, let after = probe?.seconds() { answer["probe"] = max(before, after) }
    try printLine(answer)
  }
}
