// SPDX-License-Identifier: MIT

import ComplexModule
import RealModule
import SignalFiles
import TestSupport
import Testing

@Suite("NumPy arrays are read and written as NumPy does")
struct NumPyArrayTests {
  let files = TemporaryFiles()

  /// A file of version 1.0 (2, 3) with the given header and elements.
  func file(_ header: String, _ elements: [UInt8], version: UInt8 = 1) -> String {
    let length = header.utf8.count
    let size = version == 1 ? 2 : 4
    let bytes =
      [0x93] + Array("NUMPY".utf8) + [version, 0]
      + (0..<size).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
    return files.write(bytes + elements, "array.npy")
  }

  /// A header of an array in C order.
  func header(_ descriptor: String, _ shape: String, fortran: Bool = false) -> String {
    "{'descr': '\(descriptor)', 'fortran_order': \(fortran ? "True" : "False"), "
      + "'shape': \(shape), }\n"
  }

  func error(_ header: String, _ elements: [UInt8] = [], version: UInt8 = 1) -> SignalFileError? {
    do throws(SignalFileError) {
      _ = try NumPyArray(path: file(header, elements, version: version))
      return nil
    } catch {
      return error
    }
  }

  @Test("Every type of element comes back as it was")
  func roundTrip() throws {
    func check<Element: NumPyElement>(_ values: [Element], _ name: String) throws {
      let shapes = [[values.count], [1, values.count], [values.count, 1, 1]]
      for shape in shapes {
        let array = NumPyArray(shape: shape, values)
        #expect(array.elementType.rawValue == name)
        try array.write(to: files.path("a.npy"))
        #expect(try NumPyArray(path: files.path("a.npy")) == array)
      }
    }
    try check([0, 1, -1, Int8.min, Int8.max], "int8")
    try check([0, 1, -1, Int16.min, Int16.max], "int16")
    try check([0, 1, -1, Int32.min, Int32.max], "int32")
    try check([0, 1, -1, Int64.min, Int64.max], "int64")
    try check([0, 1, -1, Int.min, Int.max], "int64")
    try check([0, 1, UInt8.max], "uint8")
    try check([0, 1, UInt16.max], "uint16")
    try check([0, 1, UInt32.max], "uint32")
    try check([0, 1, UInt64.max], "uint64")
    try check(
      [0, -1.5, .infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude] as [Float],
      "float32")
    try check(
      [0, -1.5, .infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude] as [Double],
      "float64")
    try check([Complex<Float>(1, -2), Complex(0, 3.5)], "complex64")
    try check([Complex<Double>(1, -2), Complex(0, 3.5)], "complex128")
  }

