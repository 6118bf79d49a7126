// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("overlap correlation-layer, conv2d and conv-transpose2d")
struct LayerCommandTests {
  private let arrays: TemporaryFiles
  private let up: String
  private let down: String

  init() throws {
    arrays = TemporaryFiles()
    up = try arrays.write([1, 1, 4, 4], (1...16).map { Float($0) }, "up.npy")
    down = try arrays.write([1, 1, 4, 4], (1...16).map { Float(17 - $0) }, "down.npy")
  }

  @Test("the correlation layer gives MXNet's numbers, by every method")
  func correlation() throws {
    for method in ["auto", "direct", "box", "fft"] {
      let result = try overlap(
        "correlation-layer", up, down, "-o", arrays.path("out.npy"), "--max-displacement", "1",
        "--stride1", "2", "--pad-size", "1", "--method", method)
      #expect(result.status == 0 && result.output == "" && result.errors == "")
      let out = try arrays.read("out.npy")
      #expect(out.shape == [1, 9, 2, 2] && out.elementType == .float32)
      let values = try #require([Float](out))
      for (value, expected) in zip(values[16..<20], [16, 42, 72, 66] as [Float]) {
        #expect(abs(value - expected) < 1e-4)
      }
    }
  }

  @Test("and its gradients")
  func correlationGradients() throws {
    let gradient = try arrays.write([1, 1, 4, 4], [Double](repeating: 1, count: 16), "g.npy")
    let result = try overlap(
      "correlation-layer", up, down, "--max-displacement", "0", "--output-gradient", gradient,
      "--gradient1", arrays.path("d1.npy"), "--gradient2", arrays.path("d2.npy"))
    #expect(result.status == 0)
    // The product of the maps themselves: the gradient of each is the other, in double precision.
    #expect(try [Double](arrays.read("d1.npy")) == (1...16).map { Double(17 - $0) })
    #expect(try [Double](arrays.read("d2.npy")) == (1...16).map { Double($0) })
  }

  @Test("a convolution layer slides its kernels as they are")
  func convolution() throws {
    let image = try arrays.write([1, 1, 3, 3], (0..<9).map { Float($0) }, "image.npy")
    let kernel = try arrays.write([1, 1, 2, 2], [0, 1, 2, 3] as [Float], "kernel.npy")
    let bias = try arrays.write([1], [100] as [Float], "bias.npy")
    for method in ["auto", "direct", "im2col", "fft"] {
      let result = try overlap(
        "conv2d", image, kernel, "-o", arrays.path("out.npy"), "--bias", bias, "--method", method)
      #expect(result.status == 0 && result.errors == "")
      let out = try arrays.read("out.npy")
      #expect(out.shape == [1, 1, 2, 2])
      let values = try #require([Float](out))
      for (value, expected) in zip(values, [119, 125, 137, 143] as [Float]) {
        #expect(abs(value - expected) < 1e-4)
      }
    }
  }

