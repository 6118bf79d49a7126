// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// The channels of one group of one image, padded with zeros and with rows and columns sorted by
/// their remainders modulo the strides, so that what neighbouring patches read is neighbours: row Y
/// and column X of the padded channel c stand in plane (c, Y mod s, X mod t) at row Y / s and
/// column X / t, for strides s and t.
struct PolyphasePlanes: Sendable {
  private let vertical: ConvolutionAxis
  private let horizontal: ConvolutionAxis
  private let channels: Int
  let columns: Int
  private let planeCount: Int
  private let channelStride: Int
  /// Whether a weight meets rows, and columns, of each remainder.
  private let usesRow: [Bool]
  private let usesColumn: [Bool]

  init(_ geometry: ConvolutionGeometry) {
    vertical = geometry.vertical
    horizontal = geometry.horizontal
    channels = geometry.groupChannels
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

  /// How many elements the channels take, with what kernels may read beyond them.
  var elementCount: Int { channels * channelStride + readBeyond }

  /// Where the elements under the weights of the first patch stand, columns fastest, then rows.
  /// Those of the patch at (y, x) stand `y · columns + x` further on.
  var offsets: [Int] {
    var offsets: [Int] = []
    offsets.reserveCapacity(channels * vertical.kernel * horizontal.kernel)
    for channel in 0..<channels {
      for u in 0..<vertical.kernel {
        for v in 0..<horizontal.kernel {
          offsets.append(
            channel * channelStride + offset(row: u * vertical.dilation)
              + offset(column: v * horizontal.dilation))
        }
      }
    }
    return offsets
  }

  private func offset(row: Int) -> Int {
    row % vertical.stride * horizontal.stride * planeCount + row / vertical.stride * columns
  }

  private func offset(column: Int) -> Int {
    column % horizontal.stride * planeCount + column / horizontal.stride
  }

  /// Copies some of the ``ConvolutionGeometry/slabs(elementCount:)`` to the zeros of `padded`.
  func fill<Scalar: FourierScalar>(
    _ padded: SharedBuffer<Scalar>, every distance: Int, from maps: FeatureMaps<Scalar>,
    _ pairs: Range<Int>, threads: Int
  ) {
    let (filled, step) = (horizontal.filled, horizontal.stride)
    forEachPiece(pairs.count * channels, threads: threads) { unit, _ in
      let plane = (pairs.lowerBound * channels + unit) * maps.shape.planeCount
      let start = unit / channels * distance + unit % channels * channelStride
      for row in vertical.filled where usesRow[row % vertical.stride] {
        let from = plane + (row - vertical.padding) * maps.shape.columns - horizontal.padding
        let line = start + offset(row: row)
        for phase in 0..<step where usesColumn[phase] {
          let inside = filled.steps(of: step, from: phase)
          padded.copy(
            inside.count, each: step, of: maps.span, at: from + phase + inside.lowerBound * step,
            to: line + phase * planeCount + inside.lowerBound)
        }
      }
    }
  }
}

extension Range<Int> {
  /// The numbers k, from 0 on, for which `first + k · step` lies within.
  func steps(of step: Int, from first: Int) -> Self {
    let start = (Swift.max(lowerBound - first, 0) + step - 1) / step
    return start..<Swift.max(start, (Swift.max(upperBound - first, 0) + step - 1) / step)
  }
}
