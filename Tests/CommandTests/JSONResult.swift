// SPDX-License-Identifier: MIT

import Foundation
import Testing

/// The object in a line of JSON.
func parse(_ line: some StringProtocol) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
}

/// The number that an object has under a key.
func number(_ object: [String: Any], _ key: String) throws -> Double {
  try #require(object[key] as? Double)
}