  @Test("signals, padding as needed, and the transpose")
  func signals() throws {
    let signal = try arrays.write([1, 1, 4], [0, 1, 2, 3] as [Double], "signal.npy")
    let kernel = try arrays.write([1, 1, 2], [1, 2] as [Double], "kernel.npy")
    #expect(try overlap("conv2d", signal, kernel, "-o", arrays.path("out.npy")).status == 0)
    #expect(try arrays.read("out.npy") == NumPyArray(shape: [1, 1, 3], [2, 5, 8] as [Double]))
    _ = try overlap(
      "conv2d", signal, kernel, "-o", arrays.path("out.npy"), "--padding", "same-upper")
    #expect(try arrays.read("out.npy") == NumPyArray(shape: [1, 1, 4], [2, 5, 8, 3] as [Double]))
    _ = try overlap(
      "conv-transpose2d", signal, kernel, "-o", arrays.path("out.npy"), "--stride", "2")
    #expect(
      try arrays.read("out.npy")
        == NumPyArray(shape: [1, 1, 8], [0, 0, 1, 2, 2, 4, 3, 6] as [Double]))
  }

  @Test("the gradients of a convolution layer")
  func convolutionGradients() throws {
    let signal = try arrays.write([1, 1, 4], [1, 2, 3, 4] as [Double], "signal.npy")
    let kernel = try arrays.write([1, 1, 3], [5, 6, 7] as [Double], "kernel.npy")
    let gradient = try arrays.write([1, 1, 2], [10, 1] as [Double], "g.npy")
    let result = try overlap(
      "conv2d", signal, kernel, "--output-gradient", gradient, "--input-gradient",
      arrays.path("dx.npy"), "--weight-gradient", arrays.path("dw.npy"), "--bias-gradient",
      arrays.path("db.npy"))
    #expect(result.status == 0 && result.errors == "")
    #expect(try [Double](arrays.read("dx.npy")) == [50, 65, 76, 7])
    #expect(try [Double](arrays.read("dw.npy")) == [12, 23, 34])
    #expect(try [Double](arrays.read("db.npy")) == [11])
  }

  @Test("every method gives the same layers and gradients, also with strides")
  func methods() throws {
    let image = try arrays.write([1, 1, 5, 5], (0..<25).map { Double($0) }, "image.npy")
    let kernel = try arrays.write([1, 1, 2, 2], [0, 1, 2, 3] as [Double], "kernel.npy")
    let gradient = try arrays.write([1, 1, 2, 2], [1, 2, 3, 4] as [Double], "g.npy")
    let small = try arrays.write([1, 1, 2, 2], [1, 2, 3, 4] as [Double], "small.npy")
    for method in ["auto", "direct", "im2col", "fft"] {
      let result = try overlap(
        "conv2d", image, kernel, "-o", arrays.path("out.npy"), "--stride", "2", "--method", method,
        "--output-gradient", gradient, "--input-gradient", arrays.path("dx.npy"),
        "--weight-gradient", arrays.path("dw.npy"))
      #expect(result.status == 0 && result.errors == "")
      try expect("out.npy", [1, 1, 2, 2], [29, 41, 89, 101])
      try expect("dw.npy", [1, 1, 2, 2], [82, 92, 132, 142])
      try expect(
        "dx.npy", [1, 1, 5, 5],
        [0, 1, 0, 2, 0, 2, 3, 4, 6, 0, 0, 3, 0, 4, 0, 6, 9, 8, 12, 0, 0, 0, 0, 0, 0])
      let transposed = try overlap(
        "conv-transpose2d", small, kernel, "-o", arrays.path("up.npy"), "--stride", "2",
        "--method", method)
      #expect(transposed.status == 0 && transposed.errors == "")
      try expect(
        "up.npy", [1, 1, 4, 4], [0, 1, 0, 2, 2, 3, 4, 6, 0, 3, 0, 4, 6, 9, 8, 12])
    }
  }

  private func expect(_ name: String, _ shape: [Int], _ values: [Double]) throws {
    let array = try arrays.read(name)
    #expect(array.shape == shape)
    let actual = try #require([Double](array))
    #expect(zip(actual, values).allSatisfy { abs($0 - $1) < 1e-9 }, "\(name): \(actual)")
  }

  @Test("layers of integers are exact, or refused")
  func integers() throws {
    let large = try arrays.write(
      [1, 1, 1, 2], [Int](repeating: (1 << 60) + 1, count: 2), "large.npy")
    let ones = try arrays.write([1, 1, 1, 2], [1, 1] as [Int], "ones.npy")
    for method in ["auto", "direct", "im2col", "fft"] {
      let result = try overlap(
        "conv2d", large, ones, "-o", arrays.path("out.npy"), "--method", method)
      #expect(result.status == 0 && result.errors == "")
      #expect(
        try arrays.read("out.npy") == NumPyArray(shape: [1, 1, 1, 1], [(1 << 61) + 2] as [Int]))
    }
    let larger = try arrays.write([1, 1, 1, 2], [Int.max, 1], "larger.npy")
    let result = try overlap("conv2d", larger, ones, "-o", arrays.path("none.npy"))
    #expect(result.status == 65 && result.errors.contains("--dtype float64"))
    #expect(!FileManager.default.fileExists(atPath: arrays.path("none.npy")))
    #expect(
      try overlap(
        "conv2d", larger, ones, "-o", arrays.path("out.npy"), "--dtype", "float64"
      ).status == 0)
    #expect(try [Double](arrays.read("out.npy")) == [0x1p63])
    // Bytes, and gradients.
    let image = try arrays.write([1, 1, 1, 4], [1, 2, 3, 255] as [UInt8], "image.npy")
    let kernel = try arrays.write([1, 1, 1, 3], [5, 6, 255] as [UInt8], "kernel.npy")
    let gradient = try arrays.write([1, 1, 1, 2], [10, 1] as [UInt8], "g.npy")
    _ = try overlap(
      "conv2d", image, kernel, "-o", arrays.path("out.npy"), "--output-gradient", gradient,
      "--input-gradient", arrays.path("dx.npy"), "--weight-gradient", arrays.path("dw.npy"),
      "--bias-gradient", arrays.path("db.npy"))
    #expect(try [Int](arrays.read("out.npy")) == [782, 65_053])
    #expect(try [Int](arrays.read("dx.npy")) == [50, 65, 2556, 255])
    #expect(try [Int](arrays.read("dw.npy")) == [12, 23, 285])
    #expect(try [Int](arrays.read("db.npy")) == [11])
    _ = try overlap("conv-transpose2d", gradient, kernel, "-o", arrays.path("out.npy"))
    #expect(try [Int](arrays.read("out.npy")) == [50, 65, 2556, 255])
  }

  @Test("half precision on request, images without a batch, and batches of none")
  func shapesAndTypes() throws {
    let image = try arrays.write([1, 3, 3], (0..<9).map { Float($0) + 0.0001 }, "one.npy")
    let kernel = try arrays.write([1, 1, 2, 2], [0, 1, 2, 3] as [Float], "kernel.npy")
    _ = try overlap("conv2d", image, kernel, "-o", arrays.path("out.npy"), "--dtype", "float16")
    let half = try Data(contentsOf: URL(fileURLWithPath: arrays.path("out.npy")))
    #expect(half.range(of: Data("'<f2'".utf8)) != nil)
    #expect(
      try arrays.read("out.npy") == NumPyArray(shape: [1, 2, 2], [19, 25, 37, 43] as [Float]))
    _ = try overlap("conv-transpose2d", image, kernel, "-o", arrays.path("out.npy"))
    #expect(try arrays.read("out.npy").shape == [1, 4, 4])
    _ = try overlap("correlation-layer", image, image, "-o", arrays.path("out.npy"))
    #expect(try arrays.read("out.npy").shape == [9, 1, 1])
    let signal = try arrays.write([1, 4], [0, 1, 2, 3] as [Double], "signal.npy")
    let taps = try arrays.write([1, 1, 2], [1, 2] as [Double], "taps.npy")
    _ = try overlap("conv2d", signal, taps, "-o", arrays.path("out.npy"))
    #expect(try arrays.read("out.npy") == NumPyArray(shape: [1, 3], [2, 5, 8] as [Double]))
    let none = try arrays.write([0, 1, 3, 3], [] as [Float], "none.npy")
    for (command, shape) in [("conv2d", [0, 1, 2, 2]), ("conv-transpose2d", [0, 1, 4, 4])] {
      #expect(try overlap(command, none, kernel, "-o", arrays.path("out.npy")).status == 0)
      #expect(try arrays.read("out.npy").shape == shape)
    }
    #expect(
      try overlap("correlation-layer", none, none, "-o", arrays.path("out.npy")).status == 0)
    #expect(try arrays.read("out.npy").shape == [0, 9, 1, 1])
  }

  @Test("the size of a transposed layer's output is one of those that its padding allows")
  func outputSizes() throws {
    // As PyTorch's conv_transpose1d([1, 2], [1, 10, 100], stride 3, padding 1, dilation 2), whose
    // output padding is 0 to 2.
    let signal = try arrays.write([1, 1, 2], [1, 2] as [Double], "signal.npy")
    let kernel = try arrays.write([1, 1, 3], [1, 10, 100] as [Double], "kernel.npy")
    // In full: 1, 0, 10, 2, 100, 20, 0, 200.
    for (size, expected) in [
      (6, [0, 10, 2, 100, 20, 0]), (7, [0, 10, 2, 100, 20, 0, 200]),
      (8, [0, 10, 2, 100, 20, 0, 200, 0]),
    ] as [(Int, [Double])] {
      let result = try overlap(
        "conv-transpose2d", signal, kernel, "-o", arrays.path("out.npy"), "--stride", "3",
        "--padding", "1", "--dilation", "2", "--output-size", "\(size)")
      #expect(result.status == 0 && result.errors == "")
      #expect(try [Double](arrays.read("out.npy")) == expected)
    }
    for size in ["5", "9"] {
      let result = try overlap(
        "conv-transpose2d", signal, kernel, "-o", arrays.path("out.npy"), "--stride", "3",
        "--padding", "1", "--dilation", "2", "--output-size", size)
      #expect(result.status == 64 && result.errors.contains("from 6 to 8"))
    }
  }

  @Test("mistakes are one line and an exit status, and leave no file")
  func mistakes() throws {
    let complex = try arrays.write([1], [1] as [Float], "vector.npy")
    let out = arrays.path("none.npy")
    for (status, arguments) in [
      (64, ["correlation-layer", up, down, "-o", out, "--kernel-size", "2"]),
      (64, ["correlation-layer", up, down, "-o", out, "--stride2", "0"]),
      (64, ["correlation-layer", up, down, "-o", out, "--pad-size", "-1"]),
      (64, ["correlation-layer", up, down, "-o", out, "--method", "quick"]),
      (64, ["correlation-layer", up, "-o", out]),
      (64, ["conv2d", up, up, "-o", out, "--stride", "-1,2"]),
      (64, ["conv2d", up, up, "-o", out, "--nonsense"]),
      (64, ["conv2d", up, up]),
      (64, ["conv2d", up, up, "-o", out, "--output-gradient", up, "--input-gradient", out]),
      (64, ["correlation-layer", up, down, "-o", out, "--subtract", "--method", "fft"]),
      (65, ["correlation-layer", up, down, "-o", out, "--max-displacement", "2"]),
      (65, ["correlation-layer", up, complex, "-o", out]),
      (65, ["correlation-layer", up, down, "-o", out, "--pad-size", "1000000"]),
      (66, ["correlation-layer", up, arrays.path("missing.npy"), "-o", out]),
      (73, ["correlation-layer", up, down, "-o", arrays.path("no/out.npy"), "--pad-size", "1"]),
      (65, ["conv2d", up, complex, "-o", out]),
      (65, ["conv2d", up, up, "-o", out, "--dilation", "2"]),
      (64, ["conv2d", up, up, "-o", out, "--groups", "0"]),
      (64, ["conv-transpose2d", up, up, "-o", out, "--output-padding", "1"]),
    ] as [(Int32, [String])] {
      let result = try overlap(arguments)
      #expect(result.status == status, "\(arguments)")
      #expect(result.output == "")
      #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: out))
    }
    // Of two outputs neither appears where one cannot.
    let one = try arrays.write([1, 1, 1, 1], [1] as [Float], "one.npy")
    let result = try overlap(
      "conv2d", up, one, "-o", out, "--output-gradient", up, "--input-gradient",
      arrays.path("no/dx.npy"))
    #expect(result.status == 73 && !FileManager.default.fileExists(atPath: out))
  }
}
