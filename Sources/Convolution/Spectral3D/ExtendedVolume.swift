// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// A volume as it is seen through a boundary: with a value in every place, however far outside.
struct ExtendedVolume<Element: SignalElement>: Sendable {
  let elements: SharedBuffer<Element>
  let planes: Int
  let rows: Int
  let columns: Int
  let boundary: Boundary<Element>

  /// All of its own places.
  var region: Region3D {
    Region3D(planes: 0..<planes, lines: Region2D(rows: 0..<rows, columns: 0..<columns))
  }

  /// The places that hold samples, of those in `window`: with the zero boundary only the volume's own.
  func samples(in window: Region3D) -> Region3D {
    guard case .zero = boundary else { return window }
    return Region3D(
      planes: window.planes.clamped(to: 0..<planes),
      lines: Region2D(
        rows: window.rows.clamped(to: 0..<rows), columns: window.columns.clamped(to: 0..<columns)))
  }

  /// Whether a window is wholly the volume's own.
  func contains(_ window: Region3D) -> Bool {
    window.planes.lowerBound >= 0 && window.planes.upperBound <= planes
      && window.rows.lowerBound >= 0 && window.rows.upperBound <= rows
      && window.columns.lowerBound >= 0 && window.columns.upperBound <= columns
  }

  /// What is in every place that has none of the volume's elements.
  var outside: Element {
    if case .constant(let value) = boundary { return value }
    return .zero
  }

  /// The image that is a plane; nil where none of the volume's planes is.
  func image(ofPlane plane: Int) -> ExtendedImage<Element>? {
    boundary.source(of: plane, count: planes).map { source in
      ExtendedImage(
        elements: elements.part((source * rows * columns)..<((source + 1) * rows * columns)),
        rows: rows, columns: columns, boundary: boundary)
    }
  }

  /// Asks for what ``copy(plane:_:into:rowStride:)`` will read: short lines, far apart, are not
  /// foreseen by the processor.
  func willCopy(plane: Int, _ part: Region2D) {
    guard planes > plane, plane >= 0 else { return }
    let columns = part.columns.clamped(to: 0..<self.columns)
    for row in part.rows.clamped(to: 0..<rows) {
      let start = (plane * rows + row) * self.columns
      willRead(
        elements.span.extracting((start + columns.lowerBound)..<(start + columns.upperBound)))
    }
  }

  /// Writes part of a plane, row by row, each followed by zeros up to `rowStride`.
  func copy(
    plane: Int, _ part: Region2D, into target: inout MutableSpan<Element>, rowStride: Int
  ) {
    let image = image(ofPlane: plane)
    let width = part.columns.count
    for (index, row) in part.rows.enumerated() {
      let start = index * rowStride
      var line = target._mutatingExtracting(start..<(start + width))
      if let image {
        image.copy(row: row, columns: part.columns, into: &line)
      } else {
        line.update(repeating: outside)
      }
      guard width < rowStride else { continue }
      var rest = target._mutatingExtracting((start + width)..<(start + rowStride))
      rest.update(repeating: .zero)
    }
  }
}