  @Test("A written file is byte for byte NumPy's")
  func bytes() throws {
    // numpy.save of array([1.5, -2, inf], '<f4')
    try NumPyArray(shape: [3], [1.5, -2, .infinity] as [Float]).write(to: files.path("a.npy"))
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }"
    let expected: [UInt8] =
      [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 0x76, 0] + Array(text.utf8)
      + [UInt8](repeating: 0x20, count: 117 - text.utf8.count)
      + [0x0A, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0x80, 0x7F]
    #expect(files.bytes("a.npy") == expected)
  }

  @Test("Shapes of no, one and many dimensions, and of no elements")
  func shapes() throws {
    for shape in [[], [0], [5, 0], [0, 7], [1], [2, 3, 4], [1, 1, 1, 1, 1, 1, 3]] {
      let count = shape.reduce(1, *)
      let array = NumPyArray(shape: shape, Array(0..<count))
      try array.write(to: files.path("a.npy"))
      let read = try NumPyArray(path: files.path("a.npy"))
      #expect(read == array)
      #expect(read.shape == shape)
      #expect(read.count == count)
    }
  }

  @Test("Extents beyond all memory hold nothing where one of them is zero")
  func hugeEmptyShapes() throws {
    let huge = Int.max
    for shape in [[huge, huge, 0, 1], [0, huge, huge], [huge, 2, 0]] {
      let text = "(" + shape.map(String.init).joined(separator: ", ") + ")"
      for fortran in [false, true] {
        let array = try NumPyArray(path: file(header("<f4", text, fortran: fortran), []))
        #expect(array.shape == shape)
        #expect(array.count == 0)
      }
    }
  }

  @Test("Fortran order and big-endian numbers are put right")
  func order() throws {
    let big: [UInt8] = [0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5]
    #expect(
      try NumPyArray(path: file(header(">i2", "(2, 3)"), big))
        == NumPyArray(shape: [2, 3], [0, 1, 2, 3, 4, 5] as [Int16]))
    let column: [UInt8] = [0, 3, 1, 4, 2, 5]
    #expect(
      try NumPyArray(path: file(header("|u1", "(2, 3)", fortran: true), column))
        == NumPyArray(shape: [2, 3], [0, 1, 2, 3, 4, 5] as [UInt8]))
    // A (2, 3, 4) array whose element [i, j, k] is 12 i + 4 j + k, first index fastest.
    var cube: [UInt8] = []
    for k in 0..<4 { for j in 0..<3 { for i in 0..<2 { cube.append(UInt8(12 * i + 4 * j + k)) } } }
    #expect(
      try NumPyArray(path: file(header("|i1", "(2, 3, 4)", fortran: true), cube))
        == NumPyArray(shape: [2, 3, 4], (0..<24).map { Int8($0) }))
    // 3 + 4i: only the parts are reversed, not their order.
    #expect(
      try NumPyArray(path: file(header(">c8", "()"), [0x40, 0x40, 0, 0, 0x40, 0x80, 0, 0]))
        == NumPyArray(shape: [], [Complex<Float>(3, 4)]))
  }

  @Test("Headers in every form that NumPy has written", arguments: [1, 2, 3] as [UInt8])
  func forms(version: UInt8) throws {
    let expected = NumPyArray(shape: [2], [1, 2] as [UInt8])
    for text in [
      header("|u1", "(2,)"),
      "{'descr':'u1','fortran_order':False,'shape':(2,)}",
      "{\"shape\": (2L,), \"fortran_order\": False, \"descr\": \"=u1\"}      \n",
    ] {
      #expect(try NumPyArray(path: file(text, [1, 2], version: version)) == expected)
    }
  }

  @Test("Booleans and half-precision numbers are read as the next type that holds them")
  func widened() throws {
    #expect(
      try NumPyArray(path: file(header("|b1", "(2,)"), [1, 0]))
        == NumPyArray(shape: [2], [1, 0] as [UInt8]))
    let halves: [(UInt16, Float)] = [
      (0x0000, 0), (0x3C00, 1), (0xC000, -2), (0x7BFF, 65504), (0x0001, 0x1p-24),
      (0x03FF, 1023 * 0x1p-24), (0x0400, 0x1p-14), (0x7C00, .infinity), (0xFC00, -.infinity),
      (0x3555, 0.333251953125),
    ]
    let bytes = halves.flatMap { [UInt8($0.0 & 0xFF), UInt8($0.0 >> 8)] }
    #expect(
      try NumPyArray(path: file(header("<f2", "(10,)"), bytes))
        == NumPyArray(shape: [10], halves.map(\.1)))
  }

  @Test(
    "A damaged header is refused",
    arguments: [
      "", "{", "{}", "nonsense", "{'descr': '<f4', 'fortran_order': False}",
      "{'descr': '<f4', 'shape': (1,)}", "{'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': 1, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': 1}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
      "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<f3', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<U4', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693952,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776,)}",
    ])
  func damagedHeader(text: String) {
    #expect(error(text, [0, 0, 0, 0])?.kind == .invalidData)
  }

  @Test(
    "A file of texts, objects or records is sound, and has no numbers",
    arguments: ["'<U4'", "'|O'", "'<f16'", "'<M8[ns]'", "[('a', '<f4')]"])
  func otherElements(descriptor: String) {
    let text = "{'descr': \(descriptor), 'fortran_order': False, 'shape': (1,)}"
    guard case .wrongShape(_, _, let actual) = error(text, [0, 0, 0, 0]) else {
      Issue.record("read as something else")
      return
    }
    #expect(
      actual.contains(descriptor.dropFirst().dropLast()) || actual.contains("records"))
  }

  @Test("A file of the wrong length is refused, however short")
  func length() throws {
    try NumPyArray(shape: [2], [1, 2] as [Double]).write(to: files.path("a.npy"))
    let bytes = files.bytes("a.npy")
    for count in 0..<bytes.count {
      let path = files.write(Array(bytes[..<count]), "cut.npy")
      #expect { try NumPyArray(path: path) } throws: {
        ($0 as? SignalFileError)?.kind == .invalidData
      }
    }
    let path = files.write(bytes + [0], "long.npy")
    #expect { try NumPyArray(path: path) } throws: {
      ($0 as? SignalFileError)?.kind == .invalidData
    }
    let missing = files.path("missing.npy")
    #expect(throws: SignalFileError.missing(path: missing)) { try NumPyArray(path: missing) }
  }

  @Test("Elements can be had as the type that a computation needs")
  func conversions() {
    let small = NumPyArray(shape: [3], [1, 2, 255] as [UInt8])
    #expect([Int](small) == [1, 2, 255])
    #expect([Float](small) == [1, 2, 255])
    #expect([Double](small) == [1, 2, 255])
    #expect([Complex<Double>](small) == [Complex(1, 0), Complex(2, 0), Complex(255, 0)])
    #expect(small.elementType.fitsSinglePrecision)
    #expect([Int](NumPyArray([UInt64.max])) == nil)
    #expect([Double](NumPyArray([UInt64.max])) == [0x1p64])
    #expect([Int](NumPyArray([0.5])) == nil)
    #expect([Float](NumPyArray([0.5])) == [0.5])
    let complex = NumPyArray(shape: [1], [Complex<Float>(1, .infinity)])
    #expect([Double](complex) == nil)
    #expect([Complex<Double>](complex)?[0].rawStorage.x == 1)
    #expect([Complex<Double>](complex)?[0].rawStorage.y == .infinity)
  }

  @Test("Every type comes back as itself, and as every other that holds it, empty too")
  func everyType() {
    func check<Element: NumPyElement & Equatable>(_ elements: [Element]) {
      let array = NumPyArray(elements)
      #expect(array.shape == [elements.count])
      #expect([Element](array) == elements)
      #expect([Element](NumPyArray([] as [Element])) == [])
      #expect(NumPyArray([] as [Element]).elementType == array.elementType)
      #expect([Complex<Double>](array)?.count == elements.count)
    }
    check([-128, 127] as [Int8])
    check([-32768, 32767] as [Int16])
    check([.min, .max] as [Int32])
    check([.min, .max] as [Int64])
    check([.min, .max] as [Int])
    check([0, 255] as [UInt8])
    check([0, 65535] as [UInt16])
    check([0, .max] as [UInt32])
    check([0, .max] as [UInt64])
    check([-0.5, .infinity] as [Float])
    check([-0.5, .infinity] as [Double])
    check([Complex(1, -2)] as [Complex<Float>])
    check([Complex(1, -2)] as [Complex<Double>])
    #expect([Int8](NumPyArray([127])) == [127])
    #expect([Int8](NumPyArray([128])) == nil)
    #expect([UInt64](NumPyArray([-1])) == nil)
  }
}
