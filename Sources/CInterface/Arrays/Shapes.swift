// SPDX-License-Identifier: MIT

/// The shape of a rank and so many lengths.
func checkedShape(
  _ rank: Int32, _ lengths: UnsafePointer<Int64>?, _ name: String
) throws(InterfaceError) -> [Int] {
  guard 0...Int32(ArrayView.mostAxes) ~= rank else {
    throw .shape("\(name) has rank \(rank), and 0 to \(ArrayView.mostAxes) are possible")
  }
  guard rank > 0 else { return [] }
  guard let lengths = unsafe lengths else { throw .argument("\(name) has no shape") }
  let shape = (0..<Int(rank)).map { Int(unsafe lengths[$0]) }
  try checkCount(shape, name)
  return shape
}

/// Throws if a length is negative or an array of the shape is beyond any memory.
func checkCount(_ shape: [Int], _ name: String) throws(InterfaceError) {
  var count = 1
  for length in shape {
    // Lengths beside a 0 count too: results may have them.
    let (product, overflows) = count.multipliedReportingOverflow(by: max(1, length))
    guard length >= 0, !overflows, product < mostBytes else {
      throw .shape("\(name) has an impossible shape, \(text(shape))")
    }
    count = product
  }
}

/// Beyond any memory, and far from overflowing where such numbers are added up.
let mostBytes = Int.max >> 12

/// A shape as messages tell it: 3 x 4.
func text(_ shape: [Int]) -> String {
  shape.isEmpty ? "()" : shape.map(String.init).joined(separator: " x ")
}

/// The bytes from one element to the next along each axis, of an array without gaps whose last axis is the
/// fastest.
func contiguousStrides(_ shape: [Int], _ size: Int) -> [Int] {
  var strides = [Int](repeating: size, count: shape.count)
  for axis in shape.indices.dropLast().reversed() {
    strides[axis] = strides[axis + 1] * max(1, shape[axis + 1])
  }
  return strides
}
