internal import FourierTransform

/// What square real transforms in single precision take, to choose their lengths by.
struct TransformTimes: Sendable, Equatable {
  /// The lengths that were measured, from the shortest on, without those that a slightly larger one
  /// beats.
  var lengths: [Int]
  /// Nanoseconds for each element, forward and back on average, by index of the length.
  var measured: [Double]
  /// What other lengths take.
  var other: Double

  func nanoseconds(length: Int) -> Double {
    lengths.firstIndex(of: length).map { measured[$0] } ?? other
  }

  /// The length of at least `minimum` whose transforms are the fastest.
  func bestLength(atLeast minimum: Int) -> Int {
    let fast = fastTransformLength(atLeast: minimum)
    func cost(_ length: Int) -> Double { Double(length * length) * nanoseconds(length: length) }
    // A single row or column is transformed along the other axis alone.
    guard minimum > 1 else { return 1 }
    return (lengths.filter { $0 >= minimum } + [fast]).min { cost($0) < cost($1) } ?? fast
  }
}
