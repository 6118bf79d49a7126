// SPDX-License-Identifier: MIT

import Foundation
import Testing

@Suite("overlap plan for layers")
struct LayerPlanCommandTests {
  @Test("plan explains what a layer would take")
  func plan() throws {
    let convolution = [
      "--layer", "conv2d", "--input", "1x8x64x64", "--weight", "8x8x41x41", "--padding", "20",
    ]
    let correlation = [
      "--layer", "correlation", "--input", "1x64x48x64", "--max-displacement", "20", "--pad-size",
      "20",
    ]
    for (arguments, methods) in [
      (convolution, ["direct", "fft", "im2col"]), (correlation, ["box", "direct", "fft"]),
      (correlation + ["--subtract"], ["box", "direct"]),
      (
        ["--layer", "conv2d", "--input", "2x3x999", "--weight", "4x3x5"],
        ["direct", "fft", "im2col"]
      ),
    ] {
      let run = try overlap(["plan"] + arguments + ["--json"])
      #expect(run.status == 0)
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      let seconds = try #require(object["predicted_seconds"] as? [String: Double])
      #expect(seconds.keys.sorted() == methods)
      let method = try #require(object["method"] as? String)
      #expect(seconds[method] == seconds.values.min())
      let text = try overlap(["plan"] + arguments)
      #expect(text.output.hasPrefix("\(method): "))
      #expect(text.output.contains("transforms by FFTW") && object["fftw"] is String)
    }
    for arguments in [
      ["5", "3"] + convolution, ["--layer", "conv2d", "--input", "1x8x64x64"],
      correlation + ["--weight", "1x64x3x3"], ["--layer", "correlation"], ["--input", "1x8x9x9"],
      convolution + ["--dtype", "complex64"], ["--layer", "correlation", "--input", "1x8x9"],
    ] {
      #expect(try overlap(["plan"] + arguments).status == 64, "\(arguments)")
    }
    let none = ["plan", "--layer", "conv2d", "--input", "1x8x4x4", "--weight", "8x8x41x41"]
    #expect(try overlap(none).status == 65)
  }
}
