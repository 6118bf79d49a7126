// SPDX-License-Identifier: MIT

import Platform

/// Adds recordings to an index, one process at a time.
package struct RecordingIndexWriter: ~Copyable {
  /// As the user gave it.
  package let path: String
  /// What was there when it was opened.
  package let entries: [IndexEntry]
  package private(set) var byteCount: Int
  private let descriptor: CInt

  /// Opens an index, or begins one.
  ///
  /// - Throws: What is there is no index, or another process writes to it.
  package init(path: String, fingerprintVersion: UInt32) throws(SignalFileError) {
    let descriptor = unsafe open(path.systemName, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotCreate(path: path, reason: systemMessage(errno)) }
    let found: (entries: [IndexEntry], byteCount: Int)
    do throws(SignalFileError) {
      found = try begin(descriptor, path, fingerprintVersion)
    } catch {
      close(descriptor)
      throw error
    }
    (entries, byteCount) = found
    (self.path, self.descriptor) = (path, descriptor)
  }

  deinit { close(descriptor) }

  /// Appends an entry with its fingerprint; what cannot be written whole is taken away again.
  package mutating func append(
    _ entry: IndexEntry, words: [UInt32]
  ) throws(SignalFileError) {
    precondition(entry.wordCount == words.count, "the entry tells the number of its words")
    let head = entry.bytes(wordChecksum: checksum(words))
    do throws(SignalFileError) {
      try write(head, descriptor, path)
      try write(words, descriptor, path)
    } catch {
      ftruncate(descriptor, off_t(byteCount))
      throw error
    }
    byteCount += head.count + 4 * words.count
  }

  /// Waits until all that was appended is on the disk.
  package func synchronize() { fsync(descriptor) }
}

/// Takes an index for writing: what is there, and the number of bytes up to which it is whole.
private func begin(
  _ descriptor: CInt, _ path: String, _ fingerprintVersion: UInt32
) throws(SignalFileError) -> ([IndexEntry], Int) {
  guard lockFile(descriptor) else {
    throw .cannotCreate(path: path, reason: "another process writes to it")
  }
  var status = stat()
  guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
    throw .cannotCreate(path: path, reason: "it is not a regular file")
  }
  if status.st_size == 0 {
    let header = RecordingIndex.header(fingerprintVersion: fingerprintVersion)
    try write(header, descriptor, path)
    return ([], header.count)
  }
  let index = try RecordingIndex(path: path, fingerprintVersion: fingerprintVersion)
  let byteCount = index.wholeByteCount
  guard ftruncate(descriptor, off_t(byteCount)) == 0,
    lseek(descriptor, 0, SEEK_END) == off_t(byteCount)
  else { throw .writeFailed(path: path, reason: systemMessage(errno)) }
  return (index.entries, byteCount)
}

private func write<Element>(
  _ elements: [Element], _ descriptor: CInt, _ path: String
) throws(SignalFileError) {
  if let failure = unsafe elements.withUnsafeBytes({ unsafe writeAll($0, to: descriptor) }) {
    throw .writeFailed(path: path, reason: failure)
  }
}
