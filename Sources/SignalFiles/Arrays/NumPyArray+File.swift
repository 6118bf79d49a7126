// SPDX-License-Identifier: MIT

import ComplexModule

extension NumPyArray {
  /// Reads a `.npy` file.
  ///
  /// Numbers of any byte order and arrays in C or Fortran order are taken; half precision becomes
  /// single.
  ///
  /// - Throws: ``SignalFileError``: no such file, not a `.npy` file, a damaged or truncated one, or one
  ///   of texts, objects or records.
  /// - Complexity: O(size of the file).
  public init(path: String) throws(SignalFileError) {
    let input = try InputFile(path: path)
    let source = try ElementSource(in: input)
    let shape = source.header.shape
    switch (source.header.kind, source.header.size) {
    case ("i", 1): self.init(shape: shape, try source.read(input, 0 as Int8))
    case ("i", 2): self.init(shape: shape, try source.read(input, 0 as Int16))
    case ("i", 4): self.init(shape: shape, try source.read(input, 0 as Int32))
    case ("i", 8): self.init(shape: shape, try source.read(input, 0 as Int64))
    case ("b", 1), ("u", 1): self.init(shape: shape, try source.read(input, 0 as UInt8))
    case ("u", 2): self.init(shape: shape, try source.read(input, 0 as UInt16))
    case ("u", 4): self.init(shape: shape, try source.read(input, 0 as UInt32))
    case ("u", 8): self.init(shape: shape, try source.read(input, 0 as UInt64))
    case ("f", 2): self.init(shape: shape, try source.read(input, 0 as UInt16).map(widened))
    case ("f", 4): self.init(shape: shape, try source.read(input, 0 as Float))
    case ("f", 8): self.init(shape: shape, try source.read(input, 0 as Double))
    case ("c", 8): self.init(shape: shape, try source.read(input, Complex<Float>.zero))
    case ("c", 16): self.init(shape: shape, try source.read(input, Complex<Double>.zero))
    default: preconditionFailure("the header lets no other types pass")
    }
  }

  /// The shape of the array in a file, whose elements are not read; they are all there.
  package static func shape(ofFile path: String) throws(SignalFileError) -> [Int] {
    try ElementSource(in: InputFile(path: path)).header.shape
  }

  /// Writes a `.npy` file, byte for byte as NumPy does; it appears when it is complete.
  ///
  /// - Throws: ``SignalFileError/cannotCreate(path:reason:)``,
  ///   ``SignalFileError/writeFailed(path:reason:)``.
  /// - Complexity: O(size of the file).
  public func write(to path: String) throws(SignalFileError) {
    try Self.write([(path, self)])
  }

  /// Writes several `.npy` files, none of which appears unless all of them can be written.
  package static func write(
    _ files: some Collection<(path: String, array: NumPyArray)>
  ) throws(SignalFileError) {
    guard let (path, array) = files.first else { return }
    var file = try PendingArrayFile(array, path: path)
    try write(Array(files.dropFirst()))
    try file.commit()
  }
}

/// Where the elements of a file are and how they are laid out.
private struct ElementSource {
  let header: NumPyHeader
  private let start: Int
  private let count: Int

  /// Reads the header, and makes sure that the file has as many elements as it says.
  init(in input: borrowing InputFile) throws(SignalFileError) {
    let (path, byteCount) = (input.path, try input.regularByteCount())
    let head = input.bytes(at: 0, count: 12)
    guard head.starts(with: NumPyHeader.magic) else {
      throw .unrecognized(path: path, expected: "an array in NumPy's .npy format")
    }
    guard head.count == 12, 1...3 ~= head[6], head[7] == 0 else {
      throw .damaged(path: path, problem: "its header is of no known version")
    }
    let lengthSize = head[6] == 1 ? 2 : 4
    let length = (0..<lengthSize).reduce(0) { $0 | Int(head[8 + $1]) << (8 * $1) }
    start = 8 + lengthSize + length
    guard start <= byteCount else {
      throw .truncated(path: path, expected: start, actual: byteCount, unit: "bytes of header")
    }
    let text = input.bytes(at: 8 + lengthSize, count: length)
    header = try NumPyHeader(parsing: String(decoding: text, as: UTF8.self), path: path)
    guard let count = elementCount(of: header.shape), count <= Int.max / header.size else {
      throw .damaged(path: path, problem: "its shape \(header.shape) exceeds any memory")
    }
    self.count = count
    let (expected, actual) = (count * header.size, byteCount - start)
    guard actual >= expected else {
      throw .truncated(path: path, expected: expected, actual: actual, unit: "bytes of elements")
    }
    guard actual == expected else {
      throw .damaged(path: path, problem: "\(actual - expected) bytes follow its elements")
    }
  }

