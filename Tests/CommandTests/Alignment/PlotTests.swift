// SPDX-License-Identifier: MIT

import Foundation
import TestSupport
import Testing

@Suite("overlap align --plot")
struct PlotTests: OfTwoRecordings {
  let recordings = TwoRecordings(of: 16_000, seed: 71)

  private func bytes(_ path: String) -> [UInt8] {
    (try? Data(contentsOf: URL(fileURLWithPath: path))).map(Array.init) ?? []
  }

  @Test(
    "draws the kind of figure that the extension tells",
    arguments: [
      ("figure.svg", "<?xml"), ("figure.PNG", "\u{89}PNG"), ("figure.pdf", "%PDF"),
    ])
  func kinds(name: String, beginning: String) throws {
    let figure = files.path(name)
    let result = try overlap("align", reference, other, "--plot", figure)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors == "")
    let expected = beginning.unicodeScalars.map { UInt8($0.value) }
    #expect(Array(bytes(figure).prefix(expected.count)) == expected)
    // Nothing else is left behind.
    let left = try FileManager.default.contentsOfDirectory(atPath: files.directory)
    #expect(Set(left) == ["reference.wav", "other.wav", name])
  }

  @Test("shows the correlation with its threshold, both recordings, and the delays along them")
  func contents() throws {
    let figure = files.path("figure.svg")
    let result = try overlap(
      "align", reference, other, "--plot", figure, "--drift", "--threshold", "1e-5")
    #expect(result.status == 0, "\(result.errors)")
    let text = String(decoding: bytes(figure), as: UTF8.self)
    for words in [
      " s later than reference.wav", "correlation over all lags searched",
      "threshold 1e-05", "standard deviations", "near the peak", "before: each by its own time",
      "after: by the reference", "close-up before", "close-up after", "delays along the reference",
      "ppm", "time (s)",
    ] {
      #expect(text.contains(words), "\(words)")
    }
    // Without --drift there are no windows to show.
    _ = try overlap("align", reference, other, "--plot", figure)
    #expect(!String(decoding: bytes(figure), as: UTF8.self).contains("delays along"))
  }

  @Test("takes every character in a file's name for what it is")
  func names() throws {
    let name = "it's \"a\" `date` $(date) <b>&\n%d \\n {}.wav"
    let strange = files.path(name)
    try FileManager.default.copyItem(atPath: other, toPath: strange)
    let result = try overlap(
      ["align", "reference.wav", strange, "--plot=-f'i\ng.svg"], directory: files.directory)
    #expect(result.status == 0, "\(result.errors)")
    let text = String(decoding: bytes(files.path("-f'i\ng.svg")), as: UTF8.self)
    #expect(text.contains("it's \"a\" `date` $(date) &lt;b>&amp;?%d \\n {}.wav"))
  }

  @Test("draws one figure of several files, and one for each, numbered by their places")
  func several() throws {
    let unrelated = try files.write(noise(16_000, seed: 72), "unrelated.wav")
    let result = try overlap(
      "align", reference, other, files.path("missing.wav"), unrelated, "--plot",
      files.path("figure.svg"))
    #expect(result.status == 66)
    let left = try FileManager.default.contentsOfDirectory(atPath: files.directory)
    #expect(
      Set(left.filter { $0.hasSuffix("svg") }) == ["figure.svg", "figure-1.svg", "figure-3.svg"])
    let overview = String(decoding: bytes(files.path("figure.svg")), as: UTF8.self)
    for words in [
      "reference.wav", "other.wav", "2 recordings on one time line",
      "not placed: missing.wav, unrelated.wav",
    ] {
      #expect(overview.contains(words), "\(words)")
    }
    // What is not reliable is worth a look all the more.
    let text = String(decoding: bytes(files.path("figure-3.svg")), as: UTF8.self)
    #expect(text.contains("not reliable"))
  }

  @Test("has an exit status for what cannot be drawn")
  func failures() throws {
    for name in ["figure.gif", "figure", "figure.svg/", ""] {
      let result = try overlap("align", reference, other, "--plot", name)
      #expect(result.status == 64, "\(name)")
      #expect(result.output == "")
    }
    let nowhere = try overlap("align", reference, other, "--plot", files.path("no/figure.svg"))
    #expect(nowhere.status == 73)
    let missing = try overlap(
      ["align", reference, other, "--plot", files.path("figure.svg")], path: "/nowhere")
    #expect(missing.status == 69)
    #expect(missing.output == "")
    #expect(missing.errors.contains("gnuplot-nox"))
    #expect(missing.errors.filter { $0 == "\n" }.count == 1)
    #expect(!FileManager.default.fileExists(atPath: files.path("figure.svg")))
    #expect(
      try overlap("align", "--batch", reference, "--plot", files.path("figure.svg")).status == 64)
  }
}
