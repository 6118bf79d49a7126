// SPDX-License-Identifier: MIT

import Platform

// Names of files on Unix are bytes, and old ones need not be UTF-8. A byte that no String holds
// stands there as a character for private use; what is printed has U+FFFD in its place.

/// The number of the character that stands for the byte 0, in the last plane for private use.
private let firstStandIn: UInt32 = 0x10_FE00

/// Those of the bytes that are no ASCII characters.
private let standIns: ClosedRange<UInt32> = firstStandIn + 0x80...firstStandIn + 0xFF

extension String {
  /// The name with these bytes, whatever they are.
  package init(fileName bytes: some Collection<UInt8>) {
    self.init()
    var rest = bytes[...]
    while !rest.isEmpty {
      var parser = Unicode.UTF8.ForwardParser()
      var iterator = rest.makeIterator()
      switch parser.parseScalar(from: &iterator) {
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        if standIns.contains(scalar.value) {
          // Of a name that has one of them itself, every byte is replaced: the way back is unique.
          for byte in encoded { unicodeScalars.append(standIn(byte)) }
        } else {
          unicodeScalars.append(scalar)
        }
        rest = rest.dropFirst(encoded.count)
      case .error(let length):
        for byte in rest.prefix(length) { unicodeScalars.append(standIn(byte)) }
        rest = rest.dropFirst(length)
      case .emptyInput:
        return
      }
    }
  }

  /// The name that the system tells, up to its zero.
  @unsafe package init(systemName name: UnsafePointer<CChar>) {
    unsafe self.init(
      fileName: UnsafeBufferPointer(start: name, count: strlen(name)).map(UInt8.init(bitPattern:)))
  }

  /// The bytes of the name.
  package var fileNameBytes: [UInt8] {
    var bytes: [UInt8] = []
    for scalar in unicodeScalars {
      if standIns.contains(scalar.value) {
        bytes.append(UInt8(truncatingIfNeeded: scalar.value - firstStandIn))
      } else {
        bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
      }
    }
    return bytes
  }

  /// The name as the system's functions take it: its bytes and a zero.
  package var systemName: [CChar] { fileNameBytes.map(CChar.init(bitPattern:)) + [0] }

  /// The text with U+FFFD for each byte that is no part of UTF-8.
  package var printable: String {
    guard unicodeScalars.contains(where: { standIns.contains($0.value) }) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      text.unicodeScalars.append(standIns.contains(scalar.value) ? "\u{FFFD}" : scalar)
    }
    return text
  }
}

/// The path of the file that `path` leads to by symbolic links; nil if there is none.
package func resolvedPath(_ path: String) -> String? {
  guard let real = unsafe realpath(path.systemName, nil) else { return nil }
  defer { unsafe free(real) }
  return unsafe String(systemName: real)
}

/// The character that stands for a byte.
private func standIn(_ byte: UInt8) -> Unicode.Scalar {
  Unicode.Scalar(firstStandIn + UInt32(byte)) ?? "\u{FFFD}"
}
