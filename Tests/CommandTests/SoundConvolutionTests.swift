// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("overlap convolve and correlate for sound")
struct SoundConvolutionTests {
  private let files: TemporaryFiles

  init() throws { files = TemporaryFiles() }

  private func save(
    _ channels: [[Float]], _ name: String, rate: Int = 8000, as kind: SampleFormat = .float32
  ) throws -> String {
    try files.write(channels: channels, name, rate: rate, as: kind)
  }

  private func difference(_ a: [[Float]], _ b: [[Float]]) -> Float {
    guard a.map(\.count) == b.map(\.count) else { return .infinity }
    return zip(a.joined(), b.joined()).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test(
    "Channel by channel, a kernel of one channel for each, in every mode and order",
    arguments: ["full", "same", "valid"])
  func channels(mode: String) throws {
    let form = try #require(
      ["full": ConvolutionMode.full, "same": .same, "valid": .valid][mode])
    // Longer than a block, so that results cross from one to the next.
    let sound = [noise(300_000, seed: 1), noise(300_000, seed: 2)]
    let kernels = [noise(1000, seed: 3), noise(1000, seed: 4)]
    let input = try save(sound, "sound.wav")
    let output = files.path("out.wav")
    for (name, kernel) in [("mono", [kernels[0]]), ("stereo", kernels)] {
      let path = try save(kernel, name + ".wav")
      for operation in ["convolve", "correlate"] {
        let result = try overlap(operation, input, path, "-o", output, "--mode", mode)
        #expect(result.status == 0)
        #expect(result.output == "" && result.errors == "")
        let expected = sound.indices.map { channel in
          let taps = kernel[kernel.count == 1 ? 0 : channel]
          return operation == "convolve"
            ? convolve(sound[channel], taps, mode: form)
            : correlate(sound[channel], taps, mode: form)
        }
        let actual = try AudioRecording(path: output)
        #expect(actual.sampleRate == 8000)
        #expect(difference(actual.channels, expected) < 1e-6, "\(operation) \(name)")
      }
    }
    // A sound of one channel, in a room that is heard with two ears.
    let mono = try save([sound[0]], "one.wav")
    let ears = try save(kernels, "ears.wav")
    for operation in ["convolve", "correlate"] {
      for (first, second) in [(mono, ears), (ears, mono)] {
        #expect(try overlap(operation, first, second, "-o", output, "--mode", mode).status == 0)
        let expected = kernels.map { kernel in
          let (a, b) = first == mono ? (sound[0], kernel) : (kernel, sound[0])
          return operation == "convolve"
            ? convolve(a, b, mode: form) : correlate(a, b, mode: form)
        }
        #expect(difference(try AudioRecording(path: output).channels, expected) < 1e-6)
      }
    }
    // The other way round the short one is the input.
    let short = try save(kernels, "short.wav")
    for operation in ["convolve", "correlate"] {
      #expect(try overlap(operation, short, input, "-o", output, "--mode", mode).status == 0)
      let expected = sound.indices.map { channel in
        operation == "convolve"
          ? convolve(kernels[channel], sound[channel], mode: form)
          : correlate(kernels[channel], sound[channel], mode: form)
      }
      #expect(difference(try AudioRecording(path: output).channels, expected) < 1e-6)
    }
  }

