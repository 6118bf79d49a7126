// SPDX-License-Identifier: MIT

import ComplexModule
import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("overlap convolve, correlate and plan")
struct ConvolutionCommandTests {
  private let files: TemporaryFiles

  init() throws { files = TemporaryFiles() }

  private func save<Element: NumPyElement>(_ values: [Element], _ name: String) throws -> String {
    try NumPyArray(shape: [values.count], values).write(to: files.path(name))
    return files.path(name)
  }

  @Test(
    "convolve gives the sums of products in every mode",
    arguments: [
      ("full", [0, 0, 0, 3, 2, 1, 0, 0, 0]), ("same", [0, 0, 3, 2, 1, 0, 0]),
      ("valid", [0, 3, 2, 1, 0]),
    ])
  func convolve(mode: String, expected: [Float]) throws {
    let hits = try save([0, 0, 0, 1, 0, 0, 0] as [Float], "hits.npy")
    let pain = try save([3, 2, 1] as [Float], "pain.npy")
    let output = files.path("out.npy")
    for method in ["auto", "direct"] {
      let result = try overlap(
        "convolve", hits, pain, "-o", output, "--mode", mode, "--method", method)
      #expect(result.status == 0)
      #expect(result.output == "")
      #expect(try NumPyArray(path: output) == NumPyArray(shape: [expected.count], expected))
    }
  }

  @Test("correlate slides the second over the first, and tells the lags")
  func correlate() throws {
    let a = try save([0, 1, 2, 3] as [Double], "a.npy")
    let b = try save([1, 2] as [Double], "b.npy")
    let output = files.path("out.npy")
    let lags = files.path("lags.npy")
    let result = try overlap("correlate", a, b, "-o", output, "--lags", lags, "--json")
    #expect(result.status == 0)
    #expect(result.output == #"{"output": "\#(output)", "count": 5, "dtype": "float64"}"# + "\n")
    #expect(try NumPyArray(path: output) == NumPyArray(shape: [5], [0, 2, 5, 8, 3] as [Double]))
    #expect(try [Int](NumPyArray(path: lags)) == [-1, 0, 1, 2, 3])
    _ = try overlap("correlate", a, b, "-o", output, "--mode", "valid", "--lags", lags)
    #expect(try NumPyArray(path: output) == NumPyArray(shape: [3], [2, 5, 8] as [Double]))
    #expect(try [Int](NumPyArray(path: lags)) == [0, 1, 2])
  }

  @Test("The result has the type that holds both inputs")
  func types() throws {
    let float = try save([1] as [Float], "float.npy")
    let double = try save([2] as [Double], "double.npy")
    let complex = try save([Complex<Float>(0, 3)], "complex.npy")
    let output = files.path("out.npy")
    for (a, b, type) in [
      (float, float, "float32"), (float, double, "float64"), (float, complex, "complex64"),
      (complex, double, "complex128"),
    ] {
      #expect(try overlap("convolve", a, b, "-o", output).status == 0)
      #expect(try NumPyArray(path: output).elementType.rawValue == type)
    }
  }

  @Test("A real and a complex signal, in either order, and at the lags near zero alone")
  func realWithComplex() throws {
    let real = try save([1, 2] as [Double], "real.npy")
    let complex = try save([Complex<Double>(0, 1), Complex(3, 0)], "complex.npy")
    let output = files.path("out.npy")
    for (arguments, expected) in [
      (["convolve", real, complex], [Complex(0, 1), Complex(3, 2), Complex(6, 0)]),
      (["convolve", complex, real], [Complex(0, 1), Complex(3, 2), Complex(6, 0)]),
      (["correlate", real, complex], [Complex(3, 0), Complex(6, -1), Complex(0, -2)]),
      (["correlate", complex, real], [Complex(0, 2), Complex(6, 1), Complex(3, 0)]),
      (["correlate", real, complex, "--max-lag", "0"], [Complex(6, -1)]),
      (["correlate", complex, real, "--max-lag", "0"], [Complex(6, 1)]),
    ] as [([String], [Complex<Double>])] {
      #expect(try overlap(arguments + ["-o", output]).status == 0)
      #expect(try [Complex<Double>](NumPyArray(path: output)) == expected, "\(arguments)")
    }
  }

