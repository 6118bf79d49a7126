// SPDX-License-Identifier: MIT

import Foundation

/// Prints a value as one line of JSON, at once.
public func printLine(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
  // Whoever waits for the line reads it from a pipe.
  fflush(nil)
}
