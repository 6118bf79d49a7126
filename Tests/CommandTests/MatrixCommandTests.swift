// SPDX-License-Identifier: MIT

import ComplexModule
import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("overlap convolve and correlate on images and arrays of two dimensions")
struct MatrixCommandTests {
  private let files: TemporaryFiles
  private let output: String

  init() throws {
    files = TemporaryFiles()
    output = files.path("out.npy")
  }

  private func save<Element: NumPyElement>(_ rows: [[Element]], _ name: String) throws -> String {
    try NumPyArray(shape: [rows.count, rows.first?.count ?? 0], rows.flatMap { $0 })
      .write(to: files.path(name))
    return files.path(name)
  }

  private func result() throws -> [[Double]] { try rows(of: output) }

  private func rows(of path: String) throws -> [[Double]] {
    let array = try NumPyArray(path: path)
    let values = try #require([Double](array))
    let width = array.shape.dropFirst().reduce(1, *)
    return (0..<array.shape[0]).map { Array(values[($0 * width)..<(($0 + 1) * width)]) }
  }

  private func save(
    _ height: Int, _ width: Int, _ channels: Raster.Channels, _ samples: Raster.Samples,
    _ name: String
  ) throws -> String {
    try Raster(height: height, width: width, channels: channels, samples)
      .write(to: files.path(name))
    return files.path(name)
  }

  @Test("Every mode and method gives the sums of the definition")
  func modes() throws {
    let image = try save([[0, 1, 2], [3, 4, 5], [6, 7, 8]] as [[Double]], "image.npy")
    let kernel = try save([[0, 1], [2, 3]] as [[Double]], "kernel.npy")
    let all: [[Double]] = [[0, 3, 8, 4], [9, 19, 25, 10], [21, 37, 43, 16], [6, 7, 8, 0]]
    for method in ["auto", "direct", "fft", "overlap-save"] {
      for (mode, range) in [("full", 0..<4), ("same", 0..<3), ("valid", 1..<3)] {
        let run = try overlap(
          "correlate", image, kernel, "-o", output, "--mode", mode, "--method", method)
        #expect(run.status == 0 && run.output == "")
        let wanted = all[range].map { Array($0[range]) }
        for (line, values) in zip(try result(), wanted) {
          #expect(zip(line, values).allSatisfy { abs($0 - $1) < 1e-12 }, "\(mode) \(method)")
        }
        #expect(try result().count == range.count)
      }
    }
    #expect(try overlap("convolve", image, kernel, "-o", output, "--json").output.hasPrefix("{"))
    #expect(try result()[0] == [0, 0, 1, 2])
    // Either may be the larger one.
    #expect(try overlap("correlate", kernel, image, "-o", output, "--mode", "valid").status == 0)
    #expect(try result() == [[43, 37], [25, 19]])
  }

