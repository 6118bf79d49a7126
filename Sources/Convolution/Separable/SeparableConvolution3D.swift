// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// A kernel of a volume as the product of one line along the planes and one plane.
struct SeparableKernel3D<Element: SignalElement>: Sendable {
  /// Along the planes.
  let line: [Element]
  /// What each plane is convolved with, whichever way is the fastest.
  let plane: ConvolutionEngine2D<Element>

  /// Finds out whether a kernel is such a product, up to the rounding of its taps; nil if it is not.
  ///
  /// - Complexity: O(taps).
  init?(_ kernel: Kernel3D<Element>) {
    let matrix = Matrix(
      rows: kernel.planes, columns: kernel.rows * kernel.columns, elements: kernel.taps.taps)
    guard let factors = SeparableKernel(Kernel2D(matrix)), factors.terms.count == 1 else {
      return nil
    }
    line = factors.terms[0].column
    plane = ConvolutionEngine2D(
      Matrix(rows: kernel.rows, columns: kernel.columns, elements: factors.terms[0].row))
  }
}

/// 3-D convolution with such a kernel: of each plane with the kernel's plane, and then along the
/// planes of what that gave.
///
/// - Complexity: that of the planes, and O(results · kernel planes) time; memory for a few more
///   planes of results than the kernel has.
struct SeparableConvolution3D<Element: SignalElement>: Sendable {
  private let factors: SeparableKernel3D<Element>
  private let pass: SeparablePass<Element>

  /// Planes of results that are done at once at least, of which each needs those of the kernel before
  /// it: the more, the fewer are moved. Judged.
  private static var leastBand: Int { 16 }
  /// Results of a plane that are summed at once: what they are made of stays in the second-level
  /// cache. As many as ``SeparableConvolution2D/stripColumns``.
  private static var stripLength: Int { 2048 }

  init(_ factors: SeparableKernel3D<Element>) {
    self.factors = factors
    pass = SeparablePass(sliding: factors.line)
  }

  /// Writes the results `region` of the full convolution to `output`, plane by plane without gaps.
  func convolve(
    _ volume: ExtendedVolume<Element>, _ region: Region3D, into output: SharedBuffer<Element>,
    threads: Int
  ) {
    let taps = factors.line.count
    let area = region.lines.count
    let band = max(Self.leastBand, taps)
    let stride = SeparableConvolution2D<Element>.rowStride(area)
    let most = min(band, region.planes.count) + taps - 1
    let filtered = SharedBuffer<Element>(unwritten: most * stride)
    let planes = PlaneSource(volume, factors.plane, region.lines, threads: threads)
    // The planes that `filtered` holds already.
    var known = (region.planes.lowerBound - taps + 1)..<(region.planes.lowerBound - taps + 1)
    for results in region.planes.pieces(of: band) {
      let window = (results.lowerBound - taps + 1)..<results.upperBound
      let kept = known.upperBound - window.lowerBound
      filtered.withAllElements { elements in
        let from = (window.lowerBound - known.lowerBound) * stride
        elements.move(from..<(from + kept * stride), to: 0)
      }
      let fresh = known.upperBound..<window.upperBound
      planes.write(fresh) { plane in
        let start = (plane - window.lowerBound) * stride
        return filtered.part(start..<(start + area))
      }
      known = window
      let strips = (0..<area).pieces(of: Self.stripLength)
      let first = (results.lowerBound - region.planes.lowerBound) * area
      forEachPiece(strips.count, threads: threads, scratch: { [Element]() }) { index, scratch in
        let strip = strips[index]
        let end = first + (results.count - 1) * area
        output.withElements((first + strip.lowerBound)..<(end + strip.upperBound)) {
          sum(
            filtered.span.extracting(strip.lowerBound...), stride, into: &$0, rowStride: area,
            rows: results.count, columns: strip.count, &scratch)
        }
      }
    }
  }

  /// The sums along the planes for some results of each.
  private func sum(
    _ planes: Span<Element>, _ stride: Int, into output: inout MutableSpan<Element>,
    rowStride: Int, rows: Int, columns: Int, _ scratch: inout [Element]
  ) {
    for symmetry in [pass.symmetry, 0] {
      let areFinite = Element.filterColumns(
        planes, rowStride: stride, pass.taps.span, symmetry: symmetry, into: &output,
        rowStride: rowStride, rows: rows, columns: columns, streams: false, scratch: &scratch)
      // Without a sum of two samples, what is not finite stays with its own results.
      if areFinite { return }
    }
  }
}

/// The planes of a volume, and of what is beyond it, convolved with the plane of a kernel.
private struct PlaneSource<Element: SignalElement>: Sendable {
  private let volume: ExtendedVolume<Element>
  private let engine: ConvolutionEngine2D<Element>
  private let lines: Region2D
  private let choice: MethodChoice
  private let threads: Int
  /// A plane beyond a constant boundary; empty if there is none such.
  private let outside: SharedBuffer<Element>

  init(
    _ volume: ExtendedVolume<Element>, _ engine: ConvolutionEngine2D<Element>, _ lines: Region2D,
    threads: Int
  ) {
    (self.volume, self.engine, self.lines, self.threads) = (volume, engine, lines, threads)
    choice = engine.choose(
      rows: volume.rows, columns: volume.columns, lines, isPadded: volume.boundary != .zero,
      method: nil, threads: 1, uses: volume.planes)
    var isConstant = false
    if case .constant = volume.boundary { isConstant = true }
    outside = SharedBuffer(unwritten: isConstant ? volume.rows * volume.columns : 0)
    outside.fill(0, outside.count, with: volume.outside)
  }

  /// Writes the results of some planes, each to its place.
  func write(_ planes: Range<Int>, _ place: @Sendable (_ plane: Int) -> SharedBuffer<Element>) {
    forEachPiece(planes.count, threads: threads) { index, _ in
      let plane = planes.lowerBound + index
      let target = place(plane)
      if let image = volume.image(ofPlane: plane) {
        engine.convolve(image, lines, choice, into: target)
      } else if outside.count > 0 {
        let image = ExtendedImage(
          elements: outside, rows: volume.rows, columns: volume.columns, boundary: volume.boundary)
        engine.convolve(image, lines, choice, into: target)
      } else {
        target.fill(0, target.count, with: .zero)
      }
    }
  }
}