  @Test("What cannot be done is said in one line, with its exit status and no output")
  func failures() throws {
    let a = try save([1, 2] as [Float], "a.npy")
    let empty = try save([] as [Float], "empty.npy")
    let text = files.write(Array("hello".utf8), "text.npy")
    try NumPyArray(shape: [1, 2], [1, 2] as [Float]).write(to: files.path("matrix.npy"))
    let output = files.path("out.npy")
    for (other, status) in [
      (files.path("missing.npy"), 66), (empty, 65), (text, 65), (files.path("matrix.npy"), 65),
      (files.directory, 66),
    ] {
      for arguments in [[a, other], [other, a]] {
        let result = try overlap("convolve", arguments[0], arguments[1], "-o", output)
        #expect(result.status == Int32(status), "\(other)")
        // Of a vector and a matrix, either may be the one that was not meant.
        let isMixed = other == files.path("matrix.npy")
        #expect(isMixed || result.errors.hasPrefix("overlap: \(other): "))
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(!FileManager.default.fileExists(atPath: output))
      }
    }
    #expect(try overlap("convolve", a, a, "-o", files.path("none/out.npy")).status == 73)
    #expect(try overlap("convolve", a, a).status == 64)
    #expect(try overlap("convolve", a, a, "-o", output, "--mode", "some").status == 64)
    #expect(try overlap("convolve", a, a, "-o", output, "--threads", "0").status == 64)
  }

  @Test("--max-lag keeps the lags near zero, of those at which the signals overlap")
  func maximumLag() throws {
    let output = files.path("out.npy")
    let lags = files.path("lags.npy")
    for (a, b) in [
      (try save([0, 1, 2, 3] as [Double], "a.npy"), try save([1, 2] as [Double], "b.npy")),
      (try save([0, 1, 2, 3] as [Int32], "i.npy"), try save([1, 2] as [Int16], "j.npy")),
    ] {
      for (limit, expected) in [
        ("0", [2.0]), ("1", [0, 2, 5]), ("9000000000000000000", [0, 2, 5, 8, 3]),
      ] {
        let result = try overlap(
          "correlate", a, b, "-o", output, "--lags", lags, "--max-lag", limit)
        #expect(result.status == 0)
        #expect(try [Double](NumPyArray(path: output)) == expected)
        #expect(try [Int](NumPyArray(path: lags))?.count == expected.count)
      }
      #expect(try overlap("correlate", a, b, "-o", output, "--max-lag=-1").status == 64)
    }
  }

  @Test(
    "Each boundary continues an array in its own way",
    arguments: [
      ("constant=10", [26, 20, 20, 29]), ("wrap", [13, 14, 11, 12]), ("zero", [6, 10, 10, 9]),
      ("symmetric", [9, 11, 14, 16]), ("reflect", [11, 12, 13, 14]),
      ("replicate", [8, 11, 14, 17]),
    ])
  func boundaries(name: String, wanted: [Int]) throws {
    let output = files.path("out.npy")
    let lags = files.path("lags.npy")
    for (signal, kernel) in [
      (try save([1, 2, 3, 4] as [Float], "a.npy"), try save([1, 1, 1, 1, 1] as [Float], "b.npy")),
      (try save([1, 2, 3, 4] as [Int32], "i.npy"), try save([1, 1, 1, 1, 1] as [Int8], "j.npy")),
    ] {
      let run = try overlap(
        "correlate", signal, kernel, "-o", output, "--mode", "same", "--boundary", name,
        "--lags", lags, "--json")
      #expect(run.status == 0 && run.output.contains(#""count": 4, "dtype""#))
      let result = try NumPyArray(path: output)
      #expect(result.shape == [4] && [Double](result) == wanted.map { Double($0) })
      #expect(try NumPyArray(path: lags) == NumPyArray(shape: [4], [-2, -1, 0, 1]))
    }
  }

