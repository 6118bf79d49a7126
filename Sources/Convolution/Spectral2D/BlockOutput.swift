// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// Where the results of a block go: the rows of an image, or the planes of a volume, which a block
/// has as rows with more than the wanted results in each of their lines.
struct BlockOutput<Element: SignalElement>: Sendable {
  /// What a plane takes of a row.
  struct Lines: Sendable {
    var count: Int
    /// Results of a line, and from a line to the next of the row and of the output.
    var length: Int
    var lineLength: Int
    var outputStride: Int
  }

  let elements: SharedBuffer<Element>
  /// Elements from a row, or a plane, to the next.
  let rowStride: Int
  /// nil for an image, whose rows are as the block has them.
  var lines: Lines?

  /// Lets `body` write the `count` results of a row, in memory kept in `scratch` where they are not the
  /// output's.
  func withRow(
    _ row: Int, count: Int, scratch: inout [Element], _ body: (inout MutableSpan<Element>) -> Void
  ) {
    let start = row * rowStride
    guard let lines else {
      elements.withElements(start..<(start + count)) {
        willWrite($0.span)
        body(&$0)
      }
      return
    }
    for line in 0..<lines.count {
      let place = start + line * lines.outputStride
      elements.withElements(place..<(place + lines.length)) { willWrite($0.span) }
    }
    if scratch.count < count { scratch = [Element](repeating: .zero, count: count) }
    var target = scratch.mutableSpan
    var part = target._mutatingExtracting(0..<count)
    body(&part)
    for line in 0..<lines.count {
      elements.copy(
        lines.length, from: scratch.span, at: line * lines.lineLength,
        to: start + line * lines.outputStride)
    }
  }
}
