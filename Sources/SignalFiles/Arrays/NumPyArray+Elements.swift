public import ComplexModule
public import RealModule

extension NumPyArray {
  /// The elements as `Int`; nil if they are not integers, or one of them is too large.
  public var integers: [Int]? {
    switch values {
    case .int8(let values): values.map { Int($0) }
    case .int16(let values): values.map { Int($0) }
    case .int32(let values): values.map { Int($0) }
    case .int64(let values): values.map { Int($0) }
    case .uint8(let values): values.map { Int($0) }
    case .uint16(let values): values.map { Int($0) }
    case .uint32(let values): values.map { Int($0) }
    case .uint64(let values):
      values.allSatisfy { $0 <= UInt64(Int.max) } ? values.map { Int($0) } : nil
    case .float32, .float64, .complex64, .complex128: nil
    }
  }

  /// The elements as `Double`, rounded where that is necessary; nil if they are complex.
  public var doubles: [Double]? {
    switch values {
    case .float32(let values): values.map { Double($0) }
    case .float64(let values): values
    case .uint64(let values): values.map { Double($0) }
    case .complex64, .complex128: nil
    default: integers?.map { Double($0) }
    }
  }

  /// The elements as `Float`, rounded where that is necessary; nil if they are complex.
  public var floats: [Float]? {
    switch values {
    case .float32(let values): values
    case .float64(let values): values.map { Float($0) }
    case .uint64(let values): values.map { Float($0) }
    case .complex64, .complex128: nil
    default: integers?.map { Float($0) }
    }
  }

  /// The elements as `Complex<Double>`, rounded where that is necessary.
  public var complexDoubles: [Complex<Double>] {
    switch values {
    case .complex128(let values): values
    case .complex64(let values):
      values.map { Complex(Double($0.rawStorage.x), Double($0.rawStorage.y)) }
    default: (doubles ?? []).map { Complex($0, 0) }
    }
  }

  /// The elements as `Complex<Float>`, rounded where that is necessary.
  public var complexFloats: [Complex<Float>] {
    switch values {
    case .complex64(let values): values
    case .complex128(let values):
      values.map { Complex(Float($0.rawStorage.x), Float($0.rawStorage.y)) }
    default: (floats ?? []).map { Complex($0, 0) }
    }
  }
}
