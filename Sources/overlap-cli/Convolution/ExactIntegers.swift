import SignalFiles

extension NumPyArray {
  /// The bits of the narrowest signed integers that hold every value of the array's type.
  var integerBits: Int {
    switch elementType {
    case .int8, .uint8, .int16: 16
    case .uint16, .int32: 32
    default: 64
    }
  }

  /// The elements of the array of integers that `path` holds.
  func exactIntegers(path: String) throws -> [Int] {
    guard let integers = [Int](self) else {
      throw CommandFailure(
        .invalidData, "\(path): holds integers above 2^63 - 1; convert it to float64")
    }
    return integers
  }
}
