// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// What is wanted of a volume's results along each axis.
struct VolumeModes: Sendable, Hashable {
  var planes: ConvolutionMode
  var rows: ConvolutionMode
  var columns: ConvolutionMode

  init(_ mode: ConvolutionMode, rows: ConvolutionMode?, columns: ConvolutionMode?) {
    (planes, self.rows, self.columns) = (mode, rows ?? mode, columns ?? mode)
  }

  /// Whether only results are wanted that lie wholly inside: no boundary matters to them.
  var areValid: Bool { planes == .valid && rows == .valid && columns == .valid }
}

/// The planes, rows and columns of a volume.
struct VolumeSize: Sendable, Hashable {
  var planes: Int
  var rows: Int
  var columns: Int

  init(planes: Int, rows: Int, columns: Int) {
    (self.planes, self.rows, self.columns) = (planes, rows, columns)
  }

  init<Element>(_ volume: Volume<Element>) {
    (planes, rows, columns) = (volume.planes, volume.rows, volume.columns)
  }

  /// Whether `other` lies wholly inside.
  func holds(_ other: VolumeSize) -> Bool {
    planes >= other.planes && rows >= other.rows && columns >= other.columns
  }
}

/// The results of a 3-D convolution that are wanted, in each dimension as in one.
struct WantedResults3D: Sendable {
  private let planes: WantedResults
  private let rows: WantedResults
  private let columns: WantedResults
  /// Whether only results are wanted that lie wholly inside: no boundary matters to them.
  let isValid: Bool

  init(_ operation: Operation, _ modes: VolumeModes, _ size: VolumeSize, kernel: VolumeSize) {
    isValid = modes.areValid
    // `valid` has no results unless one of the two lies wholly inside the other.
    let isNone = isValid && !size.holds(kernel) && !kernel.holds(size)
    func results(_ mode: ConvolutionMode, _ count: Int, _ taps: Int) -> WantedResults {
      mode.results(operation, signalCount: isNone ? 0 : count, kernelCount: taps)
    }
    planes = results(modes.planes, size.planes, kernel.planes)
    rows = results(modes.rows, size.rows, kernel.rows)
    columns = results(modes.columns, size.columns, kernel.columns)
  }

  /// The planes, rows and columns of the results.
  var size: VolumeSize {
    VolumeSize(planes: planes.count, rows: rows.count, columns: columns.count)
  }
  var count: Int { planes.count * rows.count * columns.count }

  /// Those of the wanted results that have products, within the full convolution.
  var region: Region3D {
    Region3D(
      planes: planes.present, lines: Region2D(rows: rows.present, columns: columns.present))
  }

  private var isComplete: Bool {
    planes.isComplete && rows.isComplete && columns.isComplete
  }

  /// Lets `body` write the results that have products, plane by plane, and zeros all others.
  func write<Element: AdditiveArithmetic>(
    into output: inout MutableSpan<Element>, _ body: (inout MutableSpan<Element>) -> Void
  ) {
    let region = region
    if isComplete {
      if !region.isEmpty { body(&output) }
      return
    }
    output.update(repeating: .zero)
    guard !region.isEmpty else { return }
    let width = region.columns.count
    let found = makeArray(count: region.count, body)
    for plane in 0..<region.planes.count {
      for row in 0..<region.rows.count {
        let line = (planes.leading + plane) * rows.count + rows.leading + row
        let start = line * columns.count + columns.leading
        let from = (plane * region.rows.count + row) * width
        var part = output._mutatingExtracting(start..<(start + width))
        copyElements(found.span.extracting(from..<(from + width)), into: &part)
      }
    }
  }

  /// All results, of which `body` writes those that have products.
  func volume<Element: AdditiveArithmetic>(
    _ body: (inout MutableSpan<Element>) -> Void
  ) -> Volume<Element> {
    Volume(
      planes: planes.count, rows: rows.count, columns: columns.count,
      elements: makeArray(count: count) { write(into: &$0, body) })
  }
}
