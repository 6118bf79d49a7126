// SPDX-License-Identifier: MIT

extension NumPyArray {
  /// Reads a file in the format "idx" of the MNIST data sets (`train-images-idx3-ubyte`), plain or
  /// compressed by gzip.
  ///
  /// The format: two zero bytes, a byte for the type of the elements, one for the number of
  /// dimensions, each dimension as a big-endian number of 32 bits, and the elements, big-endian,
  /// the last index fastest (LeCun, Cortes and Burges, "The MNIST database").
  ///
  /// - Throws: ``SignalFileError`` if the file is not of this format, or shorter or longer than its
  ///   header says.
  /// - Complexity: O(size of the file).
  public init(idxPath path: String) throws(SignalFileError) {
    let file = try CompressedFile(path: path)
    let head = try file.read(4)
    guard head.count == 4, head[0] == 0, head[1] == 0, head[3] > 0,
      let size = elementSizes[head[2]]
    else { throw .unrecognized(path: path, expected: "an array in the idx format of MNIST") }
    let extents = try file.read(4 * Int(head[3]))
    guard extents.count == 4 * Int(head[3]) else {
      throw .truncated(
        path: path, expected: 4 * Int(head[3]), actual: extents.count, unit: "bytes of header")
    }
    let shape = (0..<Int(head[3])).map { dimension in
      extents[4 * dimension..<4 * dimension + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    guard let count = elementCount(of: shape), count <= Int.max / size else {
      throw .damaged(path: path, problem: "its shape \(shape) exceeds any memory")
    }
    let bytes = try file.read(count * size)
    guard bytes.count == count * size else {
      throw .truncated(
        path: path, expected: count * size, actual: bytes.count, unit: "bytes of elements")
    }
    guard try file.read(1).isEmpty else {
      throw .damaged(path: path, problem: "more bytes follow its elements")
    }
    // Beside the bytes stand the elements that they are turned into.
    if size > 1 { try requireMemory(count * size, for: path) }
    switch head[2] {
    case 0x08: self.init(shape: shape, bytes)
    case 0x09: self.init(shape: shape, bytes.map { Int8(bitPattern: $0) })
    case 0x0B: self.init(shape: shape, words(bytes, Int16.self))
    case 0x0C: self.init(shape: shape, words(bytes, Int32.self))
    case 0x0D: self.init(shape: shape, words(bytes, UInt32.self).map { Float(bitPattern: $0) })
    default: self.init(shape: shape, words(bytes, UInt64.self).map { Double(bitPattern: $0) })
    }
  }
}

/// The number of bytes of an element by its type's code.
private let elementSizes: [UInt8: Int] = [0x08: 1, 0x09: 1, 0x0B: 2, 0x0C: 4, 0x0D: 4, 0x0E: 8]

/// Big-endian whole numbers.
private func words<Word: FixedWidthInteger>(_ bytes: [UInt8], _: Word.Type) -> [Word] {
  let size = Word.bitWidth / 8
  return (0..<bytes.count / size).map { index in
    bytes[index * size..<(index + 1) * size].reduce(0) { $0 << 8 | Word(truncatingIfNeeded: $1) }
  }
}
