public import ComplexModule
public import RealModule

/// An array of NumPy's file format `.npy`: a shape, and elements of one type in C order (the last
/// index runs fastest).
///
/// Files in Fortran order or of big-endian numbers are turned into this form when they are read.
/// Booleans are read as `UInt8`, and half-precision numbers as `Float`.
public struct NumPyArray: Sendable, Equatable {
  /// The elements, in C order, in their own type.
  public enum Values: Sendable, Equatable {
    /// Integers of 8 bits with a sign.
    case int8([Int8])
    /// Integers of 16 bits with a sign.
    case int16([Int16])
    /// Integers of 32 bits with a sign.
    case int32([Int32])
    /// Integers of 64 bits with a sign.
    case int64([Int64])
    /// Integers of 8 bits without a sign, and booleans: 0 or 1.
    case uint8([UInt8])
    /// Integers of 16 bits without a sign.
    case uint16([UInt16])
    /// Integers of 32 bits without a sign.
    case uint32([UInt32])
    /// Integers of 64 bits without a sign.
    case uint64([UInt64])
    /// Numbers of single precision, and of half precision.
    case float32([Float])
    /// Numbers of double precision.
    case float64([Double])
    /// Complex numbers of two `Float`.
    case complex64([Complex<Float>])
    /// Complex numbers of two `Double`.
    case complex128([Complex<Double>])
  }

  /// The number of elements along each dimension; empty for a single number.
  public let shape: [Int]
  /// The elements; as many as the product of ``shape``.
  public let values: Values

  /// Creates an array.
  ///
  /// - Precondition: `values` has as many elements as `shape` says.
  public init<Element: NumPyElement>(shape: [Int], _ values: [Element]) {
    precondition(
      elementCount(of: shape) == values.count,
      "\(values.count) elements do not make an array of shape \(shape)")
    self.shape = shape
    self.values = Element.wrapped(values)
  }

  private init(shape: [Int], values: Values) {
    self.shape = shape
    self.values = values
  }

  /// The same elements in another shape.
  ///
  /// - Precondition: the shape has as many elements.
  public func reshaped(_ shape: [Int]) -> NumPyArray {
    precondition(
      elementCount(of: shape) == count, "\(count) elements do not make an array of shape \(shape)")
    return NumPyArray(shape: shape, values: values)
  }

  /// The number of elements.
  public var count: Int {
    // A zero among extents whose product exceeds `Int` makes none of it.
    elementCount(of: shape) ?? 0
  }

  /// The type of the elements.
  public var elementType: NumPyElementType {
    switch values {
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .float32: .float32
    case .float64: .float64
    case .complex64: .complex64
    case .complex128: .complex128
    }
  }
}

/// The number of elements of a shape; nil where it is negative or exceeds `Int`.
func elementCount(of shape: [Int]) -> Int? {
  if shape.contains(where: { $0 < 0 }) { return nil }
  if shape.contains(0) { return 0 }
  var count = 1
  for extent in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: extent)
    if overflow { return nil }
    count = product
  }
  return count
}
