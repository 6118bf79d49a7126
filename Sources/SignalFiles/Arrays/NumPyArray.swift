// SPDX-License-Identifier: MIT

import ComplexModule

/// An array of NumPy's file format `.npy`: a shape, and elements of one type in C order (the last
/// index runs fastest).
///
/// ```swift
/// let array = try NumPyArray(path: "signal.npy")
/// guard let signal = [Float](array) else { … }   // nil for complex numbers
/// try NumPyArray(signal).write(to: "copy.npy")
/// ```
///
/// Files in Fortran order or of big-endian numbers are turned into this form when they are read.
/// Booleans are read as `UInt8`, and half-precision numbers as `Float`.
public struct NumPyArray: Sendable, Equatable {
  /// The types that elements can have, by NumPy's names.
  public enum ElementType: String, Sendable {
    /// Integers with a sign, of so many bits.
    case int8, int16, int32, int64
    /// Integers without a sign, of so many bits.
    case uint8, uint16, uint32, uint64
    /// Real numbers of half precision: only in arrays that are to be written.
    case float16
    /// Real numbers of single and of double precision.
    case float32, float64
    /// Complex numbers of two parts in single, or in double precision.
    case complex64, complex128

    /// NumPy's letter for the kind of number: the first of the name's.
    package var kind: Character { rawValue.first ?? " " }

    /// The number of bytes of an element: the name ends with that of bits.
    package var size: Int { (Int(rawValue.drop { !$0.isNumber }) ?? 0) / 8 }

    package var isInteger: Bool { kind == "i" || kind == "u" }

    package var isComplex: Bool { kind == "c" }

    /// Whether `Float`, or `Complex<Float>`, holds every value of it.
    package var fitsSinglePrecision: Bool { size <= 2 || self == .float32 || self == .complex64 }
  }

  /// The elements, in C order, in their own type.
  enum Values: Sendable, Equatable {
    case int8([Int8]), int16([Int16]), int32([Int32]), int64([Int64])
    case uint8([UInt8]), uint16([UInt16]), uint32([UInt32]), uint64([UInt64])
    /// Numbers of half precision as their bits.
    case float16([UInt16])
    case float32([Float]), float64([Double])
    case complex64([Complex<Float>]), complex128([Complex<Double>])
  }

  /// The number of elements along each dimension; empty for a single number.
  public let shape: [Int]
  /// The type of the elements.
  public let elementType: ElementType
  /// As many as the product of ``shape``.
  let values: Values

  /// Creates an array, of one dimension unless there is a shape.
  ///
  /// - Precondition: `elements` has as many elements as `shape` says.
  /// - Complexity: O(1); O(elements) for `Int`.
  public init<Element: NumPyElement>(shape: [Int]? = nil, _ elements: [Element]) {
    self.init(
      shape: shape ?? [elements.count], Element._numPyType.type, Values(elements),
      count: elements.count)
  }

  init(shape: [Int], _ elementType: ElementType, _ values: Values, count: Int) {
    precondition(
      elementCount(of: shape) == count, "\(count) elements do not make an array of shape \(shape)")
    self.shape = shape
    self.elementType = elementType
    self.values = values
  }

  /// The same elements in another shape.
  ///
  /// - Precondition: the shape has as many elements.
  public func reshaped(_ shape: [Int]) -> NumPyArray {
    NumPyArray(shape: shape, elementType, values, count: count)
  }

  /// The number of elements.
  public var count: Int {
    // A zero among extents whose product exceeds `Int` makes none of it.
    elementCount(of: shape) ?? 0
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
