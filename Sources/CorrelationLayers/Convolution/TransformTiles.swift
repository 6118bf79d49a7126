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
  static func candidates(_ axis: ConvolutionAxis) -> [TransformAxis] {
    let whole = TransformCost.bestLength(atLeast: axis.span)
    let tiles = TransformCost.measured.filter { $0.length >= axis.reach && $0.length < whole }
    return (tiles.map(\.length) + [whole]).map {
      TransformAxis(axis, length: $0, cost: TransformCost.nanoseconds(length: $0))
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
  init(_ geometry: ConvolutionGeometry) {
    var best: TransformTiles?
    for vertical in TransformAxis.candidates(geometry.vertical.withUnitStride) {
      for horizontal in TransformAxis.candidates(geometry.horizontal.withUnitStride) {
        let tiles = TransformTiles(geometry, vertical, horizontal)
        if tiles.nanoseconds < best?.nanoseconds ?? .infinity { best = tiles }
      }
    }
    guard let best else { preconditionFailure("the whole axis is always a candidate") }
    self = best
  }

  private init(
    _ geometry: ConvolutionGeometry, _ vertical: TransformAxis, _ horizontal: TransformAxis
  ) {
    self.vertical = vertical
    self.horizontal = horizontal
    let elements = Double(vertical.length * horizontal.length)
    let tiles = Double(geometry.input.images * vertical.count * horizontal.count)
    let kernels = Double(geometry.output.channels)
    let pairs = kernels * Double(geometry.groupChannels)
    let transforms =
      tiles * Double(geometry.input.channels) + pairs + tiles * kernels
    let transform = elements * ((vertical.cost + horizontal.cost) / 2 + Self.copying)
    nanoseconds = Self.start + transforms * transform + pairs * tiles * elements / 2 * Self.product
  }

  /// Nanoseconds for planning the transform and finding the memory.
  static let start = 50_000.0
  /// Nanoseconds for each element of copying a tile in and its spectrum out.
  private static let copying = 0.6
  /// Nanoseconds for each product of two complex numbers.
  private static let product = 0.06
}
