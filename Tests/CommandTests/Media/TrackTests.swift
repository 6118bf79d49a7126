// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("Tracks and channels")
struct TrackTests {
  private let files = TemporaryFiles()
  private let sound = noise(24_000, seed: 83)
  private let reference: String

  init() throws {
    reference = try files.write(Array(sound.dropFirst(1600)), "reference.wav", rate: 16_000)
  }

  /// Writes a file with these tracks, each with a language.
  private func tracks(_ name: String, _ tracks: [(sound: [Float], language: String)]) throws
    -> String
  {
    var inputs: [String] = []
    var maps: [String] = []
    for (index, track) in tracks.enumerated() {
      inputs += ["-i", try files.write(track.sound, "track\(index).wav", rate: 16_000)]
      maps += ["-map", "\(index)", "-metadata:s:a:\(index)", "language=\(track.language)"]
    }
    let made = try run(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-y"] + inputs + maps + ["-c:a", "pcm_f32le", files.path(name)])
    #expect(made.status == 0, "\(made.errors)")
    return files.path(name)
  }

  @Test("The track that matches best is taken, and named", arguments: ["two.mkv", "two.mov"])
  func bestTrack(name: String) throws {
    let path = try tracks(
      name,
      [
        ([Float](repeating: 0, count: sound.count), "eng"), (noise(sound.count, seed: 84), "ger"),
        (sound, "fra"),
      ])
    // The reference has one track, and no choice.
    for track in ["best", "3", "fra", "FRA", "fre", "fr", "fr-CH"] {
      let result = try overlap("align", "--json", "--track", track, reference, path)
      #expect(result.status == 0, "\(track): \(result.errors)")
      let object = try parse(result.output)
      #expect(abs(try number(object, "delay_seconds") - 0.1) < 20e-6)
      #expect(object["other_track"] as? Int == 3)
      #expect(object["reference_track"] as? Int == 1)
      let notes = try #require(object["notes"] as? [String])
      #expect(notes.contains { $0.contains("track 3 (fra) of 3") }, "\(notes)")
    }
    let wrong = try overlap("align", "--track", "2", path, path)
    #expect(wrong.status == 0)
    let missing = try overlap("align", "--track", "4", path, path)
    #expect(missing.status == 65)
    #expect(missing.errors.contains("3 tracks where a track 4 is needed"), "\(missing.errors)")
    for german in ["ger", "deu", "de", "de-AT"] {
      let output = files.path("filtered.wav")
      let kernel = try files.write([1], [1 as Float], "one.npy")
      let filtered = try overlap("convolve", path, kernel, "-o", output, "--track", german)
      #expect(filtered.status == 0, "\(german): \(filtered.errors)")
      #expect(filtered.errors.contains("track 2 (ger) of 3 is used"), "\(filtered.errors)")
      #expect(try AudioRecording(path: output).channels[0] == noise(sound.count, seed: 84))
    }
    #expect(try overlap("convolve", path, path, "-o", "x.wav", "--track", "best").status == 64)
    let language = try overlap("align", "--track", "ita", path, path)
    #expect(language.status == 65)
    #expect(language.errors.contains("eng, fra, ger"), "\(language.errors)")
  }

  @Test("The mix is compared, unless it says little of a channel that matches better")
  func channels() throws {
    let zeros = [Float](repeating: 0, count: sound.count)
    func sum(_ a: [Float], _ b: [Float], _ gain: Float) -> [Float] {
      zip(a, b).map { $0 + gain * $1 }
    }
    func faint(_ seed: UInt64) -> [Float] { noise(sound.count, seed: seed) }
    let opposite = sound.map { -$0 }
    let quiet = sound.map { 0.01 * $0 }
    let cases: [(name: String, channels: [[Float]], channel: Int?)] = [
      ("same", [sound, sound], nil),
      ("stereo", [sum(sound, faint(85), 0.5), sum(sound, faint(86), 0.5)], nil),
      ("dead", [sound, zeros], nil),
      ("opposite", [sound, opposite], 1),
      ("miswired", [sum(sound, faint(87), 0.03), sum(opposite, faint(88), 0.03)], 1),
      ("drowned", [sum(noise(sound.count, seed: 89), zeros, 0), quiet], 2),
      ("surround", [sound, sound, sound, zeros, sound, sound], nil),
      ("ambisonic", [sound, opposite, sum(zeros, faint(90), 0.01), zeros], 1),
    ]
    for (name, channels, expected) in cases {
      let path = try files.write(channels: channels, "\(name).wav", rate: 16_000)
      let result = try overlap("align", "--json", reference, path)
      #expect(result.status == 0, "\(name): \(result.errors)")
      let object = try parse(result.output)
      #expect(abs(try number(object, "delay_seconds") - 0.1) < 20e-6, "\(name)")
      #expect(object["other_channel"] as? Int == expected, "\(name): \(result.output)")
      let mix = try overlap("align", "--json", "--channel", "mix", reference, path)
      if expected == nil {
        // To the last bit.
        #expect(mix.output == result.output, "\(name)")
      } else {
        let notes = try #require(object["notes"] as? [String])
        #expect(notes.contains { $0.contains("channel \(expected ?? 0) is used") }, "\(notes)")
      }
      // The other way round it is the same.
      let back = try overlap("align", "--json", path, reference)
      #expect(back.status == 0, "\(name): \(back.errors)")
      #expect(try parse(back.output)["reference_channel"] as? Int == expected, "\(name)")
    }
  }

  @Test("probe tells what is in a file")
  func probe() throws {
    let path = files.path("tagged.mov")
    let made = try run(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i",
        "testsrc=size=64x48:rate=25:duration=5",
        "-itsoffset", "1.5", "-i", reference, "-map", "0", "-map", "1", "-c:v", "libx264",
        "-preset", "ultrafast", "-c:a", "pcm_s16le", "-timecode", "10:20:30:05",
        "-metadata:s:a:0", "language=ger", "-metadata", "creation_time=2024-05-06T07:08:09Z", path,
      ])
    #expect(made.status == 0, "\(made.errors)")
    let object = try parse(try overlap("probe", "--json", path).output)
    #expect(object["timecode"] as? String == "10:20:30:05")
    #expect((object["created"] as? String)?.hasPrefix("2024-05-06T07:08:09") == true)
    #expect(try number(object, "duration_seconds") == 5)
    let track = try #require((object["tracks"] as? [[String: Any]])?.first)
    #expect(track["codec"] as? String == "pcm_s16le")
    #expect(track["sample_rate"] as? Int == 16_000)
    #expect(track["channels"] as? Int == 1)
    #expect(track["language"] as? String == "ger")
    #expect(track["start_seconds"] as? Double == 1.5)
    let text = try overlap("probe", path)
    #expect(text.status == 0)
    #expect(text.output.contains("track 1: pcm_s16le, 16000 Hz, 1 channel, ger, from 1.5"))
  }