  @Test("Four channels for two are true stereo", arguments: ["full", "same", "valid"])
  func trueStereo(mode: String) throws {
    let form = try #require(
      ["full": ConvolutionMode.full, "same": .same, "valid": .valid][mode])
    let room = (0..<4).map { noise(900, seed: 20 + $0) }
    let kernel = try save(room, "room.wav")
    let output = files.path("out.wav")
    // Longer than a block, and shorter than the kernel.
    for count in [300_000, 500] {
      let sound = [noise(count, seed: 30), noise(count, seed: 31)]
      let input = try save(sound, "sound.wav")
      let expected = (0..<2).map { side in
        zip(
          convolve(sound[0], room[side], mode: form), convolve(sound[1], room[2 + side], mode: form)
        ).map { $0 + $1 }
      }
      #expect(try overlap("convolve", input, kernel, "-o", output, "--mode", mode).status == 0)
      #expect(difference(try AudioRecording(path: output).channels, expected) < 1e-5)
      // The other way round there are no such paths, nor for correlations.
      for arguments in [["convolve", kernel, input], ["correlate", input, kernel]] {
        let refused = try overlap(arguments + ["-o", files.path("none.wav")])
        #expect(refused.status == 65 && refused.errors.contains("channels"))
      }
    }
    let three = try save(Array(room.prefix(3)), "three.wav")
    let refused = try overlap("convolve", files.path("sound.wav"), three, "-o", output)
    #expect(refused.status == 65 && refused.errors.contains("true stereo"))
  }

  @Test("Threads and repetition do not change a bit")
  func sameBits() throws {
    let input = try save([noise(300_000, seed: 1)], "sound.wav")
    let kernel = try save([noise(20_000, seed: 2)], "kernel.wav")
    for threads in ["1", "2", "3"] {
      _ = try overlap(
        "convolve", input, kernel, "-o", files.path(threads + ".wav"), "--threads", threads)
    }
    let one = try Data(contentsOf: URL(fileURLWithPath: files.path("1.wav")))
    for name in ["2.wav", "3.wav"] {
      #expect(try Data(contentsOf: URL(fileURLWithPath: files.path(name))) == one)
    }
  }

  @Test("A kernel of another sample rate is resampled and keeps its gain")
  func resampling() throws {
    // A low-pass filter whose gain at low frequencies is 1, at twice the rate.
    let kernel = try save([[Float](repeating: 1 / 400, count: 400)], "kernel.wav", rate: 16_000)
    let input = try save([[Float](repeating: 0.5, count: 2000)], "input.wav")
    let output = files.path("out.wav")
    #expect(try overlap("convolve", input, kernel, "-o", output).status == 0)
    let result = try AudioRecording(path: output)
    #expect(result.sampleRate == 8000)
    #expect(result.frameCount == 2199)
    #expect(abs(result.channels[0][1000] - 0.5) < 1e-3)
  }

  @Test("Arrays go with sound on either side, and the result can be one")
  func arrays() throws {
    let sound = try save([[1, 2, 3], [4, 5, 6]], "sound.wav")
    let mono = try save([[1, 2, 3]], "mono.wav")
    let array = files.path("array.npy")
    try NumPyArray(shape: [2], [1, -1] as [Int16]).write(to: array)
    let output = files.path("out.npy")
    #expect(try overlap("convolve", sound, array, "-o", output, "--method", "direct").status == 0)
    #expect(
      try NumPyArray(path: output)
        == NumPyArray(shape: [4, 2], [1, 4, 1, 1, 1, 1, -3, -6] as [Float]))
    let result = try overlap("convolve", array, mono, "-o", files.path("out.wav"), "--json")
    #expect(result.status == 0)
    #expect(result.output.contains(#""count": 4, "channels": 1, "sample_rate": 8000, "#))
    #expect(try AudioRecording(path: files.path("out.wav")).channels == [[1, 1, 1, -3]])
  }

  @Test("--normalize gives a signal with itself 1 at lag 0, and upside down -1")
  func normalize() throws {
    let sound = noise(5000, seed: 5)
    let a = try save([sound], "a.wav")
    let b = try save([sound.map { -3 * $0 }], "b.wav")
    let array = files.path("array.npy")
    try NumPyArray(shape: [5000], sound.map { Double($0) * 1e200 }).write(to: array)
    let output = files.path("out.npy")
    let lags = files.path("lags.npy")
    for (first, second, value) in [(a, a, 1.0), (a, b, -1), (array, array, 1)] {
      let result = try overlap(
        "correlate", first, second, "-o", output, "--lags", lags, "--normalize")
      #expect(result.status == 0)
      let index = try #require(try [Int](NumPyArray(path: lags))?.firstIndex(of: 0))
      let values = try #require(try [Double](NumPyArray(path: output)))
      #expect(abs(values[index] - value) < 1e-5)
      #expect(values.allSatisfy { abs($0) < 1.00001 })
    }
    let silence = try save([[0, 0, 0]], "silence.wav")
    for pair in [[a, silence], [silence, a]] {
      let result = try overlap("correlate", pair[0], pair[1], "-o", output, "--normalize")
      #expect(result.status == 65)
      #expect(result.errors.hasPrefix("overlap: \(silence): "))
    }
  }

  @Test("What exceeds full scale in a file of integers is counted and said")
  func clipping() throws {
    let input = try save([[0.5, -0.5, 0.25]], "input.wav")
    let kernel = try save([[4]], "kernel.wav")
    let output = files.path("out.flac")
    let result = try overlap("convolve", input, kernel, "-o", output, "--json")
    #expect(result.status == 0)
    #expect(result.errors.hasPrefix("overlap: note: 3 samples of \(output) exceeded full scale"))
    #expect(result.output.contains(#""clipped_samples": 3"#))
    #expect(try overlap("convolve", input, kernel, "-o", output, "--quiet").errors == "")
    #expect(try overlap("convolve", input, kernel, "-o", files.path("out.wav")).errors == "")
    #expect(try AudioRecording(path: files.path("out.wav")).channels == [[2, -2, 1]])
  }

  @Test("What cannot be done is said in one line, and an existing output stays as it was")
  func failures() throws {
    let stereo = try save([[1, 2], [3, 4]], "stereo.wav")
    let three = try save([[1], [1], [1]], "three.wav")
    let mono = try save([[1, 2]], "mono.wav")
    let text = files.write(Array("hello, this is no sound at all".utf8), "text.wav")
    let empty = files.write([], "empty.wav")
    let complex = files.path("complex.npy")
    try NumPyArray(shape: [1], [Complex<Float>(0, 1)]).write(to: complex)
    let matrix = files.path("matrix.npy")
    try NumPyArray(shape: [1, 1], [1] as [Float]).write(to: matrix)
    let output = files.write(Array("old".utf8), "out.wav")
    for (a, b, status) in [
      (stereo, three, 65), (mono, text, 65), (text, mono, 65),
      (empty, mono, 65), (mono, complex, 65), (mono, matrix, 65), (files.directory, mono, 66),
      (mono, files.path("missing.wav"), 66),
    ] {
      let result = try overlap("convolve", a, b, "-o", output)
      #expect(result.status == Int32(status), "\(a) \(b)")
      #expect(result.errors.split(separator: "\n").count == 1)
      #expect(result.output == "")
      #expect(FileManager.default.contents(atPath: output) == Data("old".utf8))
    }
    for (name, status) in [("none/out.wav", 73), ("out.txt", 73), ("out", 73), ("", 73)] {
      let result = try overlap("convolve", mono, mono, "-o", files.path(name))
      #expect(result.status == Int32(status), "\(name)")
      #expect(result.errors.split(separator: "\n").count == 1)
    }
    // Nothing is left of what was not finished.
    let names = try FileManager.default.contentsOfDirectory(atPath: files.directory)
    #expect(names.allSatisfy { !$0.hasSuffix(".tmp") })
    // An input may be the output.
    #expect(try overlap("convolve", mono, mono, "-o", mono).status == 0)
    #expect(try AudioRecording(path: mono).channels == [[1, 4, 4]])
  }
}
