// SPDX-License-Identifier: MIT

import CorrelationLayers
import Foundation
import SignalFiles

/// A colour picture that is put together from small ones.
struct Picture {
  private(set) var planes: [[Float]]
  let height: Int
  let width: Int

  /// A picture of one grey.
  init(height: Int, width: Int, grey: Float = 255) {
    self.height = height
    self.width = width
    planes = (0..<3).map { _ in [Float](repeating: grey, count: height * width) }
  }

  /// Paints `color(row, column)`, of 0…255, over a rectangle, each pixel `scale` times as large.
  mutating func paint(
    top: Int, left: Int, height: Int, width: Int, scale: Int,
    _ color: (_ row: Int, _ column: Int) -> (Float, Float, Float)
  ) {
    for row in 0..<height {
      for column in 0..<width {
        let (red, green, blue) = color(row, column)
        for y in 0..<scale {
          for x in 0..<scale {
            let place = (top + row * scale + y) * self.width + left + column * scale + x
            planes[0][place] = red
            planes[1][place] = green
            planes[2][place] = blue
          }
        }
      }
    }
  }

  /// Paints one channel of signed numbers: grey is 0, white `limit`, black `-limit`.
  mutating func paint(
    _ maps: FeatureMaps<Float>, image: Int, channel: Int, limit: Float, top: Int, left: Int,
    scale: Int
  ) {
    paint(top: top, left: left, height: maps.shape.rows, width: maps.shape.columns, scale: scale) {
      let grey = 127.5 + 127.5 * maps[image, channel, $0, $1] / limit
      return (grey, grey, grey)
    }
  }

  /// Draws an arrow of dark pixels, or a dot where it is shorter than one.
  mutating func draw(arrowFrom start: (row: Float, column: Float), _ vector: (Float, Float)) {
    let length = (vector.0 * vector.0 + vector.1 * vector.1).squareRoot()
    let end = (start.row + vector.0, start.column + vector.1)
    draw(lineFrom: (start.row, start.column), to: end)
    guard length >= 3 else { return }
    let along = (vector.0 / length, vector.1 / length)
    let barb: Float = min(4, length / 2)
    for side: Float in [-0.6, 0.6] {
      draw(
        lineFrom: end,
        to: (
          end.0 - barb * (along.0 + side * along.1), end.1 - barb * (along.1 - side * along.0)
        ))
    }
  }

  private mutating func draw(lineFrom start: (Float, Float), to end: (Float, Float)) {
    let steps = Int(max(abs(end.0 - start.0), abs(end.1 - start.1)).rounded(.up)) + 1
    for step in 0...steps {
      let t = Float(step) / Float(steps)
      let row = Int((start.0 + t * (end.0 - start.0)).rounded())
      let column = Int((start.1 + t * (end.1 - start.1)).rounded())
      guard 0..<height ~= row, 0..<width ~= column else { continue }
      for plane in planes.indices { planes[plane][row * width + column] = 30 }
    }
  }

  func write(to path: String) throws {
    try Raster(height: height, width: width, channels: .color, planes: planes, bits: 8)
      .write(to: path)
  }
}

/// The largest magnitude.
func limit(_ maps: FeatureMaps<Float>) -> Float {
  max(maps.elements.reduce(0) { max($0, abs($1)) }, .leastNormalMagnitude)
}

/// The layer's output by its definition, in double precision.
func directSums(_ input: FeatureMaps<Float>, _ weights: FeatureMaps<Float>) throws
  -> FeatureMaps<Float>
{
  let shape = try ConvolutionLayer().outputShape(for: input.shape, weights: weights.shape)
  var out = FeatureMaps(shape: shape, repeating: Float(0))
  for n in 0..<shape.images {
    for m in 0..<shape.channels {
      for y in 0..<shape.rows {
        for x in 0..<shape.columns {
          var sum = 0.0
          for c in 0..<weights.shape.channels {
            for u in 0..<weights.shape.rows {
              for v in 0..<weights.shape.columns {
                sum += Double(weights[m, c, u, v]) * Double(input[n, c, y + u, x + v])
              }
            }
          }
          out[n, m, y, x] = Float(sum)
        }
      }
    }
  }
  return out
}

/// Says how far the layer's numbers are from the direct sums.
func report(_ out: FeatureMaps<Float>, _ reference: FeatureMaps<Float>, _ path: String) {
  let worst = zip(out.elements, reference.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
  print(
    "\(out.elements.count) outputs; farthest from the direct sums: \(worst) of \(limit(reference)); "
      + "picture: \(path)")
}

/// Prints one line and ends the process.
func fatalExit(_ error: any Error) -> Never {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(error is Usage ? 64 : 65)
}
