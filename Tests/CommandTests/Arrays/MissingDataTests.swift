// SPDX-License-Identifier: MIT

import SignalFiles
import TestSupport
import Testing

@Suite("overlap convolve --missing ignore and --mask")
struct MissingDataTests {
  private let files = TemporaryFiles()

  /// A convolution of rows and columns in mode full with zeros beyond the edges, without what is missing.
  private static func direct(
    _ array: [Double?], _ shape: [Int], _ kernel: [Double], _ kernelShape: [Int]
  ) -> [Double] {
    let columns = shape[1] + kernelShape[1] - 1
    let count = (shape[0] + kernelShape[0] - 1) * columns
    var (sums, lost) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    var missing = [Int](repeating: 0, count: count)
    for (index, value) in array.enumerated() {
      for (tap, weight) in kernel.enumerated() {
        let row = index / shape[1] + tap / kernelShape[1]
        let place = row * columns + index % shape[1] + tap % kernelShape[1]
        if let value {
          sums[place] += weight * value
        } else {
          lost[place] += weight
          missing[place] += 1
        }
      }
    }
    let total = kernel.reduce(0, +)
    return sums.indices.map { place in
      if missing[place] == 0 { return sums[place] }
      return missing[place] == kernel.count ? .nan : sums[place] * total / (total - lost[place])
    }
  }

  @Test("count what is there for more", arguments: 0..<10)
  func ignored(seed: UInt64) throws {
    var generator = SeededGenerator(seed: 80 + seed)
    let isVector = seed % 2 == 0
    let shape = [isVector ? 1 : 9, 11]
    let kernelShape = [isVector ? 1 : 3, 4]
    let array = (0..<shape[0] * shape[1]).map { _ -> Double? in
      let value = generator.normal()
      return Double.random(in: 0..<1, using: &generator) < 0.4 ? nil : value
    }
    let kernel = (0..<kernelShape[0] * kernelShape[1]).map { _ in
      Double.random(in: 0.1..<1, using: &generator)
    }
    let expected = Self.direct(array, shape, kernel, kernelShape)
    func saved(_ elements: [Double], _ shape: [Int], _ name: String) throws -> String {
      try files.write(isVector ? [elements.count] : shape, elements, name)
    }
    let holed = try saved(array.map { $0 ?? .nan }, shape, "nan.npy")
    let filled = try saved(array.map { $0 ?? 1e30 }, shape, "filled.npy")
    let mask = try saved(array.map { $0 == nil ? 1 : 0 }, shape, "mask.npy")
    let taps = try saved(kernel, kernelShape, "kernel.npy")
    let output = files.path("out.npy")
    for method in ["auto", "direct", "fft"] {
      for arguments in [[holed, taps, "--missing", "ignore"], [filled, taps, "--mask", mask]] {
        let result = try overlap(
          ["convolve"] + arguments + ["-o", output, "--method", method])
        #expect(result.status == 0 && result.errors == "")
        for (value, sum) in zip([Double](try NumPyArray(path: output)) ?? [], expected) {
          #expect(sum.isNaN ? value.isNaN : abs(value - sum) < 1e-12 * (1 + abs(sum)))
        }
      }
    }
    // Along lines, the same as line by line.
    guard isVector else { return }
    let lines = try files.write([2, 11], (array + array).map { $0 ?? .nan }, "lines.npy")
    _ = try overlap(
      "convolve", lines, taps, "-o", output, "--missing", "ignore", "--axis", "1")
    let found = [Double](try NumPyArray(path: output)) ?? []
    for (value, sum) in zip(found, expected + expected) {
      #expect(sum.isNaN ? value.isNaN : abs(value - sum) < 1e-12 * (1 + abs(sum)))
    }
  }

  @Test("change nothing where nothing is missing, and leave NaN as it is without being asked")
  func untouched() throws {
    let signal = try files.write([50], (0..<50).map { Double($0 * $0 % 17) }, "signal.npy")
    let kernel = try files.write([3], [0.5, -1, 0.25], "kernel.npy")
    let (plain, other) = (files.path("plain.npy"), files.path("other.npy"))
    _ = try overlap("convolve", signal, kernel, "-o", plain)
    _ = try overlap("convolve", signal, kernel, "-o", other, "--missing", "ignore")
    #expect(files.bytes("plain.npy") == files.bytes("other.npy"))
    let holed = try files.write([4], [1, .nan, 3, 4], "nan.npy")
    _ = try overlap("convolve", holed, kernel, "-o", plain)
    let values = [Double](try NumPyArray(path: plain)) ?? []
    #expect(values.map(\.isNaN) == [false, true, true, true, false, false])
  }

  @Test("refuse taps without a sum, masks of another shape, and sound")
  func refusals() throws {
    let signal = try files.write([4], [1, .nan, 3, 4], "nan.npy")
    let difference = try files.write([2], [1.0, -1], "difference.npy")
    let mean = try files.write([2], [0.5, 0.5], "mean.npy")
    let sound = try files.write(noise(100, seed: 1), "sound.wav")
    let output = files.path("out.npy")
    for (arguments, status) in [
      (["convolve", signal, difference, "--missing", "ignore"], 65),
      (["convolve", signal, mean, "--mask", mean], 65),
      (["convolve", sound, sound, "--missing", "ignore"], 64),
      (["convolve", signal, mean, "--missing", "perhaps"], 64),
      (["correlate", signal, mean, "--missing", "ignore", "--normalize"], 64),
    ] {
      let result = try overlap(arguments + ["-o", output])
      #expect(result.status == status && result.errors.split(separator: "\n").count == 1)
    }
    #expect(!files.names.contains("out.npy"))
  }
}
