// SPDX-License-Identifier: MIT

import ComputeSupport
import Testing

@Suite("Work for which there is no memory")
struct OutOfMemoryTests {
  @Test("is given up where it is isolated, on whatever thread it is, and its caller goes on")
  func isolation() throws {
    #expect(try OutOfMemory.isolate { 7 }.get() == 7)
    let own = OutOfMemory.isolate {
      OutOfMemory.check(byteCount: .max)
      return 7
    }
    #expect(throws: OutOfMemory.Shortage.self) { try own.get() }
    let shared = OutOfMemory.isolate {
      forEachPiece(64, threads: 4) { piece, _ in
        if piece % 16 == 15 { OutOfMemory.check(byteCount: .max) }
      }
      return 7
    }
    #expect(throws: OutOfMemory.Shortage.self) { try shared.get() }
    #expect(try OutOfMemory.isolate { 7 }.get() == 7)
  }
}
