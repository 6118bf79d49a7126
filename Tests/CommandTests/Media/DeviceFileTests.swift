// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("Delays are those on the files' own time lines")
struct DeviceFileTests {
  private let files = TemporaryFiles()
  private let sound: String

  init() throws {
    sound = try files.write(noise(72_000, seed: 82), "sound.wav", rate: 48_000, as: .pcm16)
  }

  /// Makes files and aligns them with the sound.
  private func align(_ devices: [DeviceFile]) throws -> [[String: Any]] {
    let made = try DeviceFile.make(devices, of: sound, in: files.directory)
    #expect(made.status == 0, "\(made.errors)")
    let result = try overlap(["align", "--json", sound] + devices.map { files.path($0.name) })
    #expect(result.status == 0, "\(result.errors)")
    let lines = try result.output.split(separator: "\n").map { try parse($0) }
    #expect(lines.count == devices.count)
    return lines
  }

  private func check(_ devices: [DeviceFile]) throws {
    for (device, result) in zip(devices, try align(devices)) {
      let delay = try number(result, "delay_seconds")
      #expect(
        abs(delay - device.delay) <= device.tolerance,
        "\(device): \(delay) s, and not \(device.delay) s")
      let notes = try #require(result["notes"] as? [String])
      if let note = device.note {
        #expect(notes.contains { $0.contains(note) }, "\(device): \(notes)")
      }
      #expect(result["other_start_seconds"] is Double)
      #expect(try number(result, "reference_start_seconds") == 0)
    }
  }

  @Test("of sound alone, by each container and codec")
  func sounds() throws { try check(DeviceFile.sounds) }

  @Test("of sound with a picture, however late or early it starts")
  func videos() throws { try check(DeviceFile.videos) }

  @Test("behind sound that is missing, which counts as silence")
  func gaps() throws {
    for (device, result) in zip(DeviceFile.gaps, try align(DeviceFile.gaps)) {
      let delay = try number(result, "delay_seconds")
      #expect(abs(delay - device.delay) <= device.tolerance, "\(device): \(delay) s")
      let gaps = try #require(result["other_gaps"] as? [[String: Double]])
      #expect(gaps.count == 1, "\(device): \(gaps)")
      let first = try #require(gaps.first)
      let length = try #require(first["end_seconds"]) - (try #require(first["start_seconds"]))
      #expect(abs(length - 0.512) < 1.5e-3, "\(device): \(gaps)")
      // A container that counts milliseconds may have one more or less behind the gap: no break.
      #expect(result["pieces"] == nil, "\(device)")
      let notes = try #require(result["notes"] as? [String])
      #expect(notes.contains { $0.contains("leave out 0.51") }, "\(device): \(notes)")
      // A filter's output is silent there too, and the user is told.
      let kernel = try files.write([1], [1 as Float], "one.npy")
      let filtered = try overlap(
        "convolve", files.path(device.name), kernel, "-o", files.path("filtered.wav"))
      #expect(filtered.status == 0 && filtered.errors.contains("leave out 0.51"))
      let sound = try AudioRecording(path: files.path("filtered.wav")).channels[0]
      let silence = Int((try #require(first["start_seconds"]) + 0.02) * 48_000)
      #expect(sound[silence..<silence + 20_000].allSatisfy { abs($0) < 1e-3 }, "\(device)")
    }
  }

  @Test("with a clock of another speed too: at the reference's zero")
  func drift() throws {
    let device = try #require(DeviceFile.videos.first { $0.name == "camera1.5.mov" })
    _ = try align([device])
    let path = files.path(device.name)
    let late = try overlap("align", "--json", "--drift", sound, path)
    #expect(abs(try number(parse(late.output), "delay_seconds") - 1.5) < 2e-6)
    let early = try overlap("align", "--json", "--drift", path, sound)
    #expect(abs(try number(parse(early.output), "delay_seconds") + 1.5) < 2e-6)
    #expect(try number(parse(early.output), "reference_start_seconds") == 1.5)
  }

  @Test("are searched near what is expected, and nowhere else")
  func near() throws {
    let device = try #require(DeviceFile.videos.first { $0.name == "camera1.5.mov" })
    _ = try align([device])
    let path = files.path(device.name)
    for (near, first, second) in [("1.45", sound, path), ("-1.45", path, sound)] {
      let found = try overlap(
        "align", "--json", "--near", near, "--max-lag", "0.1", first, second)
      #expect(found.status == 0, "\(found.errors)")
      #expect(abs(abs(try number(parse(found.output), "delay_seconds")) - 1.5) < 2e-6)
    }
    let elsewhere = try overlap(
      "align", "--json", "--near", "0.7", "--max-lag", "0.3", sound, path)
    #expect(elsewhere.status == 1)
    #expect(abs(try number(parse(elsewhere.output), "delay_seconds") - 0.7) <= 0.301)
    let nowhere = try overlap("align", "--near", "90", "--max-lag", "1", sound, path)
    #expect(nowhere.status == 64)
    #expect(nowhere.errors.contains("nothing in common"), "\(nowhere.errors)")
    #expect(try overlap("align", "--near", "1", sound, path).status == 64)
  }

  @Test("put copies on one time line")
  func copies() throws {
    let device = try #require(DeviceFile.videos.first { $0.name == "pcm1.5.mkv" })
    _ = try align([device])
    let directory = files.path("aligned")
    let result = try overlap(
      "align", sound, files.path(device.name), "--output-dir", directory, "--plot",
      files.path("figure.svg"))
    #expect(result.status == 0, "\(result.errors)")
    let again = try overlap(
      "align", "--json", directory + "/sound.wav", directory + "/pcm1.5.mkv.wav")
    #expect(abs(try number(parse(again.output), "delay_seconds")) < 2e-6)
  }
}
