// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform
internal import Synchronization

/// Which patches of tiles hold nothing but zeros, found out once for all kernels of a group.
final class EmptyWindows<Scalar: FourierScalar>: Sendable {
  private let convolution: FFTConvolution<Scalar>
  private let known = Mutex<[Int: SharedBuffer<Scalar>]>([:])

  init(_ convolution: FFTConvolution<Scalar>) { self.convolution = convolution }

  /// The largest magnitude under a kernel at each element of a tile's plane.
  func peaks(of place: TilePlace) -> SharedBuffer<Scalar> {
    let geometry = convolution.geometry
    let group = place.kernel / geometry.groupKernels
    let key = (place.image * geometry.groups + group) * convolution.tiles.count + place.tile
    if let peaks = known.withLock({ $0[key] }) { return peaks }
    // Threads that come at the same time compute the same.
    let peaks = computedPeaks(image: place.image, group: group, tile: place.tile)
    known.withLock { $0[key] = peaks }
    return peaks
  }

  private func computedPeaks(image: Int, group: Int, tile: Int) -> SharedBuffer<Scalar> {
    let (geometry, tiles) = (convolution.geometry, convolution.tiles)
    let (shape, length) = (geometry.input, tiles.horizontal.length)
    let result = SharedBuffer<Scalar>(zeros: tiles.vertical.length * length)
    let corner = tiles.corner(of: tile)
    let top = corner.row - geometry.vertical.padding
    let left = corner.column - geometry.horizontal.padding
    let rows = (top..<top + tiles.vertical.length).clamped(to: 0..<shape.rows)
    let columns = (left..<left + length).clamped(to: 0..<shape.columns)
    let raise = unsafe Scalar._operations.kernels.pointee.raiseToMagnitudes
    let maps = convolution.job.input
    maps.span.withShared { input in
      for channel in 0..<geometry.groupChannels {
        let plane = image * shape.channels + group * geometry.groupChannels + channel
        for row in rows where !columns.isEmpty {
          unsafe raise(
            input.address(
              (plane * shape.rows + row) * shape.columns + columns.lowerBound, columns.count),
            result.address((row - top) * length + columns.lowerBound - left, columns.count),
            columns.count)
        }
      }
    }
    // Windows of 1, 2, 4 … neighbours, first of rows and then of columns.
    for shift in geometry.vertical.doublings {
      for row in 0..<max(0, tiles.vertical.length - shift) {
        unsafe raise(
          result.address((row + shift) * length, length), result.address(row * length, length),
          length)
      }
    }
    let line = SharedBuffer<Scalar>(unwritten: length)
    for shift in geometry.horizontal.doublings where shift < length {
      for row in 0..<tiles.vertical.length {
        line.copy(length, from: result, at: row * length, to: 0)
        unsafe raise(
          line.address(shift, length - shift), result.address(row * length, length - shift),
          length - shift)
      }
    }
    return result
  }
}

extension ConvolutionAxis {
  /// How far from one another those places are whose windows make the next larger window, up to that
  /// of the kernel.
  fileprivate var doublings: [Int] {
    var shifts: [Int] = []
    var size = 1
    while size < kernel {
      let step = min(size, kernel - size)
      shifts.append(step * dilation)
      size += step
    }
    return shifts
  }
}
