internal import FourierTransform

/// How one axis of the outputs is divided into tiles for transforms.
struct TransformAxis: Sendable {
  /// The length of the transforms.
  let length: Int
  /// How many outputs of a tile are free of wrapped-around products.
  let outputs: Int
  /// The number of tiles.
  let count: Int
  /// The predicted time of a transform for each of its elements, in nanoseconds.
  let cost: Double

  /// Tiles of transforms of `length`.
  init(_ axis: ConvolutionAxis, length: Int, cost: Double) {
    self.length = length
    self.cost = cost
    outputs = length - axis.reach + 1
    count = (axis.outputs + outputs - 1) / outputs
  }

  /// The lengths that come into question: those that have fast transforms for their size, and that
  /// of the whole axis.
  static func candidates(
    _ axis: ConvolutionAxis, _ times: TransformTimes
  ) -> [TransformAxis] {
    let whole = times.bestLength(atLeast: axis.span)
    let tiles = times.lengths.filter { $0 >= axis.reach && $0 < whole }
    return (tiles + [whole]).map {
      TransformAxis(axis, length: $0, cost: times.nanoseconds(length: $0))
    }
  }
}

/// The division of a convolution layer's outputs into tiles whose spectra are multiplied.
struct TransformTiles: Sendable {
  let vertical: TransformAxis
  let horizontal: TransformAxis
  /// The predicted time of the whole layer in nanoseconds of one thread in single precision.
  let nanoseconds: Double

  /// The number of tiles of an image.
  var count: Int { vertical.count * horizontal.count }

  /// The fastest division, as predicted.
  init(_ geometry: ConvolutionGeometry, _ costs: LayerCosts = .shared) {
    var best: TransformTiles?
    let (across, times) = (geometry.horizontal.withUnitStride, costs.convolution)
    let columns = TransformAxis.candidates(across, costs.transforms)
    for vertical in TransformAxis.candidates(geometry.vertical.withUnitStride, costs.transforms) {
      for horizontal in columns {
        let tiles = TransformTiles(geometry, vertical, horizontal, times)
        if tiles.nanoseconds < best?.nanoseconds ?? .infinity { best = tiles }
      }
    }
    guard let best else { preconditionFailure("the whole axis is always a candidate") }
    self = best
  }

  /// What this division is predicted to take by other costs.
  func nanoseconds(_ geometry: ConvolutionGeometry, _ costs: LayerCosts) -> Double {
    func axis(_ chosen: TransformAxis, _ axis: ConvolutionAxis) -> TransformAxis {
      TransformAxis(
        axis.withUnitStride, length: chosen.length,
        cost: costs.transforms.nanoseconds(length: chosen.length))
    }
    return TransformTiles(
      geometry, axis(vertical, geometry.vertical), axis(horizontal, geometry.horizontal),
      costs.convolution
    ).nanoseconds
  }

  private init(
    _ geometry: ConvolutionGeometry, _ vertical: TransformAxis, _ horizontal: TransformAxis,
    _ times: ConvolutionTimes
  ) {
    self.vertical = vertical
    self.horizontal = horizontal
    let elements = Double(vertical.length * horizontal.length)
    let tiles = Double(geometry.input.images * vertical.count * horizontal.count)
    let kernels = Double(geometry.output.channels)
    let pairs = kernels * Double(geometry.groupChannels)
    let transforms =
      tiles * Double(geometry.input.channels) + pairs + tiles * kernels
    let transform = elements * ((vertical.cost + horizontal.cost) / 2 + times.tileCopy)
    nanoseconds =
      times.transformStart + transforms * transform + pairs * tiles * elements / 2
      * times.spectrumProduct
  }
}
