// SPDX-License-Identifier: MIT

import CorrelationLayers
import Foundation
import SignalFiles

/// Displacements in pixels, one for each window of the first frame.
struct DisplacementField {
  let rows: Int
  let columns: Int
  /// Downwards and to the right, window by window.
  var vectors: [(down: Float, right: Float)]

  /// The displacement of each window that compares best: the channel of the correlation layer with
  /// the largest product, or the smallest difference, refined by a parabola through its neighbours.
  init(_ layer: CorrelationLayer, _ a: FeatureMaps<Float>, _ b: FeatureMaps<Float>) throws {
    let out = try layer.forward(a, b)
    (rows, columns) = (out.shape.rows, out.shape.columns)
    let sign: Float = layer.comparison == .product ? 1 : -1
    let reach = layer.maxDisplacement.columns
    let across = 2 * reach + 1
    vectors = (0..<out.shape.rows * out.shape.columns).map { window in
      let (row, column) = (window / out.shape.columns, window % out.shape.columns)
      func score(_ y: Int, _ x: Int) -> Float { sign * out[0, y * across + x, row, column] }
      var best = (y: reach, x: reach)
      for y in 0..<across {
        for x in 0..<across where score(y, x) > score(best.y, best.x) { best = (y, x) }
      }
      func refined(_ before: Float, _ here: Float, _ after: Float) -> Float {
        let curvature = before - 2 * here + after
        return curvature < 0 ? 0.5 * (before - after) / curvature : 0
      }
      let isInside = 1..<across - 1 ~= best.y && 1..<across - 1 ~= best.x
      let here = score(best.y, best.x)
      return (
        Float(best.y - reach)
          + (isInside ? refined(score(best.y - 1, best.x), here, score(best.y + 1, best.x)) : 0),
        Float(best.x - reach)
          + (isInside ? refined(score(best.y, best.x - 1), here, score(best.y, best.x + 1)) : 0)
      )
    }
  }

  /// The colour of a vector: its direction is the hue, its length the saturation.
  static func color(_ down: Float, _ right: Float, longest: Float) -> (Float, Float, Float) {
    let angle = atan2(down, right)
    let strength = min(1, (down * down + right * right).squareRoot() / longest)
    func part(_ shift: Float) -> Float {
      255 * (1 - strength * (0.5 - 0.5 * cos(angle - shift)))
    }
    return (part(0), part(2 * .pi / 3), part(4 * .pi / 3))
  }
}

extension Picture {
  /// Paints a field of vectors, a square of `scale` pixels for each, and every `each`-th of them as
  /// an arrow `stretch` times as long as it is.
  mutating func paint(
    _ vectors: [(down: Float, right: Float)], rows: Int, columns: Int, longest: Float, top: Int,
    left: Int, scale: Int, each: Int, stretch: Float
  ) {
    paint(top: top, left: left, height: rows, width: columns, scale: scale) {
      let vector = vectors[$0 * columns + $1]
      return DisplacementField.color(vector.down, vector.right, longest: longest)
    }
    for row in stride(from: each / 2, to: rows, by: each) {
      for column in stride(from: each / 2, to: columns, by: each) {
        let vector = vectors[row * columns + column]
        draw(
          arrowFrom: (
            Float(top) + (Float(row) + 0.5) * Float(scale),
            Float(left) + (Float(column) + 0.5) * Float(scale)
          ), (stretch * vector.down, stretch * vector.right))
      }
    }
  }
}

/// Two frames of particles in a vortex that the sample makes: the frames, the true displacements
/// and the measured ones.
func showParticles(output: String) throws {
  let size = 256
  let (a, b, truth) = try particleFrames(size: size)
  let (window, step, reach) = (31, 8, 8)
  let layer = try CorrelationLayer(
    kernelSize: window, maxDisplacement: .init(reach), stride: step, padding: reach)
  let field = try DisplacementField(layer, a, b)
  var squares: Float = 0
  let centers = field.vectors.indices.map { index in
    (
      row: index / field.columns * step + window / 2,
      column: index % field.columns * step + window / 2
    )
  }
  for (vector, center) in zip(field.vectors, centers) {
    let expected = truth(Float(center.row), Float(center.column))
    let (y, x) = (vector.down - expected.down, vector.right - expected.right)
    squares += y * y + x * x
  }
  let error = (squares / Float(field.vectors.count)).squareRoot()
  let scale = 8
  let fieldSize = (field.rows * scale, field.columns * scale)
  var picture = Picture(height: size + 24 + fieldSize.0, width: 2 * size + 24)
  let brightest = limit(a)
  for (index, frame) in [a, b].enumerated() {
    picture.paint(
      frame, image: 0, channel: 0, limit: brightest, top: 8, left: 8 + index * (size + 8), scale: 1)
  }
  for (index, vectors) in [
    centers.map { truth(Float($0.row), Float($0.column)) }, field.vectors,
  ].enumerated() {
    picture.paint(
      vectors, rows: field.rows, columns: field.columns, longest: 6, top: size + 16,
      left: 8 + index * (size + 8), scale: scale, each: 3, stretch: 4)
  }
  try picture.write(to: output)
  print(
    "\(field.vectors.count) windows; the displacements are off by \(error) pixels (root mean "
      + "square); picture: \(output): frames, true displacements, measured ones")
}

