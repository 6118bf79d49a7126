// SPDX-License-Identifier: MIT

import Foundation
import TestSupport
import Testing

@Suite("overlap align, its weightings and band")
struct AlignWeightingTests: OfTwoRecordings {
  let recordings = TwoRecordings(of: 24_000, seed: 61)

  @Test("all say the same", arguments: ["auto", "phat", "scot", "ml", "none"])
  func weightings(name: String) throws {
    let result = try overlap("align", "--weighting", name, "--band", "200-3000", reference, other)
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("Every event comes 0.1250000"))
  }

  @Test(
    "that are none are wrong usage",
    arguments: [
      ["--weighting", "best"], ["--band", "3000-300"], ["--band", "300"], ["--band", "a-b"],
      ["--band=-5-10"], ["--band", "1-2-3"], ["--band", "0-inf"], ["--band", "300-300"],
    ])
  func usage(options: [String]) throws {
    let result = try overlap(["align"] + options + [reference, other])
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
  }

  @Test("above what the files hold is refused with the reason")
  func emptyBand() throws {
    let result = try overlap("align", "--band", "4000-6000", reference, other)
    #expect(result.status == 64)
    #expect(result.errors.contains("nothing above 4000.0 Hz"))
  }
}