  @Test("probe tells what is wrong with a sound, and goes on behind a file that is none")
  func probeNotes() throws {
    let zeros = [Float](repeating: 0, count: sound.count)
    let loud = sound.map { max(-1, min(1, 40 * $0)) }
    let cases: [(name: String, channels: [[Float]], note: String?)] = [
      ("good", [sound, sound], nil), ("silent", [zeros], "silent"), ("clipped", [loud], "clipped"),
      ("dead", [sound, zeros], "channel 2 is dead"),
      ("opposite", [sound, sound.map { -$0 }], "says little of channel 1"),
    ]
    var paths: [String] = []
    for (name, channels, _) in cases {
      paths.append(try files.write(channels: channels, "\(name).wav", rate: 16_000, as: .pcm16))
    }
    let result = try overlap(["probe", "--json", files.path("none.wav")] + paths)
    #expect(result.status == 66)
    let lines = try result.output.split(separator: "\n").map { try parse($0) }
    #expect(lines.count == cases.count + 1)
    #expect((lines[0]["error"] as? String)?.contains("no such file") == true)
    for (expected, line) in zip(cases, lines.dropFirst()) {
      let notes = try #require(line["notes"] as? [String])
      if let note = expected.note {
        #expect(notes.count == 1 && notes[0].contains(note), "\(expected.name): \(notes)")
      } else {
        #expect(notes == [], "\(expected.name)")
      }
      #expect(try number(line, "duration_seconds") == 1.5)
    }
  }

  @Test("probe reads the time reference of field recorders")
  func broadcast() throws {
    let path = files.path("field.wav")
    // 10 h 20 min 30.5 s.
    let made = try run(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-y", "-i", reference, "-c:a", "pcm_s24le", "-write_bext", "1",
        "-metadata", "time_reference=\(16_000 * 37_230 + 8000)", "-metadata",
        "origination_date=2024-05-06", "-metadata", "origination_time=10:20:30", path,
      ])
    #expect(made.status == 0, "\(made.errors)")
    let object = try parse(try overlap("probe", "--json", path).output)
    #expect(object["timecode"] as? String == "10:20:30.500")
    #expect(object["created"] as? String == "2024-05-06T10:20:30")
  }
}
