// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("What libsndfile takes for damage, and other programs do not")
struct ForeignCodecTests {
  private let files: TemporaryFiles
  private let reference: String
  /// The reference's sound, 0.125 s later, made of what every codec keeps.
  private let sound: [Float]

  init() throws {
    files = TemporaryFiles()
    var smooth = noise(48_000, seed: 96)
    for index in smooth.indices.dropFirst() { smooth[index] += 0.9 * smooth[index - 1] }
    sound = smooth.map { 0.3 * $0 }
    reference = try files.write(Array(sound.dropFirst(6000)), "reference.wav", rate: 48_000)
  }

  /// The sound as ffmpeg writes it.
  private func made(_ name: String, _ arguments: [String]) throws -> String {
    let source = try files.write(sound, "source.wav", rate: 48_000)
    let result = try run(
      "ffmpeg", ["-nostdin", "-v", "error", "-i", source] + arguments + [files.path(name)])
    #expect(result.status == 0, "\(result.errors)")
    return files.path(name)
  }

  @Test(
    "is read through ffmpeg",
    // Codecs that a container does not time are late by as much as they look ahead.
    arguments: [
      ("a.caf", ["-c:a", "alac"], 1e-5), ("b.caf", ["-c:a", "libopus"], 0.01),
      ("c.caf", ["-c:a", "flac"], 1e-5), ("d.wav", ["-c:a", "ac3"], 0.01),
      ("e.wav", ["-c:a", "wmav2"], 0.05), ("f.ogg", ["-c:a", "flac"], 1e-5),
      ("g.spx", ["-c:a", "libspeex", "-ar", "32000"], 0.05),
    ])
  func codecs(name: String, arguments: [String], tolerance: Double) throws {
    let path = try made(name, arguments)
    let result = try overlap("align", "--json", reference, path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(abs(try number(parse(result.output), "delay_seconds") - 0.125) < tolerance)
  }

  @Test("sound of every kind that libsndfile reads itself is right")
  func known() throws {
    for (name, arguments, decibels) in [
      ("a.wav", ["-c:a", "pcm_s24le"], 115.0), ("b.wav", ["-c:a", "pcm_u8"], 25),
      ("c.wav", ["-c:a", "pcm_f32le"], 200), ("d.wav", ["-c:a", "pcm_mulaw"], 30),
      ("e.wav", ["-c:a", "pcm_alaw"], 30), ("f.wav", ["-c:a", "adpcm_ima_wav"], 18),
      ("g.wav", ["-c:a", "adpcm_ms"], 18), ("h.wav", ["-rf64", "always"], 75),
      ("i.w64", [], 75), ("j.caf", ["-c:a", "pcm_s24be"], 115),
      ("k.aiff", ["-c:a", "pcm_f32be"], 200), ("l.aiff", ["-c:a", "pcm_s24be"], 115),
      ("m.wav", ["-write_bext", "1", "-metadata", "time_reference=480000"], 75),
    ] as [(String, [String], Double)] {
      let path = try made(name, arguments)
      let read = try AudioRecording(path: path)
      #expect(read.sampleRate == 48_000 && read.channels.count == 1)
      #expect(read.frameCount >= sound.count, "\(name)")
      var (error, power): (Double, Double) = (0, 0)
      for (actual, wanted) in zip(read.channels[0], sound) {
        error += pow(Double(actual - wanted), 2)
        power += pow(Double(wanted), 2)
      }
      #expect(10 * log10(power / max(error, 1e-30)) > decibels, "\(name)")
    }
    // Beyond full scale.
    let loud = try files.write(sound.map { 40 * $0 }, "loud.wav", rate: 48_000)
    #expect(try AudioRecording(path: loud).channels[0] == sound.map { 40 * $0 })
  }

  @Test("MP3 whose length is an estimate is whole")
  func withoutHeader() throws {
    let path = try made("plain.mp3", ["-c:a", "libmp3lame", "-b:a", "96k", "-write_xing", "0"])
    let kernel = try files.write([1], [1 as Float], "one.npy")
    let result = try overlap("convolve", path, kernel, "-o", files.path("out.wav"))
    #expect(result.status == 0, "\(result.errors)")
    let aligned = try overlap("align", "--json", reference, path)
    #expect(aligned.status == 0 && aligned.errors == "", "\(aligned.errors)")
  }

  @Test("output of any number of channels that its kind can hold")
  func channels() throws {
    for count in [1, 2, 3, 7, 8, 9] {
      // Longer than a block of samples, and of no multiple.
      let planes = (0..<count).map { noise(5001, seed: UInt64($0)) }
      let input = try files.write(channels: planes, "many.wav", rate: 48_000)
      let kernel = try files.write([1], [1 as Float], "one.npy")
      for (kind, limit) in [("flac", 8), ("ogg", 255), ("opus", 255), ("mp3", 2), ("aiff", 255)] {
        let output = files.path("many.\(kind)")
        let result = try overlap("convolve", input, kernel, "-o", output)
        if count <= limit {
          #expect(result.status == 0, "\(count) \(kind): \(result.errors)")
          let read = try? AudioRecording(path: output)
          #expect(read?.channels.count == count, "\(count) \(kind)")
        } else {
          #expect(result.status == 73)
          #expect(result.errors.contains("cannot hold \(count) channels"), "\(result.errors)")
        }
      }
      // Integers keep their bits in aligned copies.
      let integers = try files.write(channels: planes, "integers.wav", rate: 48_000, as: .pcm24)
      let copies = files.path("copies\(count)")
      let result = try overlap(
        "align", integers, integers, "--channel", "1", "--output-dir", copies)
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        try AudioRecording(path: copies + "/integers.wav") == AudioRecording(path: integers))
    }
  }
}