  @Test(
    "Each boundary continues a row in its own way",
    arguments: [
      ("zero", [6.0, 10, 10, 9]), ("constant=10", [26, 20, 20, 29]), ("wrap", [13, 14, 11, 12]),
      ("symmetric", [9, 11, 14, 16]), ("reflect", [11, 12, 13, 14]),
      ("replicate", [8, 11, 14, 17]),
    ])
  func boundaries(name: String, wanted: [Double]) throws {
    let kernel = try save([[1, 1, 1, 1, 1]] as [[Float]], "kernel.npy")
    let tall = try save([[Float]](repeating: [1], count: 5), "tall.npy")
    for (image, taps) in [
      (try save([[1, 2, 3, 4]] as [[Float]], "image.npy"), kernel),
      (try save([[1], [2], [3], [4]] as [[Float]], "column.npy"), tall),
      (try save([[1, 2, 3, 4]] as [[Int16]], "integers.npy"), kernel),
    ] {
      let run = try overlap(
        "convolve", image, taps, "-o", output, "--mode", "same", "--boundary", name)
      #expect(run.status == 0)
      #expect(try result().flatMap { $0 } == wanted)
    }
    #expect(
      try overlap("convolve", kernel, kernel, "-o", output, "--boundary", "constant=x").status == 64
    )
  }

  @Test("Integers give exact int64, or an error where that cannot hold them")
  func integers() throws {
    let large = try save([[Int64(1) << 40, 3]], "large.npy")
    let small = try save([[(1 << 20) + 1], [1]] as [[Int32]], "small.npy")
    #expect(try overlap("convolve", large, small, "-o", output).status == 0)
    let wanted: [Int64] = [(1 << 60) + (1 << 40), 3 * ((1 << 20) + 1), 1 << 40, 3]
    #expect(try NumPyArray(path: output) == NumPyArray(shape: [2, 2], wanted))
    #expect(
      try overlap(
        "correlate", small, small, "-o", output, "--boundary", "constant=7", "--max-lag", "0"
      ).status == 0)
    #expect(try [Int](NumPyArray(path: output)) == [((1 << 20) + 1) * ((1 << 20) + 1) + 1])
    let refused = try overlap("convolve", large, large, "-o", files.path("none.npy"))
    #expect(refused.status == 65 && refused.errors.split(separator: "\n").count == 1)
    #expect(!FileManager.default.fileExists(atPath: files.path("none.npy")))
    // A value that is no integer asks for numbers that hold it.
    _ = try overlap("convolve", small, small, "-o", output, "--boundary", "constant=0.5")
    #expect(try NumPyArray(path: output).elementType == .float64)
  }

  @Test("Complex numbers are conjugated by correlation alone")
  func complexNumbers() throws {
    let image = try save([[Complex<Float>(1, 2), Complex(0, 1)]], "image.npy")
    let kernel = try save([[Complex<Float>(0, 1)]], "kernel.npy")
    #expect(try overlap("convolve", image, kernel, "-o", output).status == 0)
    #expect(
      try NumPyArray(path: output) == NumPyArray(shape: [1, 2], [Complex<Float>(-2, 1), -1]))
    #expect(try overlap("correlate", image, kernel, "-o", output).status == 0)
    #expect(
      try NumPyArray(path: output) == NumPyArray(shape: [1, 2], [Complex<Float>(2, -1), 1]))
    #expect(try overlap("convolve", image, kernel, "-o", files.path("out.png")).status == 65)
  }

  @Test("--lags tells the lags of each result, --max-lag keeps those near zero")
  func lags() throws {
    let a = try save([[1, 2, 3], [4, 5, 6]] as [[Float]], "a.npy")
    let b = try save([[1, 0], [0, 0], [0, 0]] as [[Float]], "b.npy")
    let lags = files.path("lags.npy")
    #expect(try overlap("correlate", a, b, "-o", output, "--lags", lags).status == 0)
    let all = try NumPyArray(path: lags)
    #expect(all.shape == [4, 4, 2])
    #expect([Int](all)?.prefix(6) == [-2, -1, -2, 0, -2, 1])
    // A unit impulse: the value at a lag is the image's own element there.
    #expect(try result()[2] == [0, 1, 2, 3])
    let near = try overlap("correlate", a, b, "-o", output, "--lags", lags, "--max-lag", "1")
    #expect(near.status == 0)
    #expect(try result() == [[0, 0, 0], [0, 1, 2], [0, 4, 5]])
    #expect(try rows(of: lags).map { $0.prefix(2) } == [[-1, -1], [0, -1], [1, -1]])
    let huge = try overlap(
      "correlate", a, b, "-o", output, "--lags", lags, "--max-lag", "9000000000000000000")
    #expect(huge.status == 0)
    #expect(try NumPyArray(path: lags) == all)
  }

  @Test("--normalize gives 1 for an image with itself")
  func normalized() throws {
    let image = try save([[3, -1, 4], [1, -5, 9]] as [[Int16]], "image.npy")
    let zeros = try save([[0, 0]] as [[Float]], "zeros.npy")
    #expect(
      try overlap("correlate", image, image, "-o", output, "--normalize", "--mode", "same").status
        == 0)
    #expect(try result().flatMap { $0 }.max().map { abs($0 - 1) < 1e-6 } == true)
    #expect(try result()[1].map { abs($0) < 0.999 } == [true, false, true])
    let silent = try overlap("correlate", image, zeros, "-o", output, "--normalize")
    #expect(silent.status == 65 && silent.errors.hasPrefix("overlap: \(zeros): "))
    let picture = files.path("out.png")
    #expect(try overlap("correlate", image, image, "-o", picture, "--normalize").status == 64)
  }

  @Test("Images are rounded, limited to their range, and filtered with their alpha")
  func images() throws {
    let picture = files.path("out.png")
    let grey = try save(2, 2, .grey, .uint8([0, 100, 127, 200]), "grey.png")
    let twice = try save([[2]] as [[Float]], "twice.npy")
    #expect(try overlap("convolve", grey, twice, "-o", picture).status == 0)
    #expect(try Raster(path: picture).samples == .uint8([0, 200, 254, 255]))
    let negative = try save([[-0.5]] as [[Float]], "negative.npy")
    #expect(try overlap("convolve", grey, negative, "-o", picture).status == 0)
    #expect(try Raster(path: picture).samples == .uint8([0, 0, 0, 0]))
    #expect(try overlap("convolve", grey, negative, "-o", output).status == 0)
    #expect(try result() == [[0, -50], [-63.5, -100]])

    // Colours times alpha, and alpha, are filtered; alpha is limited to its range before it is divided by.
    let deep = try save(1, 2, .greyAlpha, .uint16([40000, 1, 3, 65535]), "deep.png")
    #expect(try overlap("convolve", deep, twice, "-o", picture).status == 0)
    #expect(try Raster(path: picture).samples == .uint16([40000, 2, 6, 65535]))

    let color = try save(
      1, 2, .colorAlpha, .uint8([1, 2, 3, 200, 10, 20, 30, 100]), "color.png")
    let average = try save([[0, 0.5, 0.5]] as [[Float]], "average.npy")
    #expect(
      try overlap(
        "convolve", color, average, "-o", picture, "--mode", "same", "--boundary", "replicate"
      ).status == 0)
    #expect(try Raster(path: picture).samples == .uint8([1, 2, 3, 200, 4, 8, 12, 150]))
    // Beyond the image everything is clear, or opaque where it is a constant.
    #expect(try overlap("convolve", color, average, "-o", picture).status == 0)
    let full = try Raster(path: picture)
    #expect((full.height, full.width) == (1, 4))
    #expect(full.plane(3) == [0, 100, 150, 50] && full.plane(1) == [0, 2, 8, 20])
    #expect(
      try overlap("convolve", color, average, "-o", picture, "--boundary", "constant=40").status
        == 0)
    let edged = try Raster(path: picture)
    #expect(edged.plane(3)[0] == 255 && edged.plane(0)[0] == 40 && edged.plane(3)[2] == 150)
    // A white square on transparent red has white edges.
    let square = try save(
      1, 3, .colorAlpha, .uint8([255, 0, 0, 0, 255, 255, 255, 255, 255, 0, 0, 0]), "square.png")
    let blur = try save([[0.25, 0.5, 0.25]] as [[Float]], "blur.npy")
    #expect(try overlap("convolve", square, blur, "-o", picture, "--mode", "same").status == 0)
    #expect(
      try Raster(path: picture).samples
        == .uint8([255, 255, 255, 64, 255, 255, 255, 128, 255, 255, 255, 64]))
    // What is opaque is as without alpha.
    let opaque = try save(1, 2, .greyAlpha, .uint8([10, 255, 30, 255]), "opaque.png")
    #expect(try overlap("convolve", opaque, twice, "-o", picture).status == 0)
    #expect(try Raster(path: picture).samples == .uint8([20, 255, 60, 255]))
    #expect(try overlap("convolve", color, average, "-o", output).status == 0)
    #expect(try NumPyArray(path: output).shape == [1, 4, 3])
    // The samples of an image that is the kernel count from 0 to 1.
    let half = try save(1, 1, .color, .uint8([255, 51, 0]), "half.png")
    #expect(try overlap("convolve", color, half, "-o", output).status == 0)
    #expect(try result()[0].map { ($0 * 10).rounded() / 10 } == [1, 0.4, 0, 10, 4, 0])
  }

  @Test("What cannot be done is said in one line, with its exit status and no output")
  func failures() throws {
    let image = try save([[1, 2], [3, 4], [5, 6]] as [[Float]], "image.npy")
    let wide = try save([[1, 2, 3]] as [[Float]], "wide.npy")
    try NumPyArray(shape: [0, 3], [] as [Float]).write(to: files.path("empty.npy"))
    try NumPyArray(shape: [1, 1, 1], [1] as [Float]).write(to: files.path("cube.npy"))
    try NumPyArray(shape: [3], [1, 2, 3] as [Float]).write(to: files.path("vector.npy"))
    let color = try save(1, 1, .color, .uint8([1, 2, 3]), "color.png")
    let text = files.write(Array("hello".utf8), "text.png")
    for (arguments, status) in [
      ([image, wide, "--mode", "valid"], 65), ([image, files.path("empty.npy")], 65),
      ([files.path("empty.npy"), image], 65), ([image, files.path("cube.npy")], 65),
      ([image, files.path("vector.npy")], 65), ([image, color], 65), ([text, image], 65),
      ([image, files.path("missing.png")], 66), ([image, image, "--boundary", "some"], 64),
    ] {
      for command in ["convolve", "correlate"] {
        let run = try overlap([command, "-o", output] + arguments)
        #expect(run.status == Int32(status), "\(arguments)")
        if status != 64 { #expect(run.errors.split(separator: "\n").count == 1) }
        #expect(!FileManager.default.fileExists(atPath: output))
      }
    }
    #expect(try overlap("convolve", image, image, "-o", files.path("out.wav")).status == 73)
    #expect(try overlap("convolve", image, image, "-o", files.path("none/out.png")).status == 73)
  }
}
