// SPDX-License-Identifier: MIT

import SignalFiles
import TestSupport
import Testing

@Suite("Recordings in arrays")
struct ArrayRecordingTests {
  private let files = TemporaryFiles()
  /// 28 s of a seismometer, and what another has half a second later.
  private let rate = 100
  private var first: [Float] { Array(whiteNoise(3000, seed: 301)[100..<2900]) }
  private var second: [Float] { Array(whiteNoise(3000, seed: 301)[50..<2850]) }

  private func write(_ array: NumPyArray, _ name: String) throws -> String {
    let path = files.path(name)
    try array.write(to: path)
    return path
  }

  @Test("are aligned at the rate that is given, whatever their type and their axis of time")
  func aligned() throws {
    let reference = try write(NumPyArray(shape: nil, first), "first.npy")
    let channels = second.map { Double($0) } + first.map { _ in 0.0 }
    let inRows = try write(NumPyArray(shape: [2, second.count], channels), "rows.npy")
    let inColumns = try write(
      NumPyArray(
        shape: [second.count, 2], second.flatMap { [Int16($0 * 1000), Int16($0 * 500)] }),
      "columns.npy")
    for other in [inRows, inColumns] {
      let run = try overlap("align", reference, other, "--rate", "100", "--json")
      #expect(run.status == 0)
      let result = try parse(run.output)
      #expect(abs(try number(result, "delay_seconds") - 0.5) < 1e-3)
      #expect(result["sample_rate"] as? Int == rate)
    }
  }

  @Test("have copies, pages and time lines, as others")
  func written() throws {
    let reference = try write(NumPyArray(shape: nil, first), "first.npy")
    let other = try write(NumPyArray(shape: nil, second), "second.npy")
    let run = try overlap(
      "align", reference, other, "--rate", "100", "--trim", "--output-dir", files.path("copies"),
      "--report", files.path("page.html"), "--timeline", files.path("line.csv"))
    #expect(run.status == 0, "\(run.errors)")
    let copies = try ["first", "second"].map {
      try AudioRecording(path: files.path("copies/\($0).npy.wav"))
    }
    #expect(copies.allSatisfy { $0.sampleRate == 100 })
    let pairs = zip(copies[0].channels[0], copies[1].channels[0])
    #expect(pairs.allSatisfy { abs($0 - $1) < 1e-2 })
  }

  @Test("need a rate, which nothing else but copies does")
  func needsRate() throws {
    let path = try write(NumPyArray(shape: nil, first), "first.npy")
    let without = try overlap("align", path, path)
    #expect(without.status == 64)
    #expect(without.errors.contains("--rate"))
    #expect(try overlap("align", "a.wav", "b.wav", "--rate", "100").status == 64)
    #expect(try overlap("group", path, path).status == 65)
  }

  @Test("that are no signals are refused, with what they hold")
  func refused() throws {
    let path = try write(NumPyArray(shape: nil, first), "first.npy")
    var broken = first
    broken[77] = .nan
    let cases = [
      (NumPyArray(shape: nil, broken), "sample 77"),
      (NumPyArray(shape: [0], [Float]()), "no samples"),
      (NumPyArray(shape: [3, 4, 5], [Float](repeating: 0, count: 60)), "3 x 4 x 5"),
    ]
    for (array, what) in cases {
      let other = try write(array, "other.npy")
      let run = try overlap("align", path, other, "--rate", "100")
      #expect(run.status == 65)
      #expect(run.errors.contains(what))
    }
  }
}
