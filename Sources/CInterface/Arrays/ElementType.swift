// SPDX-License-Identifier: MIT

internal import COverlap
internal import ComplexModule

/// The type of an array's elements in memory.
struct ElementType: Equatable, Sendable {
  let name: String
  /// The bytes of an element.
  let size: Int
  /// What the address of an element is a multiple of, where it is computed with in its place.
  let alignment: Int
  let isInteger: Bool
  private let code: UInt32

  init(_ type: overlap_type) throws(InterfaceError) {
    code = type.rawValue
    (name, size, alignment, isInteger) =
      switch type {
      case OVERLAP_FLOAT32: ("float32", 4, 4, false)
      case OVERLAP_FLOAT64: ("float64", 8, 8, false)
      case OVERLAP_COMPLEX64: ("complex64", 8, 4, false)
      case OVERLAP_COMPLEX128: ("complex128", 16, 8, false)
      case OVERLAP_INT8: ("int8", 1, 1, true)
      case OVERLAP_INT16: ("int16", 2, 2, true)
      case OVERLAP_INT32: ("int32", 4, 4, true)
      case OVERLAP_INT64: ("int64", 8, 8, true)
      case OVERLAP_UINT8: ("uint8", 1, 1, true)
      case OVERLAP_UINT16: ("uint16", 2, 2, true)
      case OVERLAP_UINT32: ("uint32", 4, 4, true)
      case OVERLAP_UINT64: ("uint64", 8, 8, true)
      default:
        throw .argument("a type of elements is one of 1 to 12, not \(type.rawValue)")
      }
  }

  static func == (first: ElementType, second: ElementType) -> Bool { first.code == second.code }

  var cType: overlap_type { overlap_type(rawValue: code) }

  /// What `body` does for the type that these elements are computed with.
  func withComputedElement<Body: ComputedElementBody>(_ body: Body) throws(InterfaceError)
    -> Body.Value
  {
    switch cType {
    case OVERLAP_FLOAT32: try body.run(Float.self)
    case OVERLAP_FLOAT64: try body.run(Double.self)
    case OVERLAP_COMPLEX64: try body.run(Complex<Float>.self)
    case OVERLAP_COMPLEX128: try body.run(Complex<Double>.self)
    case OVERLAP_UINT64: try body.run(UInt64.self)
    default: try body.run(Int.self)
    }
  }
}

/// A function of the type that elements are computed with.
protocol ComputedElementBody {
  associatedtype Value
  func run<Element: ComputedElement>(_ type: Element.Type) throws(InterfaceError) -> Value
}
