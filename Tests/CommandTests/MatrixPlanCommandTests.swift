// SPDX-License-Identifier: MIT

import Foundation
import Testing

@Suite("overlap plan for images")
struct MatrixPlanCommandTests {
  @Test("plan explains what would be done with an image")
  func plan() throws {
    let run = try overlap(
      "plan", "2048x2048", "65x63", "--json", "--mode", "same", "--threads", "1")
    #expect(run.status == 0)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(object["method"] as? String == "overlap-save")
    let tile = try #require(object["block_length"] as? [Int])
    let transform = try #require(object["transform_length"] as? [Int])
    #expect(tile == [transform[0] - 64, transform[1] - 62])
    let seconds = try #require(object["predicted_seconds"] as? [String: Double])
    #expect(Set(seconds.keys) == ["direct", "separable", "fft", "overlap-save"])
    #expect(seconds.values.allSatisfy { $0 > 0 })

    let small = try overlap("plan", "40x30", "3x3", "--dtype", "complex128", "--json")
    #expect(small.output.hasPrefix(#"{"method": "direct", "block_length": [42, 32], "#))
    // Nothing but the result's size depends on which comes first.
    let turned = try overlap("plan", "3x3", "40x30", "--dtype", "complex128", "--json")
    #expect(turned.output == small.output)
    for arguments in [
      ["40x30", "3"], ["40", "3x3"], ["0x5", "3x3"], ["5x", "3x3"], ["5x5x5", "3x3"],
      ["axb", "3x3"], ["4611686018427387904x4611686018427387904", "3x3"],
      ["1x281474976710656", "281474976710656x1"], ["9223372036854775807", "9223372036854775807"],
    ] {
      #expect(try overlap(["plan"] + arguments).status == 64, "\(arguments)")
    }
    #expect(try overlap("plan", "5x3", "3x5", "--mode", "valid").status == 65)
    #expect(try overlap("plan", "5x3", "3x5", "--mode", "full").status == 0)
  }
}
