// SPDX-License-Identifier: MIT

/// The header of a `.npy` file: the type of the elements, their order, and the shape.
///
/// Source of the format: NumPy's documentation of `numpy.lib.format`, versions 1.0 to 3.0.
struct NumPyHeader: Equatable {
  /// NumPy's letter for the kind of number: `b`, `i`, `u`, `f` or `c`.
  var kind: Character
  var size: Int
  var isBigEndian: Bool
  var isFortranOrder: Bool
  var shape: [Int]

  /// What the file begins with, before the version.
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  init(_ array: NumPyArray) {
    kind = array.elementType.kind
    size = array.elementType.size
    isBigEndian = false
    isFortranOrder = false
    shape = array.shape
  }

  /// Understands the header's text, a Python dictionary such as
  /// `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
  ///
  /// Errors are about the file `path`.
  init(parsing text: String, path: String) throws(SignalFileError) {
    var scanner = Scanner(path: path, rest: text[...])
    var descriptor: String?
    var order: Bool?
    var shape: [Int]?
    try scanner.expect("{")
    while !scanner.take("}") {
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "descr" where descriptor == nil:
        guard !scanner.take("[") else { throw unsupported("records", path) }
        descriptor = try scanner.string()
      case "fortran_order" where order == nil: order = try scanner.boolean()
      case "shape" where shape == nil: shape = try scanner.tuple()
      default: throw scanner.damaged("unexpected key '\(key)'")
      }
      if !scanner.take(",") {
        try scanner.expect("}")
        break
      }
    }
    guard scanner.isAtEnd else { throw scanner.damaged("text after the header's end") }
    guard let descriptor else { throw scanner.damaged("no 'descr'") }
    guard let order else { throw scanner.damaged("no 'fortran_order'") }
    guard let shape else { throw scanner.damaged("no 'shape'") }
    self.shape = shape
    isFortranOrder = order

    var rest = descriptor[...]
    let mark = rest.first
    isBigEndian = mark == ">"
    if let mark, "<>|=".contains(mark) { rest.removeFirst() }
    guard let kind = rest.popFirst(), let size = Int(rest),
      ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]
        .contains("\(kind)\(size)")
    else {
      throw unsupported("elements of type '\(descriptor)'", path)
    }
    self.kind = kind
    self.size = size
  }

  /// The file's beginning: magic, version 1.0, and the header, padded so that the elements start at
  /// a multiple of 64 bytes.
  var bytes: [UInt8] {
    let order = size == 1 ? "|" : "<"
    let extents = shape.map(String.init).joined(separator: ", ")
    let tuple = shape.count == 1 ? "(\(extents),)" : "(\(extents))"
    var text = "{'descr': '\(order)\(kind)\(size)', 'fortran_order': False, 'shape': \(tuple), }"
    // NumPy leaves room for the first extent to grow to 21 digits, for files that are appended to.
    if let first = shape.first {
      text += String(repeating: " ", count: 21 - String(first).count)
    }
    let unpadded = Self.magic.count + 4 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = text.utf8.count
    if length <= 0xFFFF {
      return Self.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + text.utf8
    }
    // Thousands of dimensions: version 2.0, whose length has 32 bits.
    return Self.magic + [2, 0] + (0..<4).map { UInt8(length >> (8 * $0) & 0xFF) } + text.utf8
  }
}

/// The header is sound, and the elements are none of those that are read here.
private func unsupported(_ elements: String, _ path: String) -> SignalFileError {
  .wrongShape(path: path, expected: "a type of number up to complex128", actual: elements)
}

/// Reads the few forms of Python that occur in a header.
private struct Scanner {
  let path: String
  var rest: Substring

  func damaged(_ problem: String) -> SignalFileError { .damaged(path: path, problem: problem) }

  private mutating func skipSpace() { rest = rest.drop { $0.isWhitespace } }

  var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

  mutating func take(_ token: String) -> Bool {
    skipSpace()
    guard rest.hasPrefix(token) else { return false }
    rest.removeFirst(token.count)
    return true
  }

  mutating func expect(_ token: String) throws(SignalFileError) {
    guard take(token) else { throw damaged("'\(token)' is missing from its header") }
  }

  mutating func string() throws(SignalFileError) -> String {
    skipSpace()
    guard let quote = rest.first, quote == "'" || quote == "\"" else {
      throw damaged("a text is missing from its header")
    }
    rest.removeFirst()
    guard let end = rest.firstIndex(of: quote) else {
      throw damaged("a text of its header has no end")
    }
    defer { rest = rest[rest.index(after: end)...] }
    return String(rest[..<end])
  }

  mutating func boolean() throws(SignalFileError) -> Bool {
    if take("True") { return true }
    if take("False") { return false }
    throw damaged("'fortran_order' is neither True nor False")
  }

  mutating func tuple() throws(SignalFileError) -> [Int] {
    try expect("(")
    var extents: [Int] = []
    while !take(")") {
      skipSpace()
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let extent = Int(digits) else { throw damaged("a bad number in its shape") }
      rest.removeFirst(digits.count)
      _ = take("L")  // Python 2 wrote its long integers so.
      extents.append(extent)
      if !take(",") {
        try expect(")")
        break
      }
    }
    return extents
  }
}
