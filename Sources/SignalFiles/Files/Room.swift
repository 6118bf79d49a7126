// SPDX-License-Identifier: MIT

internal import ComputeSupport

/// Throws where memory has no room for so many more bytes.
package func requireMemory(
  _ byteCount: Int, for path: String
) throws(SignalFileError) {
  // Fewer are not worth the question.
  guard byteCount > 1 << 20 else { return }
  let available = availableMemory()
  guard byteCount <= available else {
    throw .tooLarge(path: path, byteCount: byteCount, available: available)
  }
}

extension Array {
  /// Makes room for elements of the file `path` that have arrived: no number that a file holds decides
  /// about memory before they do.
  package mutating func makeRoom(for more: Int, of path: String) throws(SignalFileError) {
    guard count + more > capacity else { return }
    let larger = Swift.max(count + more, 2 * capacity)
    try requireMemory(larger * MemoryLayout<Element>.stride, for: path)
    reserveCapacity(larger)
  }
}