  @Test("Lags that cannot be written take the results with them")
  func lagsWithoutPlace() throws {
    let signal = try save([1, 2, 3] as [Float], "a.npy")
    try NumPyArray(shape: [1, 3], [1, 2, 3] as [Float]).write(to: files.path("row.npy"))
    let sound = try files.write([0.5, 0.25], "sound.wav")
    for (input, output) in [
      (signal, "out.npy"), (files.path("row.npy"), "out.npy"), (files.path("row.npy"), "out.png"),
      (sound, "out.wav"),
    ] {
      let run = try overlap(
        "correlate", input, input, "-o", files.path(output), "--lags", files.path("none/lags.npy"),
        "--json")
      #expect(run.status == 73 && run.output == "", "\(input)")
      #expect(run.errors.split(separator: "\n").count == 1)
      #expect(!FileManager.default.fileExists(atPath: files.path(output)), "\(input)")
    }
    // Sound has nothing beyond its ends.
    let wrapped = try overlap(
      "convolve", sound, signal, "-o", files.path("out.wav"), "--boundary", "wrap")
    #expect(wrapped.status == 64 && wrapped.errors.split(separator: "\n").count == 1)
  }

  @Test("Integers give exact int64, or an error where that cannot hold them")
  func integers() throws {
    let large = try save([Int64(1) << 40, 3], "large.npy")
    let small = try save([(1 << 20) + 1, 1] as [Int32], "small.npy")
    let output = files.path("out.npy")
    #expect(try overlap("convolve", large, small, "-o", output).status == 0)
    let expected: [Int64] = [(1 << 60) + (1 << 40), (1 << 40) + 3 * ((1 << 20) + 1), 3]
    #expect(try NumPyArray(path: output) == NumPyArray(shape: [3], expected))
    let result = try overlap("convolve", large, large, "-o", output)
    #expect(result.status == 65)
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(try NumPyArray(path: output) == NumPyArray(shape: [3], expected))
  }

  @Test("plan names the fastest method and what each would take")
  func plan() throws {
    let short = try overlap("plan", "1000", "5", "--json")
    #expect(short.status == 0)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(short.output.utf8)) as? [String: Any])
    #expect(object["method"] as? String == "direct")
    #expect(object["block_length"] as? Int == 1004)
    let seconds = try #require(object["predicted_seconds"] as? [String: Double])
    #expect(Set(seconds.keys) == ["direct", "fft", "overlap-save"])
    #expect(seconds["direct"] == seconds.values.min())
    let long = try overlap("plan", "10000000", "5000", "--dtype", "complex128")
    #expect(long.output.hasPrefix("overlap-save: "))
    // Which library does the transforms, and what it knows of plans.
    let version = try #require(object["fftw"] as? String)
    let wisdom = try #require(object["wisdom"] as? String)
    #expect(["shipped", "refused", "none"].contains(wisdom))
    #expect(long.output.contains("transforms by FFTW") && long.output.contains(version))
    #expect(long.output.contains("estimated") == (wisdom == "refused"))
    #expect(try overlap("plan", "0", "5").status == 64)
    #expect(try overlap("plan", "5").status == 64)
  }

  @Test("Measurements that are damaged or of another machine are ignored with a note")
  func cache() throws {
    try FileManager.default.createDirectory(
      atPath: files.path("overlap"), withIntermediateDirectories: false)
    for text in ["", "machine of another kind\n", "\u{0}"] {
      _ = files.write(Array(text.utf8), "overlap/tuning")
      let result = try overlap("plan", "100", "5", cache: files.directory)
      #expect(result.status == 0)
      #expect(result.errors.hasPrefix("overlap: note: "))
      #expect(try overlap("plan", "100", "5", "--quiet", cache: files.directory).errors == "")
    }
  }
}
