// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("The files of MNIST and CIFAR-10")
struct DataSetTests {
  let files = TemporaryFiles()

  private func idx(_ bytes: [UInt8], _ name: String = "array") -> String {
    files.write(bytes, name)
  }

  @Test("Images and labels are read in their shapes")
  func images() throws {
    let images = idx([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + Array(1...12))
    #expect(
      try NumPyArray(idxPath: images) == NumPyArray(shape: [2, 2, 3], [UInt8](1...12)))
    let labels = idx([0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 255])
    #expect(try NumPyArray(idxPath: labels) == NumPyArray(shape: [3], [7, 0, 255] as [UInt8]))
  }

  @Test("Every type is read, most significant byte first")
  func types() throws {
    func read(_ type: UInt8, _ bytes: [UInt8]) throws -> NumPyArray {
      try NumPyArray(idxPath: idx([0, 0, type, 1, 0, 0, 0, 2] + bytes))
    }
    #expect(try read(0x09, [255, 1]) == NumPyArray(shape: [2], [-1, 1] as [Int8]))
    #expect(try read(0x0B, [255, 254, 1, 0]) == NumPyArray(shape: [2], [-2, 256] as [Int16]))
    #expect(
      try read(0x0C, [255, 255, 255, 253, 0, 0, 1, 2])
        == NumPyArray(shape: [2], [-3, 258] as [Int32]))
    #expect(
      try read(0x0D, [0x3F, 0x80, 0, 0, 0xC0, 0x20, 0, 0])
        == NumPyArray(shape: [2], [1, -2.5] as [Float]))
    #expect(
      try read(0x0E, [0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 0xC0, 4, 0, 0, 0, 0, 0, 0])
        == NumPyArray(shape: [2], [1, -2.5] as [Double]))
  }

  /// `gzip -n` of an idx file of the labels 7, 0, 255.
  private let compressed: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 99, 96, 224, 96, 100, 96, 96, 96, 102, 103, 248, 15, 0, 140,
    69, 13, 38, 11, 0, 0, 0,
  ]

  @Test("Files compressed by gzip are read as they are, and damaged ones refused")
  func gzip() throws {
    #expect(
      try NumPyArray(idxPath: idx(compressed))
        == NumPyArray(shape: [3], [7, 0, 255] as [UInt8]))
    #expect(throws: SignalFileError.self) {
      try NumPyArray(idxPath: idx(Array(compressed.prefix(22))))
    }
    var damaged = compressed
    damaged[24] ^= 0x55
    #expect(throws: SignalFileError.self) { try NumPyArray(idxPath: idx(damaged)) }
  }

  @Test("What a small file unpacks to is not waited for where it is too much")
  func bombs() throws {
    // A megabyte of zeros, four thousand times: gzip's files may consist of many.
    let zeros = Process()
    zeros.executableURL = URL(fileURLWithPath: "/bin/sh")
    zeros.arguments = [
      "-c", "head -c 1000000 /dev/zero | gzip -9 > \"$0\"", files.path("zeros.gz"),
    ]
    try zeros.run()
    zeros.waitUntilExit()
    let member = files.bytes("zeros.gz")
    let bomb = Array(repeatElement(member, count: 4000).joined())
    let few = idx(compressed + bomb, "few.gz")
    #expect(throws: SignalFileError.damaged(path: few, problem: "more bytes follow its elements")) {
      try NumPyArray(idxPath: few)
    }
    // Zeros are no header, and 7 elements of a gigabyte in four are cut off.
    #expect(throws: SignalFileError.self) { try NumPyArray(idxPath: idx(bomb, "none.gz")) }
    var lying = compressed
    lying[16] ^= 0xFF
    #expect(throws: SignalFileError.self) { try NumPyArray(idxPath: idx(lying + bomb, "lying.gz")) }
    // Whatever arrives, it is asked before memory is taken whether there is so much.
    var array: [UInt8] = []
    #expect(throws: SignalFileError.self) { try array.makeRoom(for: 1 << 50, of: "bomb.gz") }
    #expect(array.capacity == 0)
  }

  @Test("What is not idx, or not as long as it says, is refused")
  func mistakes() {
    for bytes: [UInt8] in [
      [1, 0, 8, 1, 0, 0, 0, 0], [0, 0, 7, 1, 0, 0, 0, 0], [0, 0, 8, 0], [0, 0, 8],
      [0, 0, 8, 2, 0, 0, 0, 1], [0, 0, 8, 1, 0, 0, 0, 2, 5], [0, 0, 8, 1, 0, 0, 0, 1, 5, 6],
      // A header that promises 2⁶⁴ elements, and one that promises 4 GB.
      [0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255, 1],
      [0, 0, 8, 1, 255, 255, 255, 255, 1],
    ] {
      #expect(throws: SignalFileError.self) { try NumPyArray(idxPath: idx(bytes)) }
    }
    #expect(throws: SignalFileError.missing(path: files.path("none"))) {
      try NumPyArray(idxPath: files.path("none"))
    }
  }

  @Test("A CIFAR-10 batch has labels and colour planes")
  func cifar() throws {
    let pixels = (0..<3072).map { UInt8($0 % 251) }
    let path = files.write([3] + pixels + [9] + pixels.reversed(), "batch.bin")
    let batch = try CIFARBatch(path: path)
    #expect(batch.labels == [3, 9])
    #expect(batch.images == NumPyArray(shape: [2, 3, 32, 32], pixels + pixels.reversed()))
    let short = files.write([3] + pixels.dropLast(), "short.bin")
    #expect(
      throws: SignalFileError.truncated(path: short, expected: 3073, actual: 3072, unit: "bytes")
    ) { try CIFARBatch(path: short) }
    let other = files.write([10] + pixels, "other.bin")
    #expect(
      throws: SignalFileError.unrecognized(path: other, expected: "a binary batch of CIFAR-10")
    ) { try CIFARBatch(path: other) }
  }
}
