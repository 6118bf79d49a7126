// SPDX-License-Identifier: MIT

import SignalFiles
import TestSupport
import Testing

@Suite("overlap convolve and correlate --axis")
struct AxisCommandTests {
  private let files = TemporaryFiles()

  /// The sums of products along one dimension, by their definition.
  private static func direct(
    _ array: [Int], shape: [Int], _ kernel: [Int], perLine: Bool, axis: Int, correlates: Bool
  ) -> (shape: [Int], elements: [Int]) {
    let (n, stride) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
    let m = perLine ? kernel.count * n / array.count : kernel.count
    var result = shape
    result[axis] = n + m - 1
    var elements = [Int](repeating: 0, count: array.count / n * result[axis])
    for line in 0..<array.count / n {
      let (outer, inner) = (line / stride, line % stride)
      for i in 0..<n {
        for j in 0..<m {
          let tap = correlates ? m - 1 - j : j
          let weight = perLine ? kernel[(outer * m + tap) * stride + inner] : kernel[tap]
          elements[(outer * result[axis] + i + j) * stride + inner] +=
            weight * array[(outer * n + i) * stride + inner]
        }
      }
    }
    return (result, elements)
  }

  @Test("go along any dimension of any rank, with one kernel or one a line", arguments: 0..<12)
  func everyAxis(seed: UInt64) throws {
    var generator = SeededGenerator(seed: 60 + seed)
    let rank = Int.random(in: 1...4, using: &generator)
    let shape = (0..<rank).map { _ in Int.random(in: 1...5, using: &generator) }
    let axis = Int.random(in: 0..<rank, using: &generator)
    let perLine = rank > 1 && Bool.random(using: &generator)
    var kernelShape = [Int.random(in: 1...4, using: &generator)]
    if perLine {
      let taps = kernelShape[0]
      kernelShape = shape
      kernelShape[axis] = taps
    }
    let array = (0..<shape.reduce(1, *)).map { _ in generator.smallInteger() }
    let kernel = (0..<kernelShape.reduce(1, *)).map { _ in generator.smallInteger() }
    let output = files.path("out.npy")
    for (command, correlates) in [("convolve", false), ("correlate", true)] {
      let expected = Self.direct(
        array, shape: shape, kernel, perLine: perLine, axis: axis, correlates: correlates)
      // Integers are exact, and whole numbers in double precision are rounded by little.
      let inputs = [
        try files.write(shape, array, "a.npy"), try files.write(kernelShape, kernel, "k.npy"),
      ]
      for number in [axis, axis - rank] {
        let result = try overlap(
          [command] + inputs + ["-o", output, "--axis", "\(number)", "--json"])
        #expect(result.status == 0 && result.errors == "")
        #expect(
          try NumPyArray(path: output) == NumPyArray(shape: expected.shape, expected.elements))
      }
      let reals = [
        try files.write(shape, array.map { Double($0) }, "a.npy"),
        try files.write(kernelShape, kernel.map { Double($0) }, "k.npy"),
      ]
      _ = try overlap([command] + reals + ["-o", output, "--axis", "\(axis)"])
      let found = try NumPyArray(path: output)
      #expect(found.shape == expected.shape)
      for (value, sum) in zip([Double](found) ?? [], expected.elements) {
        #expect(abs(value - Double(sum)) < 1e-11)
      }
    }
  }

  @Test("refuse what does not fit, in one line")
  func refusals() throws {
    let array = try files.write([2, 3], [1.0, 2, 3, 4, 5, 6], "a.npy")
    let kernel = try files.write([2], [1.0, 2], "k.npy")
    let odd = try files.write([3, 2], [1.0, 2, 3, 4, 5, 6], "odd.npy")
    let sound = try files.write(noise(100, seed: 1), "sound.wav")
    let output = files.path("out.npy")
    for (inputs, axis, status) in [
      ([array, kernel], "2", 64), ([array, kernel], "-3", 64), ([array, odd], "0", 65),
      ([sound, kernel], "0", 64), ([array, files.path("none.npy")], "0", 66),
    ] {
      let result = try overlap(["convolve"] + inputs + ["-o", output, "--axis", axis])
      #expect(result.status == status && result.errors.split(separator: "\n").count == 1)
    }
    #expect(!files.names.contains("out.npy"))
  }
}
