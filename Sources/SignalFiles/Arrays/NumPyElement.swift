public import ComplexModule
public import RealModule

/// The types that the elements of a ``NumPyArray`` can have, by NumPy's names.
public enum NumPyElementType: String, Sendable, CaseIterable {
  /// Integers with a sign, of so many bits.
  case int8, int16, int32, int64
  /// Integers without a sign, of so many bits.
  case uint8, uint16, uint32, uint64
  /// Numbers of single and of double precision.
  case float32, float64
  /// Complex numbers of two parts in single, or in double precision.
  case complex64, complex128

  /// Whether it is one of integers.
  public var isInteger: Bool { kind == "i" || kind == "u" }

  /// Whether it is one of complex numbers.
  public var isComplex: Bool { kind == "c" }

  /// Whether `Float`, or `Complex<Float>`, holds every value of it.
  public var fitsSinglePrecision: Bool {
    switch self {
    case .int8, .int16, .uint8, .uint16, .float32, .complex64: true
    case .int32, .int64, .uint32, .uint64, .float64, .complex128: false
    }
  }

  /// NumPy's letter for the kind of number.
  var kind: Character {
    switch self {
    case .int8, .int16, .int32, .int64: "i"
    case .uint8, .uint16, .uint32, .uint64: "u"
    case .float32, .float64: "f"
    case .complex64, .complex128: "c"
    }
  }

  /// The number of bytes of an element.
  var size: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64, .complex64: 8
    case .complex128: 16
    }
  }
}

/// A Swift type that the elements of a ``NumPyArray`` can have: those of
/// ``NumPyArray/Values``, and no others.
public protocol NumPyElement: Sendable {
  /// The values with their type.
  static func wrapped(_ values: [Self]) -> NumPyArray.Values
}

extension Int8: NumPyElement {
  /// The values with their type.
  public static func wrapped(_ values: [Int8]) -> NumPyArray.Values { .int8(values) }
}
extension Int16: NumPyElement {
  /// The values with their type.
  public static func wrapped(_ values: [Int16]) -> NumPyArray.Values { .int16(values) }
}
extension Int32: NumPyElement {
  /// The values with their type.
  public static func wrapped(_ values: [Int32]) -> NumPyArray.Values { .int32(values) }
}
extension Int64: NumPyElement {
  /// The values with their type.
  public static func wrapped(_ values: [Int64]) -> NumPyArray.Values { .int64(values) }
}
extension Int: NumPyElement {
  /// The values with their type, which is `int64`.
  public static func wrapped(_ values: [Int]) -> NumPyArray.Values {
    .int64(values.map { Int64($0) })
  }
}
extension UInt8: NumPyElement {
  /// The values with their type.
  public static func wrapped(_ values: [UInt8]) -> NumPyArray.Values { .uint8(values) }
}
extension UInt16: NumPyElement {
  /// The values with their type.
  public static func wrapped(_ values: [UInt16]) -> NumPyArray.Values { .uint16(values) }
}
extension UInt32: NumPyElement {
  /// The values with their type.
  public static func wrapped(_ values: [UInt32]) -> NumPyArray.Values { .uint32(values) }
}
extension UInt64: NumPyElement {
  /// The values with their type.
  public static func wrapped(_ values: [UInt64]) -> NumPyArray.Values { .uint64(values) }
}
extension Float: NumPyElement {
  /// The values with their type.
  public static func wrapped(_ values: [Float]) -> NumPyArray.Values { .float32(values) }
}
extension Double: NumPyElement {
  /// The values with their type.
  public static func wrapped(_ values: [Double]) -> NumPyArray.Values { .float64(values) }
}
extension Complex: NumPyElement where RealType: NumPyComplexPart {
  /// The values with their type.
  public static func wrapped(_ values: [Complex]) -> NumPyArray.Values {
    RealType.wrappedComplex(values)
  }
}

/// A real type whose complex numbers can be elements of a ``NumPyArray``.
public protocol NumPyComplexPart: Real, Sendable {
  /// The values with their type.
  static func wrappedComplex(_ values: [Complex<Self>]) -> NumPyArray.Values
}

extension Float: NumPyComplexPart {
  /// The values with their type.
  public static func wrappedComplex(_ values: [Complex<Float>]) -> NumPyArray.Values {
    .complex64(values)
  }
}
extension Double: NumPyComplexPart {
  /// The values with their type.
  public static func wrappedComplex(_ values: [Complex<Double>]) -> NumPyArray.Values {
    .complex128(values)
  }
}
