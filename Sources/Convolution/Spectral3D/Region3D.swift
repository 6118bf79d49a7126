// SPDX-License-Identifier: MIT

internal import ComputeSupport

/// A box of a volume.
struct Region3D: Sendable, Hashable {
  var planes: Range<Int>
  /// The rows and columns of each plane.
  var lines: Region2D

  var rows: Range<Int> { lines.rows }
  var columns: Range<Int> { lines.columns }
  var isEmpty: Bool { planes.isEmpty || lines.isEmpty }
  var count: Int { planes.count * lines.count }

  /// The region with the first place of `other` as its 0.
  func relative(to other: Region3D) -> Region3D {
    let first = other.planes.lowerBound
    return Region3D(
      planes: (planes.lowerBound - first)..<(planes.upperBound - first),
      lines: lines.relative(toRow: other.rows.lowerBound, column: other.columns.lowerBound))
  }

  /// The samples that results here are made of with a kernel of this size.
  func window(kernelPlanes: Int, kernelRows: Int, kernelColumns: Int) -> Region3D {
    Region3D(
      planes: (planes.lowerBound - kernelPlanes + 1)..<planes.upperBound,
      lines: lines.window(kernelRows: kernelRows, kernelColumns: kernelColumns))
  }

  /// Where memory that holds this region without gaps has the elements of `part` in one of its
  /// planes, from the first to the last.
  func place(of part: Region2D, inPlane plane: Int) -> Range<Int> {
    let start = (plane - planes.lowerBound) * lines.count
    let place = lines.place(of: part)
    return (start + place.lowerBound)..<(start + place.upperBound)
  }

  /// The region in pieces of at most this size, plane by plane and row by row of them.
  func pieces(planes depth: Int, rows: Int, columns: Int) -> [Region3D] {
    let parts = lines.pieces(height: rows, width: columns)
    return planes.pieces(of: depth).flatMap { planes in
      parts.map { Region3D(planes: planes, lines: $0) }
    }
  }
}
