// SPDX-License-Identifier: MIT

import SignalFiles
import TestSupport
import Testing

@Suite("overlap latency")
struct LatencyCommandTests {
  private let files = TemporaryFiles()

  @Test("tells the samples by which a recording is later", arguments: [0, 1, 512, 4801])
  func latency(samples: Int) throws {
    let sound = noise(60_000, seed: 3)
    let played = try files.write(sound, "played.wav", rate: 48_000)
    let silence = [Float](repeating: 0, count: samples)
    let recorded = try files.write(silence + sound.map { 0.3 * $0 }, "recorded.wav", rate: 48_000)
    let result = try overlap("latency", played, recorded, "--json")
    #expect(result.status == 0 && result.errors == "")
    let object = try parse(result.output)
    let (value, error) = (
      try number(object, "latency_samples"), try number(object, "standard_error_seconds")
    )
    #expect(abs(value - Double(samples)) <= 0.001)
    #expect(abs(value - Double(samples)) <= 4 * 48_000 * error)
    let seconds = try number(object, "latency_seconds")
    #expect(abs(seconds - value / 48_000) < 1e-12)
    let text = try overlap("latency", played, recorded)
    #expect(text.output.contains("samples at 48000 Hz"))
  }

  @Test("of files that do not belong together is none")
  func strangers() throws {
    let played = try files.write(noise(40_000, seed: 1), "played.wav")
    let recorded = try files.write(noise(40_000, seed: 2), "recorded.wav")
    let result = try overlap("latency", played, recorded)
    #expect(result.status == 1 && result.output == "" && result.errors.contains("no reliable"))
    #expect(try overlap("latency", played, files.path("nothing")).status == 66)
    #expect(try overlap("latency", played).status == 64)
  }
}
