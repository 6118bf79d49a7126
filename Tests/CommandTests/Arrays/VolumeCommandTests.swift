// SPDX-License-Identifier: MIT

import Convolution
import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("overlap convolve and correlate on arrays of three dimensions")
struct VolumeCommandTests {
  private let files = TemporaryFiles()

  private static func volume<Element>(_ shape: [Int], _ elements: [Element]) -> Volume<Element> {
    Volume(planes: shape[0], rows: shape[1], columns: shape[2], elements: elements)
  }

  @Test("give what the library gives, in every mode, boundary, method and type")
  func results() throws {
    var generator = SeededGenerator(seed: 90)
    let (shape, taps) = ([6, 5, 7], [3, 2, 4])
    let x = (0..<210).map { _ in generator.smallInteger() }
    let h = (0..<24).map { _ in generator.smallInteger() }
    let output = files.path("out.npy")
    let whole = [try files.write(shape, x, "x.npy"), try files.write(taps, h, "h.npy")]
    let real = [
      try files.write(shape, x.map { Double($0) }, "xd.npy"),
      try files.write(taps, h.map { Double($0) }, "hd.npy"),
    ]
    let (a, b) = (Self.volume(shape, x), Self.volume(taps, h))
    let boundaries: [(String, Boundary<Int>)] = [
      ("zero", .zero), ("constant=3", .constant(3)), ("wrap", .wrap), ("symmetric", .symmetric),
      ("reflect", .reflect), ("replicate", .replicate),
    ]
    let modes: [(String, ConvolutionMode)] = [("full", .full), ("same", .same), ("valid", .valid)]
    for (name, boundary) in boundaries {
      for (modeName, mode) in modes {
        for (command, correlates) in [("convolve", false), ("correlate", true)] {
          let expected =
            correlates
            ? try correlate(a, b, mode: mode, boundary: boundary)
            : try convolve(a, b, mode: mode, boundary: boundary)
          let shape = [expected.planes, expected.rows, expected.columns]
          for method in ["auto", "direct", "fft", "overlap-save"] {
            let options = [
              "-o", output, "--mode", modeName, "--boundary", name, "--method", method, "--json",
            ]
            let run = try overlap([command] + whole + options)
            #expect(run.status == 0 && run.errors == "", "\(run.errors)")
            #expect(
              run.output.hasSuffix(
                "\"planes\": \(shape[0]), \"rows\": \(shape[1]), \"columns\": \(shape[2]), "
                  + "\"dtype\": \"int64\"}\n"))
            #expect(try NumPyArray(path: output) == NumPyArray(shape: shape, expected.elements))
            #expect(try overlap([command] + real + options).status == 0)
            let found = try NumPyArray(path: output)
            #expect(found.shape == shape)
            for (value, sum) in zip([Double](found) ?? [], expected.elements) {
              #expect(abs(value - Double(sum)) < 1e-10)
            }
          }
        }
      }
    }
  }

  @Test("take lags and norms")
  func lags() throws {
    let x = try files.write([2, 3, 2], (0..<12).map { Float($0) }, "x.npy")
    let (output, lags) = (files.path("out.npy"), files.path("lags.npy"))
    let run = try overlap(
      "correlate", x, x, "-o", output, "--normalize", "--max-lag", "1", "--lags", lags)
    #expect(run.status == 0 && run.errors == "")
    let (found, places) = (try NumPyArray(path: output), try NumPyArray(path: lags))
    #expect(found.shape == [3, 3, 3] && places.shape == [3, 3, 3, 3])
    let values = try #require([Float](found))
    #expect(abs(values[13] - 1) < 1e-6 && values.max() == values[13])
    #expect([Int64](places).map { Array($0[39..<42]) } == [0, 0, 0])
    #expect([Int64](places).map { Array($0[..<3]) } == [-1, -1, -1])
  }

  @Test("ignore what is missing")
  func missing() throws {
    // Means over what is there of a volume of equal numbers are those numbers.
    var x = [Double](repeating: 5, count: 4 * 5 * 6)
    // Not at a corner, whose window is mirrored to nothing but itself.
    for index in stride(from: 3, to: x.count, by: 7) { x[index] = .nan }
    let holed = try files.write([4, 5, 6], x, "x.npy")
    let mask = try files.write([4, 5, 6], x.map { $0.isNaN ? 1 : 0 }, "mask.npy")
    let filled = try files.write([4, 5, 6], x.map { $0.isNaN ? 1e30 : $0 }, "filled.npy")
    let mean = try files.write([2, 2, 2], [Double](repeating: 0.125, count: 8), "mean.npy")
    let output = files.path("out.npy")
    for arguments in [[holed, mean, "--missing", "ignore"], [filled, mean, "--mask", mask]] {
      let run = try overlap(
        ["convolve"] + arguments + ["-o", output, "--mode", "same", "--boundary", "symmetric"])
      #expect(run.status == 0 && run.errors == "")
      let values = try #require([Double](try NumPyArray(path: output)))
      #expect(values.count == 120 && values.allSatisfy { abs($0 - 5) < 1e-12 })
    }
  }

  @Test("refuse what does not fit, in one line")
  func refusals() throws {
    let volume = try files.write([2, 3, 2], (0..<12).map { Float($0) }, "x.npy")
    let other = try files.write([3, 2, 2], (0..<12).map { Float($0) }, "y.npy")
    let matrix = try files.write([3, 2], (0..<6).map { Float($0) }, "m.npy")
    let none = try files.write([0, 3, 2], [Float](), "none.npy")
    let output = files.path("out.npy")
    for (arguments, status) in [
      ([volume, matrix, "-o", output], 65), ([matrix, volume, "-o", output], 65),
      ([volume, other, "-o", output, "--mode", "valid"], 65), ([none, volume, "-o", output], 65),
      ([volume, none, "-o", output], 65),
      ([volume, other, "-o", files.path("out.wav")], 73),
      ([volume, other, "-o", files.path("out.png")], 73),
      ([volume, other, "-o", output, "--mask", matrix], 65),
    ] {
      let run = try overlap(["convolve"] + arguments)
      #expect(run.status == status, "\(arguments): \(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }
    #expect(!files.names.contains { $0.hasPrefix("out") })
  }

  @Test("are planned")
  func plan() throws {
    let run = try overlap("plan", "256x256x256", "15x15x15", "--json", "--threads", "1")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect((object["block_length"] as? [Int])?.count == 3)
    #expect((object["transform_length"] as? [Int])?.count == 2)
    let small = try overlap("plan", "20x20x20", "3x3x3")
    #expect(small.output.hasPrefix("direct: the sums themselves"))
    #expect(try overlap("plan", "5x3x3", "3x5x3", "--mode", "valid").status == 65)
    #expect(try overlap("plan", "5x5x5x5", "3x3x3x3").status == 64)
  }
}
