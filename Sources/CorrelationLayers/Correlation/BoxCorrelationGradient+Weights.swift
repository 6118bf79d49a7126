internal import FourierTransform
internal import ComputeSupport

// The weights that the elements of one input are multiplied by, to give the gradient of the other.
extension BoxCorrelationGradient {
  /// Whose gradient is computed: that of the input whose patches stay, or of the displaced one.
  enum Input {
    case first
    case second
  }

  /// The weights of some rows of one input, in the order in which the kernel adds: row by row,
  /// displacement by displacement (with rows of zeros before the first and after the last row of
  /// displacements), column by column.
  struct Weights<Scalar: FourierScalar>: Sendable {
    let elements: SharedBuffer<Scalar>
    let columnStride: Int
    let displacementRowStride: Int
    let rowStride: Int

    init(_ gradient: BoxCorrelationGradient, rows: Int) {
      let geometry = gradient.geometry
      columnStride = geometry.input.columns
      displacementRowStride = geometry.horizontal.displacements * columnStride
      rowStride =
        (geometry.vertical.displacements + 2 * (gradient.sharedRows - 1)) * displacementRowStride
      elements = SharedBuffer(zeros: rows * rowStride + readBeyond)
    }
  }

  /// Where the weights of a row are, and what they are multiplied by.
  func taps<Scalar>(_ weights: Weights<Scalar>, _ padded: PaddedRows<Scalar>) -> TapOffsets {
    let step = geometry.displacementStride
    var taps = TapOffsets()
    for line in 0..<geometry.vertical.displacements + sharedRows - 1 {
      for column in 0..<geometry.horizontal.displacements {
        taps.append(
          a: line * weights.displacementRowStride + column * weights.columnStride,
          b: line * step * padded.rowStride + column * step)
      }
    }
    return taps
  }

  /// Makes the weights of one row of an input.
  func fill<Scalar: FourierScalar>(
    _ weights: Weights<Scalar>, at index: Int, for input: Input, row: Int,
    from spread: SharedBuffer<Scalar>
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    for y in 0..<vertical.displacements {
      let start =
        index * weights.rowStride + (y + sharedRows - 1) * weights.displacementRowStride
      weights.elements.fill(start, weights.displacementRowStride, with: 0)
      // For the second input the displacements run backwards, and its elements met patches
      // that stand a displacement away.
      let down = (y - vertical.radius) * geometry.displacementStride
      let line = (input == .first ? row : row + down) - vertical.first
      guard 0..<vertical.span ~= line else { continue }
      let displacementRow = input == .first ? y : vertical.displacements - 1 - y
      // The patches that hold the line start at most K - 1 lines before it.
      let earliest = max(line - geometry.kernelSize + 1, 0)
      let firstPatch = (earliest + geometry.stride - 1) / geometry.stride
      let lastPatch = min(line / geometry.stride, vertical.outputs - 1)
      guard firstPatch <= lastPatch else { continue }
      for x in 0..<horizontal.displacements {
        let across = (x - horizontal.radius) * geometry.displacementStride
        let displacementColumn = input == .first ? x : horizontal.displacements - 1 - x
        // Column X of the input is column X + shift of the patches' span.
        let shift = (input == .first ? 0 : across) - horizontal.first
        let columns = (-shift..<horizontal.span - shift).clamped(to: 0..<geometry.input.columns)
        let target = start + x * weights.columnStride + columns.lowerBound
        for patch in firstPatch...lastPatch {
          let source =
            ((patch * vertical.displacements + displacementRow) * horizontal.displacements
              + displacementColumn) * horizontal.span + columns.lowerBound + shift
          if patch == firstPatch {
            weights.elements.copy(columns.count, from: spread, at: source, to: target)
          } else if !columns.isEmpty {
            unsafe Scalar._operations.kernels.add(
              spread.address(source, columns.count),
              weights.elements.address(target, columns.count), columns.count)
          }
        }
      }
    }
  }
}
