// SPDX-License-Identifier: MIT

import Platform

/// A file of fingerprints of many recordings, which grows by appending.
///
/// After 16 bytes that say what it is come entries one after the other, each with its fingerprint
/// behind it as 32-bit words. A last entry that was not written to its end, because the process was
/// killed, does not count, and is overwritten by the next one. Fingerprints are read when they are
/// asked for, so that memory does not grow with the index.
package struct RecordingIndex: ~Copyable, Sendable {
  private let input: InputFile
  /// The entries in the order in which they were written, each with the place of its fingerprint.
  private let places: [(entry: IndexEntry, offset: Int, checksum: UInt32)]
  /// The number of bytes up to the end of the last entry that is whole.
  let wholeByteCount: Int

  package var path: String { input.path }
  package var entries: [IndexEntry] { places.map(\.entry) }

  /// The version of the format.
  static var version: UInt32 { 1 }
  static var headerLength: Int { 16 }
  private static var signature: [UInt8] { [0x89] + Array("OVLIDX\n".utf8) }

  /// What a file begins with whose words are those of fingerprints of this version.
  static func header(fingerprintVersion: UInt32) -> [UInt8] {
    var bytes = signature
    bytes.append(little: version)
    bytes.append(little: fingerprintVersion)
    return bytes
  }

  /// Whether the file at a path is an index, of whatever version.
  package static func isIndex(_ path: String) -> Bool {
    guard let input = try? InputFile(path: path), input.byteCount != nil else { return false }
    return input.bytes(at: 0, count: signature.count) == signature
  }

  /// Opens an index and reads its entries: O(number of recordings).
  package init(path: String, fingerprintVersion: UInt32) throws(SignalFileError) {
    let input = try InputFile(path: path)
    let size = try input.regularByteCount()
    let header = input.bytes(at: 0, count: Self.headerLength)
    guard header.starts(with: Self.signature), header.count == Self.headerLength else {
      throw .unrecognized(path: path, expected: "an index of recordings, as `overlap index` makes")
    }
    guard header == Self.header(fingerprintVersion: fingerprintVersion) else {
      throw .unrecognized(
        path: path,
        expected: "an index of version \(Self.version).\(fingerprintVersion), but one of "
          + "\(header.little(at: 8) as UInt32).\(header.little(at: 12) as UInt32): make it again")
    }
    var places: [(entry: IndexEntry, offset: Int, checksum: UInt32)] = []
    var position = Self.headerLength
    while let length = IndexEntry.length(input.bytes(at: position, count: IndexEntry.headLength)) {
      let bytes = input.bytes(at: position, count: length)
      guard bytes.count == length, let entry = IndexEntry(bytes) else { break }
      let (start, wordBytes) = (position + length, 4 * entry.wordCount)
      guard wordBytes <= size - start else { break }
      places.append((entry, start, IndexEntry.wordChecksum(bytes)))
      position = start + wordBytes
    }
    self.input = input
    self.places = places
    wholeByteCount = position
  }

  /// The fingerprint of entry `index`; throws if it is damaged.
  package func words(_ index: Int) throws(SignalFileError) -> [UInt32] {
    let (entry, offset, sum) = places[index]
    // A file may have holes: its size is no measure of what was written.
    try requireMemory(4 * entry.wordCount, for: path)
    var words = [UInt32](repeating: 0, count: entry.wordCount)
    let failure = unsafe words.withUnsafeMutableBytes { unsafe input.read(at: offset, into: $0) }
    if let failure { throw .readFailed(path: path, reason: failure) }
    guard checksum(words) == sum else {
      throw .damaged(path: path, problem: "what it holds of \(entry.path) was altered")
    }
    return words
  }
}
