// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

extension FFTConvolution {
  /// The outputs of a tile: the patches that start in it.
  func outputs(ofTile tile: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    let (top, left) = tiles.corner(of: tile)
    let rows = (top..<top + tiles.vertical.outputs)
      .steps(of: geometry.vertical.stride, from: 0).clamped(to: 0..<geometry.vertical.outputs)
    let columns = (left..<left + tiles.horizontal.outputs)
      .steps(of: geometry.horizontal.stride, from: 0).clamped(to: 0..<geometry.horizontal.outputs)
    return (rows, columns)
  }

  /// Copies the outputs of a tile out of the scratch plane, and sums small ones directly.
  ///
  /// - Parameter norms: Σ ‖x‖² ‖h‖² and Σ ‖x‖ ‖h‖ over the channels of what was transformed.
  /// - Returns: false if the tile is to be done by direct sums altogether.
  func store(
    _ scratch: TileScratch<Scalar>, _ place: TilePlace, _ norms: (squares: Double, norms: Double),
    _ windows: EmptyWindows<Scalar>
  ) -> Bool {
    let (plane, strides) = (scratch.plane, geometry.outputStrides)
    let (rows, columns) = outputs(ofTile: place.tile)
    guard !rows.isEmpty, !columns.isEmpty else { return true }
    let group = place.kernel / geometry.groupKernels
    let (first, second) = inputScales[place.image * geometry.groups + group]
      .restoring(kernelScales[place.kernel])
    let share = 1 / Scalar(plane.count)
    var factor = share * second
    let isRounded =
      isWhole && first == 1
      && TransformNoise<Scalar>.proven(
        planeCount: plane.count, terms: geometry.groupChannels,
        productOfNorms: norms.norms) < 0.5
    guard isRounded || !job.isExact else { return false }
    var noise: TransformNoise<Scalar>?
    var limitFactor: Scalar = 1
    if isRounded {
      plane.round(factor: factor)
      factor = 1
    } else {
      noise = TransformNoise(
        planeCount: plane.count, productOfNorms: norms.squares.squareRoot(),
        energy: plane.energy())
      if first != 1 {
        plane.scale(by: share)
        plane.scale(by: first)
        (limitFactor, factor) = (share * first, second)
      }
    }
    let (down, across) = (geometry.vertical.stride, geometry.horizontal.stride)
    let (top, left) = tiles.corner(of: place.tile)
    let added = job.bias?[place.kernel] ?? 0
    let limit = noise.map { $0.leastResult * Double(limitFactor) }
    var found = 0
    for row in rows {
      let source = (row * down - top) * tiles.horizontal.length + columns.lowerBound * across - left
      strides.write(
        columns.count, of: plane, at: source, step: across, factor: factor, adding: added,
        to: job.out,
        at: strides.row(row, channel: place.kernel, image: place.image)
          + columns.lowerBound * strides.columnStride)
      guard let limit else { continue }
      let known = found
      found += plane.smallPlaces(
        columns.count, each: across, from: source, below: limit, into: scratch.places, at: known)
      for index in known..<found {
        scratch.places[index] += (row - rows.lowerBound) * columns.count
      }
    }
    guard found > 0, let noise else { return true }
    return replaceSmall(
      found, of: place, at: scratch.places, rows: rows, columns: columns, windows,
      leastMagnitude: scaled(noise.leastMagnitude / Double(plane.count), (first, second)))
  }
}
