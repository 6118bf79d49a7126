// SPDX-License-Identifier: MIT

internal import FourierTransform

/// How one axis of the outputs, those between the patches too, is divided into tiles for transforms.
struct TransformAxis: Sendable {
  let length: Int
  /// How many outputs of a tile are free of wrapped-around products.
  let outputs: Int
  /// The number of tiles.
  let count: Int
  /// The predicted time of a transform for each of its elements, in nanoseconds.
  fileprivate var cost: Double

  /// The lengths that have fast transforms for their size, and that of the whole axis.
  static func candidates(
    _ axis: ConvolutionAxis, _ times: TransformTimes
  ) -> [TransformAxis] {
    let whole = times.bestLength(atLeast: axis.span)
    let tiles = times.lengths.filter { $0 >= axis.reach && $0 < whole }
    return (tiles + [whole]).map { length in
      let outputs = length - axis.reach + 1
      return TransformAxis(
        length: length, outputs: outputs, count: (axis.span - axis.reach + outputs) / outputs,
        cost: times.nanoseconds(length: length))
    }
  }
}

/// The division of a convolution layer's outputs into tiles whose spectra are multiplied.
struct TransformTiles: Sendable {
  private(set) var vertical: TransformAxis
  private(set) var horizontal: TransformAxis

  var count: Int { vertical.count * horizontal.count }

  /// Where the outputs of a tile begin, those between the patches counted too.
  func corner(of tile: Int) -> (row: Int, column: Int) {
    let (row, column) = tile.quotientAndRemainder(dividingBy: horizontal.count)
    return (row * vertical.outputs, column * horizontal.outputs)
  }

  /// The fastest division, as predicted.
  init(_ geometry: ConvolutionGeometry, _ costs: LayerCosts = .shared) {
    let columns = TransformAxis.candidates(geometry.horizontal, costs.transforms)
    var best: (tiles: Self, nanoseconds: Double)?
    for vertical in TransformAxis.candidates(geometry.vertical, costs.transforms) {
      for horizontal in columns {
        let tiles = Self(vertical: vertical, horizontal: horizontal)
        let nanoseconds = tiles.nanoseconds(geometry, costs.convolution)
        if nanoseconds < best?.nanoseconds ?? .infinity { best = (tiles, nanoseconds) }
      }
    }
    guard let best else { preconditionFailure("the whole axis is always a candidate") }
    self = best.tiles
  }

  private init(vertical: TransformAxis, horizontal: TransformAxis) {
    (self.vertical, self.horizontal) = (vertical, horizontal)
  }

  /// The same division with what its transforms take by other times.
  func timed(by times: TransformTimes) -> Self {
    var tiles = self
    tiles.vertical.cost = times.nanoseconds(length: vertical.length)
    tiles.horizontal.cost = times.nanoseconds(length: horizontal.length)
    return tiles
  }

  /// The predicted time of the whole layer in nanoseconds of one thread in single precision.
  func nanoseconds(_ geometry: ConvolutionGeometry, _ times: Times<ConvolutionTime>) -> Double {
    let elements = Double(vertical.length * horizontal.length)
    let tiles = Double(geometry.input.images * count)
    let kernels = Double(geometry.output.channels)
    let pairs = kernels * Double(geometry.groupChannels)
    let transforms = tiles * Double(geometry.input.channels) + pairs + tiles * kernels
    let transform = elements * ((vertical.cost + horizontal.cost) / 2 + times[.tileCopy])
    return times[.transformStart] + transforms * transform + pairs * tiles * elements / 2
      * times[.spectrumProduct]
  }
}
