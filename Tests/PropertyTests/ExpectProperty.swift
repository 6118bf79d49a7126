// SPDX-License-Identifier: MIT

import Foundation
import TestSupport
import Testing

/// How long properties are tested: `OVERLAP_PROPERTY_CASES` in the environment multiplies the number
/// of cases, and `OVERLAP_PROPERTY_SEED` is the seed of the first one, to have a failure again or to
/// have other cases.
private enum PropertySettings {
  static let factor = value("OVERLAP_PROPERTY_CASES") ?? 1
  static let seed = value("OVERLAP_PROPERTY_SEED") ?? 1

  private static func value(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }
}

/// Expects that a property holds: that there is no `problem` with `count` random cases.
func expectProperty<Case: RandomCase>(
  _ count: Int, sourceLocation: SourceLocation = #_sourceLocation,
  _ problem: (Case) throws -> String?
) {
  let failure = firstFailure(
    count * Int(PropertySettings.factor), seed: PropertySettings.seed, problem)
  if let failure { Issue.record("\(failure)", sourceLocation: sourceLocation) }
}
