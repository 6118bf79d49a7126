// SPDX-License-Identifier: MIT

import Platform
import SignalFiles
import TestSupport
import Testing

@Suite("Parts of files that stand beside the samples may say anything")
struct LyingChunkTests {
  let files = TemporaryFiles()
  private let samples: [UInt8] = (0..<200).map { UInt8($0) }

  private func chunk(_ name: String, _ body: [UInt8], announcing size: UInt32? = nil) -> [UInt8] {
    let size = size ?? UInt32(body.count)
    return Array(name.utf8) + (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + body
      + [UInt8](repeating: 0, count: body.count % 2)
  }

  /// A file of 100 samples at 8 kHz, with chunks before and behind them.
  private func wave(_ before: [UInt8], _ behind: [UInt8] = []) -> [UInt8] {
    let format: [UInt8] = [1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0]
    let body = chunk("fmt ", format) + before + chunk("data", samples) + behind
    return chunk("RIFF", Array("WAVE".utf8) + body)
  }

  @Test(
    "Lists of texts whose parts have no room in them",
    arguments: [0xFFFF_FFF8, 0xFFFF_FFFF, 0x7FFF_FFFF, 1000] as [UInt32])
  func lists(size: UInt32) throws {
    let part = chunk("INAM", [65, 0], announcing: size)
    for kind in ["INFO", "adtl", "none"] {
      let list = chunk("LIST", Array(kind.utf8) + part + part)
      for bytes in [wave(list), wave([], list)] {
        let path = files.write(bytes, "a.wav")
        #expect(try AudioRecording(path: path).frameCount == 100)
      }
    }
  }

  @Test("A list behind the samples that ends behind the file's end")
  func cutList() throws {
    for size: UInt32 in [30, 0xFFFF_FF4E] {
      let list = chunk("LIST", Array("INFO".utf8) + [UInt8](repeating: 255, count: 8))
      let path = files.write(
        wave([], chunk("LIST", Array(list.dropFirst(8)), announcing: size)), "a.wav")
      #expect(try AudioRecording(path: path).frameCount == 100)
    }
  }

  @Test("Texts that are sound are read")
  func texts() throws {
    let list = chunk("LIST", Array("INFO".utf8) + chunk("INAM", Array("A title".utf8) + [0]))
    for bytes in [wave(list), wave([], list)] {
      #expect(
        try AudioReader(path: files.write(bytes, "a.wav")).tags[.title] == "A title")
    }
  }

  @Test("Times of day that no clock has stay as they are")
  func times() throws {
    var broadcast = [UInt8](repeating: 0, count: 602)
    // The time, whose highest byte is the last.
    for byte in 338..<345 { broadcast[byte] = 0xFF }
    broadcast[345] = 0x7F
    let text =
      "<X><TIMESTAMP_SAMPLE_RATE>1</TIMESTAMP_SAMPLE_RATE>"
      + "<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>4294967295</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>"
      + "<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>5</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO></X>"
    let bytes = wave(chunk("bext", broadcast) + chunk("iXML", Array(text.utf8)))
    let chunks = try AudioReader(path: files.write(bytes, "a.wav")).productionChunks
    #expect(chunks.timeReference == Int.max)
    let moved = chunks.moved(to: 10, from: 8000, to: 192_000, frameCount: 100)
    #expect(moved.timeReference == Int.max)
    #expect(moved.iXMLText?.contains("HI>4294967295<") == true)
  }

  @Test("What stands beside the samples is read from a pipe too")
  func pipe() throws {
    let pipe = files.path("pipe.wav")
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    // Opened for both, so that neither side waits; the file is shorter than what a pipe holds.
    let descriptor = unsafe open(pipe, O_RDWR)
    defer { close(descriptor) }
    let bytes = wave(chunk("iXML", Array("<X></X>".utf8)))
    #expect(unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) } > 0)
    // Whether libsndfile reads this kind of file from a pipe is its own affair.
    _ = try? AudioReader(path: pipe).productionChunks
  }

  @Test("A text of an image that announces a gigabyte")
  func imageText() throws {
    try Raster(height: 1, width: 1, channels: .grey, planes: [[7]], bits: 8)
      .write(to: files.path("a.png"))
    var bytes = files.bytes("a.png")
    bytes.replaceSubrange(33..<33, with: [0x4B, 0, 0, 0] + Array("tEXt".utf8))
    let path = files.write(bytes, "b.png")
    #expect(throws: SignalFileError.self) { try Raster(path: path) }
  }

  @Test("Thousands of dimensions of one element in Fortran order")
  func dimensions() throws {
    let ones = String(repeating: "1, ", count: 20_000)
    let text = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, \(ones)2000), }\n"
    let length = (0..<4).map { UInt8(truncatingIfNeeded: text.utf8.count >> (8 * $0)) }
    let elements = (0..<4000).map { UInt8(truncatingIfNeeded: $0 % 2) }
    let path = files.write(
      [0x93] + Array("NUMPY".utf8) + [2, 0] + length + Array(text.utf8) + elements, "a.npy")
    let array = try NumPyArray(path: path)
    #expect(array.shape.count == 20_002)
    #expect([UInt8](array) == (0..<4000).map { $0 < 2000 ? 0 : 1 })
  }
}
