// SPDX-License-Identifier: MIT

import SignalFiles
import TestSupport
import Testing

@Suite("Names of files")
struct FileNameTests {
  /// Bytes of every role in UTF-8, and some that have none.
  private static let roles: [UInt8] = [
    0x2F, 0x61, 0x80, 0xBB, 0xBF, 0xC0, 0xC3, 0xE9, 0xED, 0xA0, 0xF4, 0x8F, 0xF8, 0xFF,
  ]

  @Test("come back byte by byte, and no two have one String", arguments: roles)
  func roundTrip(first: UInt8) {
    var names: Set<[UInt8]> = []
    var strings: Set<String> = []
    for second in Self.roles {
      for third in Self.roles {
        for fourth in Self.roles {
          let bytes = [first, second, third, fourth]
          let name = String(fileName: bytes)
          #expect(name.fileNameBytes == bytes)
          names.insert(bytes)
          strings.insert(name)
        }
      }
    }
    #expect(strings.count == names.count)
  }

  @Test("in UTF-8 are what they are, also where they hold what stands for other bytes")
  func unicode() {
    #expect(String(fileName: "café/αβγ 🎧.wav".utf8) == "café/αβγ 🎧.wav")
    #expect(String(fileName: []).isEmpty)
    let standIn = "a\u{10FEE9}b"
    #expect(Array(String(fileName: standIn.utf8).fileNameBytes) == Array(standIn.utf8))
    #expect(standIn.fileNameBytes == [0x61, 0xE9, 0x62])
  }

  @Test("are printed with U+FFFD for what is not UTF-8")
  func printable() {
    #expect(String(fileName: [0x63, 0xE9, 0x2E, 0x77]).printable == "c\u{FFFD}.w")
    #expect("café".printable == "café")
  }

  @Test("a file is written and read under a name that is not UTF-8")
  func file() throws {
    let files = TemporaryFiles()
    let path = files.path("x") + String(fileName: [0xE9, 0xFF])
    try writeFile(("text").utf8, to: path)
    #expect(try readText(path: path) == "text")
    #expect(throws: SignalFileError.missing(path: path.printable)) {
      try readText(path: path.printable)
    }
  }
}
