// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("overlap register, of images of which not all counts")
struct RegisterMaskTests {
  private let files = TemporaryFiles()

  /// A part of a scene, 80 by 90, with a caption over it.
  private func scene(_ row: Int, _ column: Int) -> [Float] {
    let all = correlatedNoise(160, 170, seed: 70)
    return (0..<80 * 90).map { index in
      isCaption(index) ? 200 : Float(all[(index / 90 + row) * 170 + index % 90 + column])
    }
  }

  private func isCaption(_ index: Int) -> Bool {
    let (row, column) = index.quotientAndRemainder(dividingBy: 90)
    return 60..<72 ~= row && 10..<80 ~= column && (row + column / 3) % 4 != 0
  }

  private func save<Element: NumPyElement>(_ values: [Element], _ name: String) throws -> String {
    try NumPyArray(shape: [80, 90], values).write(to: files.path(name))
    return files.path(name)
  }

  @Test("A caption that stays is left out by masks of any kind, and by alpha")
  func caption() throws {
    let reference = try save(scene(30, 30), "first.npy")
    let moving = try save(scene(19, 37), "second.npy")
    let counts = (0..<80 * 90).map { !isCaption($0) }
    let floats = try save(counts.map { $0 ? Float(1) : 0 }, "mask.npy")
    let integers = try save(counts.map { $0 ? UInt8(3) : 0 }, "integers.npy")
    try Raster(
      height: 80, width: 90, channels: .grey, .uint8(counts.map { $0 ? 255 : 0 })
    ).write(to: files.path("mask.png"))
    for mask in [floats, integers, files.path("mask.png")] {
      let run = try overlap(
        "register", reference, moving, "--mask", mask, "--moving-mask", mask, "--json")
      #expect(run.status == 0, "\(run.errors)")
      let found = try parse(run.output)
      #expect(abs(try number(found, "row_shift") - 11) < 1e-3)
      #expect(abs(try number(found, "column_shift") + 7) < 1e-3)
      for key in ["row_standard_error", "column_standard_error"] {
        #expect(try number(found, key) < 0.01)
      }
    }
    // The caption alone has moved nowhere.
    let plain = try overlap("register", reference, moving, "--json")
    let still = try number(parse(plain.output), "row_shift")
    #expect(plain.status == 1 || abs(still) < 0.5)
    for (name, values) in [("first.png", scene(30, 30)), ("second.png", scene(19, 37))] {
      let bytes = zip(values, counts).flatMap { value, counts -> [UInt8] in
        [UInt8(max(0, min(255, 128 + 12 * value))), counts ? 255 : 0]
      }
      try Raster(height: 80, width: 90, channels: .greyAlpha, .uint8(bytes)).write(
        to: files.path(name))
    }
    let clear = try overlap("register", files.path("first.png"), files.path("second.png"), "--json")
    let moved = try number(parse(clear.output), "row_shift")
    #expect(clear.status == 0 && abs(moved - 11) < 0.05)
  }

  @Test("Masks that leave too little, or are none, are refused in a line")
  func refusals() throws {
    let reference = try save(scene(30, 30), "first.npy")
    var spoilt = scene(19, 37)
    spoilt[33] = .nan
    let moving = try save(spoilt, "second.npy")
    let none = try save([Float](repeating: 0, count: 80 * 90), "none.npy")
    let some = try save((0..<80 * 90).map { Float($0 == 33 ? 0 : 1) }, "some.npy")
    let beyond = try save([Float](repeating: 2, count: 80 * 90), "beyond.npy")
    try NumPyArray(shape: [2, 2], [1, 1, 1, 1] as [Float]).write(to: files.path("small.npy"))
    for (options, status, words) in [
      ([], 65, "--moving-mask"), (["--mask", none], 65, "counts"),
      (["--mask", beyond], 65, beyond),
      (["--mask", files.path("small.npy")], 65, "80 x 90"),
      (["--mask", files.path("absent.npy")], 66, "absent.npy"),
      (["--overlap-ratio", "2"], 64, "--overlap-ratio"),
    ] {
      let run = try overlap(["register", reference, moving] + options)
      #expect(run.status == Int32(status) && run.errors.contains(words), "\(run.errors)")
      if status != 64 { #expect(run.errors.split(separator: "\n").count == 1) }
    }
    let run = try overlap(
      "register", reference, moving, "--moving-mask", some, "--overlap-ratio", "0.5")
    #expect(run.status == 1 || run.status == 0)
    // Nine pixels agree with any others.
    let few = try save(
      (0..<80 * 90).map { Float($0 / 90 < 3 && $0 % 90 < 3 ? 1 : 0) }, "few.npy")
    let unsure = try overlap(
      "register", reference, moving, "--mask", few, "--moving-mask", some)
    #expect(unsure.status == 1 && unsure.errors.split(separator: "\n").count == 1)
  }
}
