// SPDX-License-Identifier: MIT

import ComplexModule
import RealModule

extension Array where Element: NumPyElement {
  /// The elements of an array file in this type, in C order.
  ///
  /// Numbers are rounded where floating-point elements do not hold them. nil where complex numbers
  /// would have to become real, real ones integers, or an integer does not fit.
  ///
  /// - Complexity: O(1) for elements of the array's own type, otherwise O(elements).
  public init?(_ array: NumPyArray) {
    let values = array.values
    let elements: Any? =
      switch Element._numPyType.type {
      case .int8: values.integers(Int8.self)
      case .int16: values.integers(Int16.self)
      case .int32: values.integers(Int32.self)
      case .int64:
        Element.self == Int.self ? values.integers(Int.self) : values.integers(Int64.self)
      case .uint8: values.integers(UInt8.self)
      case .uint16: values.integers(UInt16.self)
      case .uint32: values.integers(UInt32.self)
      case .uint64: values.integers(UInt64.self)
      case .float16: nil as [Float]?
      case .float32: values.reals(Float.self)
      case .float64: values.reals(Double.self)
      case .complex64: values.complexes(Float.self)
      case .complex128: values.complexes(Double.self)
      }
    guard let elements = elements as? [Element] else { return nil }
    self = elements
  }
}

extension NumPyArray.Values {
  init<Element: NumPyElement>(_ elements: [Element]) {
    if let integers = itself(elements, as: [Int].self) {
      self = .int64(integers.map { Int64($0) })
      return
    }
    func own<Own>(_: Own.Type) -> [Own] {
      guard let own = itself(elements, as: [Own].self) else {
        preconditionFailure("\(Element.self) is no type of NumPy's")
      }
      return own
    }
    switch Element._numPyType.type {
    case .int8: self = .int8(own(Int8.self))
    case .int16: self = .int16(own(Int16.self))
    case .int32: self = .int32(own(Int32.self))
    case .int64: self = .int64(own(Int64.self))
    case .uint8: self = .uint8(own(UInt8.self))
    case .uint16: self = .uint16(own(UInt16.self))
    case .uint32: self = .uint32(own(UInt32.self))
    case .uint64: self = .uint64(own(UInt64.self))
    case .float16: preconditionFailure("no type of Swift's stands for half precision")
    case .float32: self = .float32(own(Float.self))
    case .float64: self = .float64(own(Double.self))
    case .complex64: self = .complex64(own(Complex<Float>.self))
    case .complex128: self = .complex128(own(Complex<Double>.self))
    }
  }

  fileprivate func integers<Integer: FixedWidthInteger>(_: Integer.Type) -> [Integer]? {
    func exact(_ values: [some FixedWidthInteger]) -> [Integer]? {
      if let own = itself(values, as: [Integer].self) { return own }
      let integers = values.compactMap { Integer(exactly: $0) }
      return integers.count == values.count ? integers : nil
    }
    return switch self {
    case .int8(let values): exact(values)
    case .int16(let values): exact(values)
    case .int32(let values): exact(values)
    case .int64(let values): exact(values)
    case .uint8(let values): exact(values)
    case .uint16(let values): exact(values)
    case .uint32(let values): exact(values)
    case .uint64(let values): exact(values)
    case .float16, .float32, .float64, .complex64, .complex128: nil
    }
  }

  fileprivate func reals<Scalar: BinaryFloatingPoint>(_: Scalar.Type) -> [Scalar]? {
    switch self {
    case .float16(let values): values.map { Scalar(widened($0)) }
    case .float32(let values): itself(values, as: [Scalar].self) ?? values.map { Scalar($0) }
    case .float64(let values): itself(values, as: [Scalar].self) ?? values.map { Scalar($0) }
    case .uint64(let values): values.map { Scalar($0) }
    case .complex64, .complex128: nil
    default: integers(Int.self)?.map { Scalar($0) }
    }
  }

  fileprivate func complexes<Scalar: Real & BinaryFloatingPoint>(
    _: Scalar.Type
  ) -> [Complex<Scalar>]? {
    switch self {
    case .complex64(let values):
      itself(values, as: [Complex<Scalar>].self)
        ?? values.map { Complex(Scalar($0.rawStorage.x), Scalar($0.rawStorage.y)) }
    case .complex128(let values):
      itself(values, as: [Complex<Scalar>].self)
        ?? values.map { Complex(Scalar($0.rawStorage.x), Scalar($0.rawStorage.y)) }
    default: reals(Scalar.self)?.map { Complex($0, 0) }
    }
  }
}

/// A value whose type is `Other`; unlike a cast of an array it does not look at the elements.
private func itself<Value, Other>(_ value: Value, as _: Other.Type) -> Other? {
  Value.self == Other.self ? (value as Any) as? Other : nil
}
