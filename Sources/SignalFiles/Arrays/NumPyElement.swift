// SPDX-License-Identifier: MIT

public import ComplexModule

/// A Swift type that the elements of a ``NumPyArray`` can have: `Int` and the integers of fixed
/// width up to 64 bits, `Float`, `Double`, and `Complex` of these two.
///
/// No other type can conform to it.
public protocol NumPyElement: Sendable {
  /// The type by NumPy's name. Not for use outside the package.
  static var _numPyType: _NumPyType { get }
}

/// The type of elements, without a public initializer, so that no other type can be an element.
public struct _NumPyType: Sendable {
  let type: NumPyArray.ElementType
}

extension Int8: NumPyElement {
  /// `int8`.
  public static var _numPyType: _NumPyType { _NumPyType(type: .int8) }
}
extension Int16: NumPyElement {
  /// `int16`.
  public static var _numPyType: _NumPyType { _NumPyType(type: .int16) }
}
extension Int32: NumPyElement {
  /// `int32`.
  public static var _numPyType: _NumPyType { _NumPyType(type: .int32) }
}
extension Int64: NumPyElement {
  /// `int64`.
  public static var _numPyType: _NumPyType { _NumPyType(type: .int64) }
}
extension Int: NumPyElement {
  /// `int64`.
  public static var _numPyType: _NumPyType { _NumPyType(type: .int64) }
}
extension UInt8: NumPyElement {
  /// `uint8`.
  public static var _numPyType: _NumPyType { _NumPyType(type: .uint8) }
}
extension UInt16: NumPyElement {
  /// `uint16`.
  public static var _numPyType: _NumPyType { _NumPyType(type: .uint16) }
}
extension UInt32: NumPyElement {
  /// `uint32`.
  public static var _numPyType: _NumPyType { _NumPyType(type: .uint32) }
}
extension UInt64: NumPyElement {
  /// `uint64`.
  public static var _numPyType: _NumPyType { _NumPyType(type: .uint64) }
}
extension Float: NumPyElement {
  /// `float32`.
  public static var _numPyType: _NumPyType { _NumPyType(type: .float32) }
}
extension Double: NumPyElement {
  /// `float64`.
  public static var _numPyType: _NumPyType { _NumPyType(type: .float64) }
}
extension Complex: NumPyElement where RealType: NumPyElement {
  /// `complex64` or `complex128`.
  public static var _numPyType: _NumPyType {
    _NumPyType(type: RealType._numPyType.type == .float32 ? .complex64 : .complex128)
  }
}