/// Frames of Gaussian particles, their mean removed, and the displacement at a place.
private func particleFrames(size: Int) throws -> (
  FeatureMaps<Float>, FeatureMaps<Float>, (Float, Float) -> (down: Float, right: Float)
) {
  let middle = Float(size) / 2
  /// A vortex: as fast as a wheel at its centre, and slower again outside.
  let truth = { (row: Float, column: Float) -> (down: Float, right: Float) in
    let (y, x) = (row - middle, column - middle)
    let spin = 0.09 * exp(-(y * y + x * x) / 9000)
    return (spin * x, -spin * y)
  }
  var state: UInt32 = 12345
  func random() -> Float {
    // Marsaglia's xorshift, 2003.
    state ^= state << 13
    state ^= state >> 17
    state ^= state << 5
    return Float(state) / 4_294_967_296
  }
  let shape = try FeatureMapShape(images: 1, channels: 1, rows: size, columns: size)
  var frames = [
    FeatureMaps(shape: shape, repeating: Float(0)), FeatureMaps(shape: shape, repeating: Float(0)),
  ]
  for _ in 0..<size * size / 16 {
    let place = (random() * Float(size), random() * Float(size))
    let moved = truth(place.0, place.1)
    let centers = [
      (place.0 - moved.down / 2, place.1 - moved.right / 2),
      (place.0 + moved.down / 2, place.1 + moved.right / 2),
    ]
    for (frame, center) in centers.enumerated() {
      for row in Int(center.0) - 3...Int(center.0) + 3 where 0..<size ~= row {
        for column in Int(center.1) - 3...Int(center.1) + 3 where 0..<size ~= column {
          let (y, x) = (Float(row) - center.0, Float(column) - center.1)
          frames[frame][0, 0, row, column] += 200 * exp(-(y * y + x * x) / 1.6)
        }
      }
    }
  }
  for index in 0..<2 {
    let elements = frames[index].elements
    let mean = elements.reduce(0, +) / Float(elements.count)
    frames[index] = try FeatureMaps(shape: shape, elements: elements.map { $0 - mean })
  }
  return (frames[0], frames[1], truth)
}

/// The displacement between any two frames: the first frame and, below it, its displacements.
func showFrames(_ first: String, _ second: String, output: String) throws {
  let (a, b) = (try readGrey(first), try readGrey(second))
  guard a.shape == b.shape, a.shape.rows >= 16, a.shape.columns >= 16 else {
    throw SignalFileError.wrongShape(
      path: second, expected: "an image of the first one's size, at least 16 x 16,",
      actual: "one of \(b.shape.rows) x \(b.shape.columns)")
  }
  let (window, step, reach) = (11, 2, 10)
  let layer = try CorrelationLayer(
    kernelSize: window, maxDisplacement: .init(reach), stride: step, padding: reach,
    comparison: .absoluteDifference)
  let field = try DisplacementField(layer, a, b)
  var picture = Picture(
    height: a.shape.rows + 24 + field.rows * step, width: a.shape.columns + 16)
  picture.paint(top: 8, left: 8, height: a.shape.rows, width: a.shape.columns, scale: 1) {
    let grey = a[0, 0, $0, $1]
    return (grey, grey, grey)
  }
  // The lengths that colours tell apart best: those of all but the largest.
  let lengths = field.vectors.map { ($0.down * $0.down + $0.right * $0.right).squareRoot() }
  let longest = max(1, lengths.sorted()[lengths.count * 98 / 100])
  picture.paint(
    field.vectors, rows: field.rows, columns: field.columns, longest: longest,
    top: a.shape.rows + 16, left: 8 + window / 2, scale: step, each: 10, stretch: 4)
  try picture.write(to: output)
  print(
    "\(field.vectors.count) windows, displacements of up to \(longest) pixels; picture: \(output)")
}

/// The grey image of a PNG, in 0…255.
private func readGrey(_ path: String) throws -> FeatureMaps<Float> {
  let raster = try Raster(path: path)
  let planes = (0..<raster.channels.colorCount).map { raster.plane($0) }
  let factor = 255 / (Float(raster.fullScale) * Float(planes.count))
  return try FeatureMaps(
    shape: FeatureMapShape(images: 1, channels: 1, rows: raster.height, columns: raster.width),
    elements: planes[0].indices.map { index in
      planes.reduce(0) { $0 + $1[index] } * factor
    })
}
