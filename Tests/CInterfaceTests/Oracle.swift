// SPDX-License-Identifier: MIT

import COverlap

/// Whole numbers in an array of any rank, and their convolution by its definition: one sum after the other.
struct Numbers {
  var shape: [Int]
  var values: [Int]

  init(_ shape: [Int], using generator: inout some RandomNumberGenerator) {
    self.shape = shape
    values = (0..<shape.reduce(1, *)).map { _ in Int.random(in: -4...4, using: &generator) }
  }

  init(_ shape: [Int], _ values: [Int]) {
    self.shape = shape
    self.values = values
  }

  /// The indices of all elements, the last axis fastest.
  static func indices(_ shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { indices, count in indices.flatMap { i in (0..<count).map { i + [$0] } } }
  }

  subscript(index: [Int]) -> Int {
    values[zip(shape, index).reduce(0) { $0 * $1.0 + $1.1 }]
  }

  /// The results along `axes`, of as many as the shape `wanted` has, from number `first` of the full
  /// convolution on along each; along other axes the arrays have one length, or one of them the length 1.
  func convolved(
    with kernel: Numbers, correlates: Bool, axes: [Int], from first: [Int], _ wanted: [Int]
  ) -> [Int] {
    Self.indices(wanted).map { result in
      Self.indices(kernel.shape).reduce(0) { sum, tap in
        var place = result
        for axis in shape.indices {
          let m = kernel.shape[axis]
          if let number = axes.firstIndex(of: axis) {
            place[axis] += first[number] - (correlates ? m - 1 - tap[axis] : tap[axis])
          } else {
            guard m == 1 || tap[axis] == result[axis] else { return sum }
            if shape[axis] == 1 { place[axis] = 0 }
          }
          guard 0..<shape[axis] ~= place[axis] else { return sum }
        }
        return sum + self[place] * kernel[tap]
      }
    }
  }
}

/// The number of the first result along an axis, in the full convolution.
func firstResult(_ mode: overlap_mode, _ n: Int, _ m: Int) -> Int {
  switch mode {
  case OVERLAP_SAME: (m - 1) / 2
  case OVERLAP_VALID: min(n, m) - 1
  default: 0
  }
}
