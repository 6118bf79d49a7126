internal import ComputeSupport
internal import FourierTransform

/// The channels of one group of one image as the convolution layer reads them: padded with zeros,
/// and with rows and columns sorted by their remainders modulo the strides, so that what
/// neighbouring patches read under one weight are neighbours.
///
/// The element of channel c at row Y and column X of the padded image stands in plane
/// (c, Y mod s, X mod t) at row Y / s and column X / t, for strides s and t.
struct PolyphasePlanes: Sendable {
  let vertical: ConvolutionAxis
  let horizontal: ConvolutionAxis
  /// The number of columns of a plane.
  let columns: Int
  /// The number of elements of a plane.
  let planeCount: Int
  private let channelStride: Int
  /// Whether a weight meets rows, and columns, of each remainder.
  private let usesRow: [Bool]
  private let usesColumn: [Bool]

  init(_ vertical: ConvolutionAxis, _ horizontal: ConvolutionAxis) {
    self.vertical = vertical
    self.horizontal = horizontal
    columns = (horizontal.span + horizontal.stride - 1) / horizontal.stride
    planeCount = (vertical.span + vertical.stride - 1) / vertical.stride * columns
    channelStride = planeCount * vertical.stride * horizontal.stride
    usesRow = Self.usedPhases(vertical)
    usesColumn = Self.usedPhases(horizontal)
  }

  private static func usedPhases(_ axis: ConvolutionAxis) -> [Bool] {
    var used = [Bool](repeating: false, count: axis.stride)
    for weight in 0..<min(axis.kernel, axis.stride) {
      used[weight * axis.dilation % axis.stride] = true
    }
    return used
  }

  /// How many elements `channels` channels take, with what kernels may read beyond them.
  func elementCount(channels: Int) -> Int { channels * channelStride + readBeyond }

  /// Where the element under weight (c, u, v) of the first patch stands.
  ///
  /// That of the patch at (y, x) stands `y · columns + x` further on.
  func offset(channel: Int, u: Int, v: Int) -> Int {
    let (row, column) = (u * vertical.dilation, v * horizontal.dilation)
    let plane =
      (row % vertical.stride) * horizontal.stride + column % horizontal.stride
    return channel * channelStride + plane * planeCount
      + row / vertical.stride * columns + column / horizontal.stride
  }

  /// The offsets of all weights of a kernel: columns fastest, then rows, then channels.
  func offsets(channels: Int) -> [Int] {
    var offsets: [Int] = []
    offsets.reserveCapacity(channels * vertical.kernel * horizontal.kernel)
    for channel in 0..<channels {
      for u in 0..<vertical.kernel {
        for v in 0..<horizontal.kernel { offsets.append(offset(channel: channel, u: u, v: v)) }
      }
    }
    return offsets
  }

  /// Copies one channel, `source` of `maps`, to `padded` from `start` on, where there are zeros.
  func fill<Scalar: FourierScalar>(
    _ padded: SharedBuffer<Scalar>, at start: Int, from maps: FeatureMaps<Scalar>, image: Int,
    channel source: Int, to channel: Int
  ) {
    let (s, t) = (vertical.stride, horizontal.stride)
    let filled = horizontal.filled
    let plane = (image * maps.shape.channels + source) * maps.shape.planeCount
    let base = start + channel * channelStride
    for row in vertical.filled where usesRow[row % s] {
      let from = plane + (row - vertical.padding) * maps.shape.columns - horizontal.padding
      let line = base + (row % s) * t * planeCount + row / s * columns
      if t == 1 {
        padded.copy(
          filled.count, from: maps.span, at: from + filled.lowerBound, to: line + filled.lowerBound)
        continue
      }
      for phase in 0..<t where usesColumn[phase] {
        // The columns phase, phase + t … that are filled.
        let first = (max(filled.lowerBound - phase, 0) + t - 1) / t
        let end = max(first, (max(filled.upperBound - phase, 0) + t - 1) / t)
        padded.copy(
          end - first, each: t, of: maps.span, at: from + phase + first * t,
          to: line + phase * planeCount + first)
      }
    }
  }
}
