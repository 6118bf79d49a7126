// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

/// A recording of 20 s, and one of the same sound in which 0.3 s are missing after 8 s, and 0.2 s of
/// something else come in at 14 s; it starts 0.5 s later.
@Suite("overlap align where the delay jumps")
struct MapOutputTests {
  private let files = TemporaryFiles()
  private let rate = 8000
  private let reference: String
  private let other: String
  /// The reference's times at which the other one's sound is from, the delay, and what came before it.
  private let stretches = [(0.5, 8.0, -0.5), (8.3, 14, -0.8), (14, 20, -0.6)]
  private let sound: [Float]

  init() throws {
    let (rate, sound) = (rate, noise(160_000, seed: 81))
    func part(_ start: Double, _ end: Double) -> [Float] {
      Array(sound[Int(start * Double(rate))..<Int(end * Double(rate))])
    }
    let edited = [part(0.5, 8), part(8.3, 14), noise(rate / 5, seed: 82), part(14, 20)]
    self.sound = sound
    reference = try files.write(sound, "reference.wav", rate: rate)
    other = try files.write(edited.flatMap { $0 }, "other.wav", rate: rate)
  }

  @Test("tells of stretches and breaks in JSON, CSV and words")
  func told() throws {
    let result = try overlap("align", "--json", reference, other)
    #expect(result.status == 0, "\(result.errors)")
    let object = try parse(result.output)
    let pieces = try #require(object["pieces"] as? [[String: Any]])
    try #require(pieces.count == 3)
    for (piece, (start, end, delay)) in zip(pieces, stretches) {
      #expect(abs(try number(piece, "start_seconds") - start) < 0.005)
      #expect(abs(try number(piece, "end_seconds") - end) < 0.005)
      #expect(abs(try number(piece, "delay_seconds") - delay) < 1e-6)
    }
    #expect(abs(try number(object, "delay_seconds") + 0.5) < 1e-6)
    let breaks = try #require(object["breaks"] as? [[String: Any]])
    try #require(breaks.count == 2)
    for (place, (time, inserted)) in zip(breaks, [(8.0, -0.3), (14, 0.2)]) {
      #expect(try number(place, "from_seconds") <= time + 0.002)
      #expect(try number(place, "to_seconds") >= time + max(0, -inserted) - 0.002)
      #expect(abs(try number(place, "inserted_seconds") - inserted) < 1e-6)
      #expect(try number(place, "false_alarm_probability") < 1e-6)
    }
    let rows = try overlap("align", "--csv", "--pieces", reference, other).output.split(
      separator: "\n")
    try #require(rows.count == 4)
    #expect(rows[0].contains("start_seconds,end_seconds,delay_seconds"))
    for (row, (start, _, _)) in zip(rows.dropFirst(), stretches) {
      let values = row.split(separator: ",").compactMap { Double($0) }
      #expect(abs(values[0] - start) < 0.005, "\(row)")
    }
    let words = try overlap("align", reference, other).errors
    #expect(
      words.contains("0.300 s less at 8.15 s, 0.200 s more at 14.00 s of the reference"), "\(words)"
    )
  }

  @Test("puts copies together stretch by stretch, with silence where something is missing")
  func copies() throws {
    let directory = files.path("aligned")
    let result = try overlap("align", reference, other, "--output-dir", directory)
    #expect(result.status == 0, "\(result.errors)")
    let copy = Array(try AudioRecording(path: directory + "/other.wav").channels[0])
    let whole = Array(try AudioRecording(path: directory + "/reference.wav").channels[0])
    try #require(copy.count == whole.count && whole == sound)
    for (start, end, _) in stretches {
      // Faded within 5 ms of the breaks, which are placed to some milliseconds.
      let range = Int((start + 0.015) * Double(rate))..<Int((end - 0.015) * Double(rate))
      let largest = zip(copy[range], sound[range]).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
      #expect(largest < 1e-4, "from \(start) s: \(largest)")
    }
    let gap = Int(8.015 * Double(rate))..<Int(8.285 * Double(rate))
    #expect(copy[gap].allSatisfy { $0 == 0 })
    #expect(copy[..<Int(0.49 * Double(rate))].allSatisfy { $0 == 0 })
  }
}
