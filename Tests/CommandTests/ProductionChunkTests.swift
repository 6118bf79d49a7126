// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("What recorders and editors keep in WAVE files stays in aligned copies, and true")
struct ProductionChunkTests {
  private let files = TemporaryFiles()
  private let sound = noise(24_000, seed: 97)
  /// Ten in the morning, in samples.
  private let morning = 10 * 3600 * 8000
  /// So that a thousand samples later takes more than 32 bits.
  private let late = (1 << 32) - 980

  private func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    Array(name.utf8) + bytes(body.count) + body + (body.count % 2 == 0 ? [] : [0])
  }

  private func bytes(_ value: Int, _ count: Int = 4) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private func text(_ text: String, _ size: Int) -> [UInt8] {
    Array(text.utf8) + [UInt8](repeating: 0, count: size - text.utf8.count)
  }

  /// A recording with a time of day (EBU Tech 3285), iXML, and cue points at these samples.
  private func recording(
    _ samples: [Float], _ name: String, time: Int, cues: [Int]
  ) throws -> String {
    let plain = try files.write(samples, "plain.wav", as: .pcm16)
    var file = Array(try Data(contentsOf: URL(fileURLWithPath: plain)))
    let broadcast: [[UInt8]] = [
      text("Scene 7", 256), text("Recorder", 32), text("REF1", 32), text("2024-05-01", 10),
      text("10:00:00", 8), bytes(time & 0xFFFF_FFFF), bytes(time >> 32), bytes(1, 2),
      [UInt8](repeating: 0, count: 64 + 190), Array("A=PCM,F=8000\r\n".utf8),
    ]
    let (high, low) = (time >> 32, time & 0xFFFF_FFFF)
    let xml = """
      <?xml version="1.0" encoding="UTF-8"?><BWFXML><SCENE>7ä</SCENE><SPEED>\
      <TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>\(high)</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>\
      <TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>\(low)</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>\
      <TIMESTAMP_SAMPLE_RATE>8000</TIMESTAMP_SAMPLE_RATE></SPEED></BWFXML>
      """
    var points = bytes(cues.count)
    for (index, place) in cues.enumerated() {
      points += [bytes(index + 1), bytes(place), text("data", 4)].joined()
      points += [bytes(0), bytes(0), bytes(place)].joined()
    }
    let chunks = [
      chunk("bext", Array(broadcast.joined())), chunk("iXML", Array(xml.utf8)),
      chunk("cue ", points),
    ]
    file.insert(contentsOf: chunks.joined(), at: 12)
    file.set(bytes(file.count - 8), at: 4)
    return files.write(file, name)
  }

  @Test("as they are, or by as much later as the copy begins")
  func copies() throws {
    let reference = try recording(
      Array(sound.dropFirst(1000)), "reference.wav", time: morning, cues: [0, 12_345])
    let other = try recording(sound, "other.wav", time: late, cues: [10, 999, 1000, 8000])
    for (options, expected) in [
      // The other one starts a thousand samples before the reference.
      ([], [(morning - 1000, [1000, 13_345]), (late, [10, 999, 1000, 8000])]),
      (["--trim"], [(morning, [0, 12_345]), (late + 1000, [0, 7000])]),
      (
        ["--trim", "--rate", "16000"],
        [(2 * morning, [0, 24_690]), (2 * (late + 1000), [0, 14_000])]
      ),
    ] as [([String], [(Int, [Int])])] {
      let directory = files.path("copies\(options.count)")
      let result = try overlap(
        ["align", reference, other, "--output-dir", directory] + options)
      #expect(result.status == 0, "\(result.errors)")
      for (name, (time, cues)) in zip(["reference.wav", "other.wav"], expected) {
        let path = directory + "/" + name
        let chunks = try AudioReader(path: path).productionChunks
        #expect(chunks.timeReference == time, "\(name) \(options)")
        #expect(chunks.cuePlaces == cues, "\(name) \(options)")
        let xml = try #require(chunks.iXMLText)
        #expect(xml.contains("<SCENE>7ä</SCENE>"))
        #expect(
          xml.contains(
            ">\(time & 0xFFFF_FFFF)</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>"), "\(xml)")
        #expect(xml.contains(">\(time >> 32)</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>"))
        #expect(xml.contains("<TIMESTAMP_SAMPLE_RATE>\(options.count == 3 ? 16_000 : 8000)<"))
        let file = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        for words in ["Scene 7", "Recorder", "2024-05-01", "A=PCM,F=8000"] {
          #expect(file.place(of: words) != nil, "\(words)")
        }
      }
    }
  }

  @Test("before midnight is the day before")
  func midnight() throws {
    let reference = try recording(Array(sound.dropFirst(1000)), "reference.wav", time: 20, cues: [])
    let other = try recording(sound, "other.wav", time: 0, cues: [])
    let directory = files.path("copies")
    #expect(try overlap("align", reference, other, "--output-dir", directory).status == 0)
    let chunks = try AudioReader(path: directory + "/reference.wav").productionChunks
    #expect(chunks.timeReference == 86_400 * 8000 - 980)
  }

  @Test("a common part is as long as it is, whatever the estimate's last digits are")
  func trim() throws {
    for (first, second) in [(1000, 0), (0, 1000)] {
      for (seed, level) in [(98, 0), (99, 0.01), (100, 0.05)] as [(UInt64, Float)] {
        let hiss = (noise(24_000, seed: seed), noise(24_000, seed: seed + 50))
        let a = zip(sound, hiss.0).map { $0 + 10 * level * $1 }.dropFirst(first)
        let b = zip(sound, hiss.1).map { $0 + 10 * level * $1 }.dropFirst(second)
        let paths = [try files.write(Array(a), "a.wav"), try files.write(Array(b), "b.wav")]
        for (options, count) in [(["--trim"], 23_000), ([], 24_000)] as [([String], Int)] {
          let result = try overlap(
            ["align"] + paths + ["--force", "--output-dir", files.path("copies")] + options)
          #expect(result.status == 0, "\(result.errors)")
          for name in ["a.wav", "b.wav"] {
            let copy = try AudioRecording(path: files.path("copies") + "/" + name)
            #expect(copy.frameCount == count, "\(first) \(second) \(level) \(options)")
          }
        }
      }
    }
  }
}