  /// Reads all elements in C order; `zero` tells their type.
  func read<Element>(
    _ input: borrowing InputFile, _ zero: Element
  ) throws(SignalFileError) -> [Element] {
    // In Fortran order they are put into another array.
    let copies = header.isFortranOrder && header.shape.count > 1 ? 2 : 1
    try requireMemory(copies * count * MemoryLayout<Element>.stride, for: input.path)
    var elements = [Element](repeating: zero, count: count)
    let parts = header.kind == "c" ? header.size / 2 : header.size
    let failure = unsafe elements.withUnsafeMutableBytes { buffer in
      // Every pattern of bytes is a value of each of the element types.
      let failure = unsafe input.read(at: start, into: buffer)
      if header.isBigEndian && parts > 1 { unsafe reverseBytes(of: buffer, size: parts) }
      return failure
    }
    if let failure { throw .readFailed(path: input.path, reason: failure) }
    guard header.isFortranOrder, header.shape.count > 1, count > 0 else { return elements }
    // Dimensions of one element change no order, and there may be thousands.
    return inCOrder(elements, shape: header.shape.filter { $0 != 1 })
  }
}

/// Reverses each group of `size` bytes.
@unsafe private func reverseBytes(of buffer: UnsafeMutableRawBufferPointer, size: Int) {
  for start in stride(from: 0, to: buffer.count, by: size) {
    for offset in 0..<size / 2 { unsafe buffer.swapAt(start + offset, start + size - 1 - offset) }
  }
}

/// Elements in Fortran order (the first index runs fastest) put into C order.
private func inCOrder<Element>(_ elements: [Element], shape: [Int]) -> [Element] {
  var result: [Element] = []
  result.reserveCapacity(elements.count)
  var strides = [1]
  for extent in shape.dropLast() { strides.append(strides[strides.count - 1] * extent) }
  var index = [Int](repeating: 0, count: shape.count)
  var position = 0
  for _ in elements.indices {
    result.append(elements[position])
    var dimension = shape.count - 1
    while dimension >= 0 {
      index[dimension] += 1
      position += strides[dimension]
      if index[dimension] < shape[dimension] { break }
      position -= strides[dimension] * shape[dimension]
      index[dimension] = 0
      dimension -= 1
    }
  }
  return result
}

/// A `.npy` file that is written and has not got its name yet: for one that is to appear together
/// with another file, or not at all. It leaves nothing behind without ``commit()``.
package struct PendingArrayFile: ~Copyable {
  private var file: AtomicFile

  /// Writes an array next to the place of the file `path`.
  package init(_ array: NumPyArray, path: String) throws(SignalFileError) {
    var file = try AtomicFile(path: path)
    try file.write(NumPyHeader(array).bytes)
    switch array.values {
    case .int8(let values): try file.write(values)
    case .int16(let values): try file.write(values)
    case .int32(let values): try file.write(values)
    case .int64(let values): try file.write(values)
    case .uint8(let values): try file.write(values)
    case .uint16(let values): try file.write(values)
    case .uint32(let values): try file.write(values)
    case .uint64(let values): try file.write(values)
    case .float16(let values): try file.write(values)
    case .float32(let values): try file.write(values)
    case .float64(let values): try file.write(values)
    case .complex64(let values): try file.write(values)
    case .complex128(let values): try file.write(values)
    }
    self.file = file
  }

  package mutating func commit() throws(SignalFileError) { try file.commit() }
}
