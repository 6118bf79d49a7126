// SPDX-License-Identifier: MIT

import Foundation
import TestSupport
import Testing

@Suite("What overlap align says")
struct AlignmentReportTests: OfTwoRecordings {
  let recordings = TwoRecordings(of: 24_000, seed: 1)

  @Test("says which file is later, by how much, how sure, and what to trim")
  func sentence() throws {
    let result = try overlap("align", reference, other)
    #expect(result.status == 0)
    #expect(result.errors == "")
    let lines = result.output.split(separator: "\n")
    try #require(lines.count == 3)
    #expect(
      lines[0]
        == "Every event comes 0.12500000 s later in \(other) than in \(reference) "
        + "(1000.00000 samples at 8000 Hz, give or take less than 0.01 us).")
    #expect(
      lines[1]
        == "Unrelated recordings would fit as well with a probability below 1e-30; "
        + "they overlap for 2.9 s.")
    #expect(lines[2] == "To line them up, trim 0.12500000 s from the start of \(other).")
    let swapped = try overlap("align", other, reference)
    #expect(swapped.output == result.output)
  }

  @Test("says that recordings are in time, and not to trim nothing")
  func inTime() throws {
    let copy = try files.write(Array(sound.dropFirst(1000)), "copy.wav")
    for arguments in [[reference, copy], [reference, reference], [reference, copy, "--drift"]] {
      let result = try overlap(["align"] + arguments)
      #expect(result.status == 0)
      #expect(
        result.output.hasPrefix("\(reference) and \(arguments[1]) are in time already"),
        "\(result.output)")
      #expect(result.output.hasSuffix("\nThere is nothing to trim.\n"))
      #expect(!result.output.contains("0.000"))
    }
    let object = try parse(try overlap("align", "--json", reference, copy).output)
    #expect(try number(object, "trim_seconds") < 1e-8)
  }

  @Test("gives a delay as many digits as its error allows", arguments: [0.02, 1, 10])
  func digits(level: Float) throws {
    // Noise of the other's own, far below the sound up to far above.
    let own = noise(24_000, seed: 4)
    let other = try files.write(zip(sound, own).map { $0 + level * $1 }, "other.wav")
    let object = try parse(try overlap("align", reference, other, "--json").output)
    let delay = try number(object, "delay_seconds")
    let error = max(try number(object, "standard_error_seconds"), 1e-8)
    let text = try #require(
      try overlap("align", reference, other).output.split(separator: " ").dropFirst(3).first)
    let unit = try #require(text.split(separator: ".").last).reduce(1.0) { value, _ in value / 10 }
    #expect(unit <= 1.001 * error && error < 10 * unit, "\(text) s, \(error) s")
    #expect(abs(try #require(Double(text)) - delay) <= 0.51 * unit)
  }

  @Test("counts samples in tens, hundreds or thousands where the error is no less")
  func wholeDigits() throws {
    // Two places of a room whose reflections are 12 dB louder than the direct sound.
    let sound = noise(80_000, seed: 11)
    var generator = SeededGenerator(seed: 12)
    let paths = try (0..<2).map { side in
      var heard = sound
      for _ in 0..<60 {
        let delay = Int.random(in: 10..<320, using: &generator)
        let gain = Float.random(in: -0.9...0.9, using: &generator)
        for index in delay..<sound.count { heard[index] += gain * sound[index - delay] }
      }
      return try files.write(Array(heard.dropFirst(4321 * side)), "place \(side).wav")
    }
    let error = try number(
      try parse(try overlap(["align", "--json"] + paths).output), "standard_error_seconds")
    let output = try overlap(["align"] + paths).output
    let match = try #require(output.firstMatch(of: /\((\d+) samples at 8000 Hz/), "\(output)")
    let count = try #require(Int(match.1))
    #expect(8000 * error >= 10, "\(error) s")
    let unit = Int(pow(10, log10(8000 * error).rounded(.down)))
    #expect(count > 0 && count % unit == 0 && abs(count - 4321) <= unit + Int(16_000 * error))
  }

  @Test("counts samples at each file's own rate, and names the file to trim")
  func rates() throws {
    let fast = try files.write(sound.flatMap { [$0, $0] }, "fast.wav", rate: 16_000)
    let object = try parse(try overlap("align", "--json", reference, fast).output)
    let delay = try number(object, "delay_seconds")
    #expect(object["sample_rate"] as? Int == 8000)
    #expect(object["other_sample_rate"] as? Int == 16_000)
    // JSONSerialization rounds the last bit in its own way.
    func isNear(_ value: Double, _ expected: Double) -> Bool {
      abs(value - expected) <= 2 * expected.ulp
    }
    #expect(isNear(try number(object, "delay_samples"), delay * 8000))
    #expect(isNear(try number(object, "other_delay_samples"), delay * 16_000))
    #expect(object["trim_file"] as? String == fast)
    #expect(try number(object, "trim_seconds") == delay)
    #expect(isNear(try number(object, "trim_samples"), delay * 16_000))
    let swapped = try parse(try overlap("align", "--json", fast, reference).output)
    #expect(swapped["trim_file"] as? String == fast)
    #expect(isNear(try number(swapped, "trim_samples"), abs(delay) * 16_000))
    #expect(try overlap("align", reference, fast).output.contains(" samples at 16000 Hz) from"))
    let unrelated = try files.write(noise(24_000, seed: 2), "unrelated.wav")
    let refused = try parse(try overlap("align", "--json", reference, unrelated).output)
    #expect(refused["trim_file"] is NSNull && refused["trim_seconds"] is NSNull)
  }

  @Test("calls a clock that counts too much fast", arguments: [200.0, -200])
  func clockWords(millionths: Double) throws {
    // A smooth sound, as a clock that is off by so much sees it.
    func sample(_ time: Double) -> Float {
      (1..<40).reduce(0) { sum, index in
        let rate = 37.0 * Double(index) + 0.31 * Double(index * index)
        return sum + Float(0.02 * sin(rate * time + 0.013 * rate * rate * sin(0.37 * time)))
      }
    }
    let first = try files.write((0..<80_000).map { sample(Double($0) / 8000) }, "first.wav")
    let second = try files.write(
      (0..<80_000).map { sample(Double($0) / 8000 / (1 + millionths * 1e-6)) }, "second.wav")
    let arguments = ["align", first, second, "--drift"]
    let object = try parse(try overlap(arguments + ["--json"]).output)
    // More of its seconds pass: events come ever later by them.
    #expect(abs(try number(object, "drift_ppm") - millionths) < 5)
    let text = try overlap(arguments).output
    let word = millionths > 0 ? "faster" : "slower"
    #expect(text.contains(" ppm \(word) than that of \(first)"), "\(text)")
  }

  @Test("says what to try where it refuses")
  func advice() throws {
    let other = try files.write(noise(24_000, seed: 2), "other.wav")
    for (options, advice) in [
      ([], "try a longer stretch, or --channel best, or --drift, or they may be of different"),
      (["--drift", "--channel", "best"], "try a longer stretch, or they may be of different"),
      (["--max-delay", "1"], "or a larger --max-delay, or they may"),
    ] {
      let result = try overlap(["align", reference, other] + options)
      #expect(result.status == 1)
      #expect(result.errors.contains(advice), "\(result.errors)")
      #expect(result.errors.filter { $0 == "\n" }.count == 1)
    }
  }

  @Test("says of one clap that it is too little, and takes several")
  func oneEvent() throws {
    // Decaying bursts of noise, alike in both, in a faint noise of each one's own.
    func recording(_ claps: [Int], late: Int, seed: UInt64) -> [Float] {
      var samples = noise(64_000, seed: seed).map { 0.001 * $0 }
      for (index, place) in claps.enumerated() {
        for (age, value) in noise(400, seed: UInt64(index) + 50).enumerated() {
          samples[place + late + age] += value * exp(-Float(age) / 60)
        }
      }
      return samples
    }
    // In no rhythm.
    let claps = [4000, 9300, 15_100, 20_000, 25_100, 31_700, 36_000, 40_900, 45_500, 52_300]
    for (count, status) in [(1, 1), (10, 0)] {
      let used = Array(claps.prefix(count))
      let first = try files.write(recording(used, late: 0, seed: 7), "claps.wav")
      let second = try files.write(recording(used, late: 1234, seed: 8), "late.wav")
      let result = try overlap(["align", first, second])
      #expect(result.status == Int32(status), "\(result.output) \(result.errors)")
      #expect(result.errors.contains("try a stretch with more events") == (count == 1))
    }
  }

  @Test("puts several files on one time line, in a table")
  func table() throws {
    let names = ["later.wav", "earlier.wav", "apart.wav", "missing.wav", "far.wav", "a\nb.wav"]
    let later = try files.write(sound, names[0])
    let earlier = try files.write(sound.dropFirst(5000).map { -$0 }, names[1])
    let apart = try files.write(noise(24_000, seed: 2), names[2])
    // What it has in common with the reference is the other's alone.
    let own = noise(24_000, seed: 3)
    let bridge = try files.write(Array(sound.suffix(8000)) + own.prefix(8000), names[4])
    let end = try files.write(Array(own.prefix(16_000)), names[5])
    let result = try overlap(
      ["align", reference, later, earlier, apart, files.path("missing.wav"), bridge, end])
    #expect(result.status == 66)
    let lines = result.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 9, "\(result.output)")
    #expect(
      lines[0].split(separator: " ").joined(separator: " ").hasPrefix("start (s) give or take"))
    func start(_ line: Int) throws -> Double {
      let text = try #require(lines[line].split(separator: " ").first)
      return try #require(Double(text), "\(lines[line])")
    }
    // From the first that starts, which is the one that hears everything later.
    for (line, time) in [(1, 0.125), (2, 0), (3, 0.625), (6, 2), (7, 3)] {
      #expect(abs(try start(line) - time) < 1e-5, "\(lines[line])")
    }
    #expect(lines[3].hasSuffix("earlier.wav: upside down"))
    #expect(lines[4].hasPrefix("not placed") && lines[4].hasSuffix("others was found"))
    #expect(lines[5].hasPrefix("not placed") && lines[5].hasSuffix("missing.wav: no such file"))
    #expect(lines[7].hasSuffix("a?b.wav: linked by \(bridge)"))
    // The points are one below the other, and so are the names.
    for column in [".", files.directory] {
      let places = [1, 2, 3, 6, 7].map { line in
        lines[line].components(separatedBy: column)[0].count
      }
      #expect(Set(places).count == 1, "\(result.output)")
    }
    #expect(result.errors.filter { $0 == "\n" }.count == 2)
  }
}
