// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("PNG images keep their samples")
struct RasterTests {
  let files = TemporaryFiles()

  func read(_ base64: String) throws -> Raster {
    let data = try #require(Data(base64Encoded: base64))
    return try Raster(path: files.write([UInt8](data), "image.png"))
  }

  func isRefused(_ bytes: [UInt8]) -> Bool {
    do throws(SignalFileError) {
      _ = try Raster(path: files.write(bytes, "damaged.png"))
      return false
    } catch {
      return error.kind == .invalidData
    }
  }

  @Test(
    "Every kind of image comes back as it was",
    arguments: [Raster.Channels.grey, .greyAlpha, .color, .colorAlpha])
  func roundTrip(channels: Raster.Channels) throws {
    for (height, width) in [(1, 1), (1, 300), (7, 5), (64, 63)] {
      let count = height * width * channels.rawValue
      let narrow = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7919) }
      let wide = (0..<count).map { UInt16(truncatingIfNeeded: $0 &* 7919) }
      for samples in [Raster.Samples.uint8(narrow), .uint16(wide)] {
        let raster = Raster(height: height, width: width, channels: channels, samples)
        try raster.write(to: files.path("a.png"))
        #expect(try Raster(path: files.path("a.png")) == raster)
      }
    }
  }

  @Test("16 bits that claim a gamma are given as they are")
  func sixteenBits() throws {
    let raster = try read(
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACEAAAAADoj+WFAAAAAXNSR0IArs4c6QAAAARnQU1BAACxjwv8YQUAAAAVSURBV"
        + "HjaY2BgYGBk+A/E9f///wcAEAwEftz/YgkAAAAASUVORK5CYII=")
    let samples: [UInt16] = [0, 1, 255, 256, 32767, 65535]
    #expect(raster == Raster(height: 2, width: 3, channels: .grey, .uint16(samples)))
  }

  @Test("A palette becomes colours, with alpha if it has some that are transparent")
  func palette() throws {
    // Entries 0, 1, 2, 0 of (10, 20, 30), (200, 100, 50), (255, 0, 128).
    let opaque = try read(
      "iVBORw0KGgoAAAANSUhEUgAAAAQAAAABAgMAAACEUudeAAAACVBMVEUKFB7IZDL/AIBBVnGvAAAACklEQVR42mOQAAAAG"
        + "gAZgACOuwAAAABJRU5ErkJggg==")
    let colors: [UInt8] = [10, 20, 30, 200, 100, 50, 255, 0, 128, 10, 20, 30]
    #expect(opaque == Raster(height: 1, width: 4, channels: .color, .uint8(colors)))
    // The same with alpha 255, 128 for the first two.
    let transparent = try read(
      "iVBORw0KGgoAAAANSUhEUgAAAAQAAAABAgMAAACEUudeAAAACVBMVEUKFB7IZDL/AIBBVnGvAAAAAnRSTlP/gAgPs2oAA"
        + "AAKSURBVHjaY5AAAAAaABmAAI67AAAAAElFTkSuQmCC")
    let alpha: [UInt8] = [10, 20, 30, 255, 200, 100, 50, 128, 255, 0, 128, 255, 10, 20, 30, 255]
    #expect(transparent == Raster(height: 1, width: 4, channels: .colorAlpha, .uint8(alpha)))
  }

  @Test("Black and white are 0 and 255")
  func oneBit() throws {
    let raster = try read(
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAQAAAAC1D1u3AAAADElEQVR42mNYwOAAAAIkAOFNFuheAAAAAElFTkSuQmCC"
    )
    let samples: [UInt8] = [255, 0, 255, 0, 255, 0]
    #expect(raster == Raster(height: 2, width: 3, channels: .grey, .uint8(samples)))
  }

  @Test("Interlaced rows are put into order")
  func interlaced() throws {
    let raster = try read(
      "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAAAAAHfA0mvAAAALElEQVR42mNgYGBhcHBhYGJwYlBQUmFgZGZQVGZwdGYQE"
        + "BQSFmEwMDQyNgEAMhkDU6wyjOoAAAAASUVORK5CYII=")
    let samples = (0..<5).flatMap { row in (0..<5).map { UInt8(16 * row + $0) } }
    #expect(raster == Raster(height: 5, width: 5, channels: .grey, .uint8(samples)))
  }

  @Test("Planes are channels, and come back rounded and limited")
  func planes() {
    let raster = Raster(
      height: 1, width: 2, channels: .color, .uint8([1, 2, 3, 4, 5, 6]))
    #expect((0..<3).map(raster.plane) == [[1, 4], [2, 5], [3, 6]])
    #expect(
      Raster(
        height: 1, width: 2, channels: .color, planes: (0..<3).map(raster.plane), bits: 8)
        == raster)
    let odd: [Float] = [-1, 0.4, 0.6, 254.6, 300, .infinity, -.infinity, .nan]
    #expect(
      Raster(height: 2, width: 4, channels: .grey, planes: [odd], bits: 8).samples
        == .uint8([0, 0, 1, 255, 255, 255, 0, 0]))
    #expect(
      Raster(height: 2, width: 4, channels: .grey, planes: [odd], bits: 16).samples
        == .uint16([0, 0, 1, 255, 300, 65535, 0, 0]))
  }

  @Test("A file that is cut, changed or of another kind is refused")
  func damaged() throws {
    let samples = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* $0) }
    try Raster(height: 50, width: 20, channels: .color, .uint8(samples)).write(
      to: files.path("a.png"))
    let bytes = files.bytes("a.png")
    for count in stride(from: 0, to: bytes.count, by: 5) {
      #expect(isRefused(Array(bytes[..<count])), "\(count) of \(bytes.count) bytes")
    }
    // A checksum guards every byte but the signature's, which is checked itself.
    for position in stride(from: 0, to: bytes.count, by: 11) {
      var changed = bytes
      changed[position] ^= 0x10
      #expect(isRefused(changed), "byte \(position) of \(bytes.count)")
    }
    #expect(isRefused(Array("not a picture".utf8)))
    let missing = files.path("none.png")
    #expect(throws: SignalFileError.missing(path: missing)) { try Raster(path: missing) }
  }

  @Test(
    "A huge size that the file cannot hold is refused before memory is taken",
    arguments: [(0x7FFF_FFFF, 0x7FFF_FFFF), (1, 0x7FFF_FFFF), (0x7FFF_FFFF, 1), (300_000, 300_000)])
  func bomb(width: UInt32, height: UInt32) throws {
    try Raster(height: 1, width: 1, channels: .grey, .uint8([7])).write(to: files.path("a.png"))
    var bytes = files.bytes("a.png")
    func put(_ number: UInt32, at place: Int) {
      bytes.replaceSubrange(
        place..<(place + 4), with: (0..<4).map { UInt8(number >> (24 - 8 * $0) & 0xFF) })
    }
    put(width, at: 16)
    put(height, at: 20)
    put(crc32(bytes[12..<29]), at: 29)
    let path = files.write(bytes, "bomb.png")
    #expect(
      throws: SignalFileError.damaged(path: path, problem: "it is too short for its size")
    ) { try Raster(path: path) }
  }

  @Test("An image that cannot be written leaves nothing behind")
  func unwritable() {
    let raster = Raster(height: 1, width: 1, channels: .grey, .uint8([7]))
    #expect { try raster.write(to: files.path("none/a.png")) } throws: {
      ($0 as? SignalFileError)?.kind == .cannotCreateOutput
    }
    #expect { try raster.write(to: "/dev/full") } throws: {
      ($0 as? SignalFileError)?.kind == .inputOutput
    }
    #expect(files.names == [])
  }
}

/// The checksum of PNG's chunks (ISO 3309), bit by bit.
private func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  var sum = UInt32.max
  for byte in bytes {
    sum ^= UInt32(byte)
    for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
  }
  return ~sum
}
