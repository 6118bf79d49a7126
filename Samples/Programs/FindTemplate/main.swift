// SPDX-License-Identifier: MIT

// Finds a small picture in a large one, though it is darker, has less contrast and noise.
//
//     FindTemplate [TEMPLATE.png PICTURE.png]

import Convolution
import Foundation
import ImageMatching
import SignalFiles

/// A number from 0 to 1 after another, always the same ones.
struct Numbers {
  private var state: UInt32 = 3
  mutating func next() -> Float {
    state = state &* 1_664_525 &+ 1_013_904_223
    return Float(state >> 8) / Float(1 << 24)
  }
}

/// The brightness of a file's pixels: the first channel.
func image(path: String) throws -> Matrix<Float> {
  let file = try Raster(path: path)
  return Matrix(rows: file.height, columns: file.width, elements: file.plane(0))
}

/// A heap of bright and dark rectangles.
func madePicture(_ numbers: inout Numbers) -> Matrix<Float> {
  var picture = Matrix<Float>(repeating: 0.5, rows: 200, columns: 300)
  for _ in 0..<400 {
    let (top, left) = (Int(numbers.next() * 190), Int(numbers.next() * 290))
    let (height, width) = (4 + Int(numbers.next() * 20), 4 + Int(numbers.next() * 20))
    let brightness = numbers.next()
    for row in top..<min(200, top + height) {
      for column in left..<min(300, left + width) { picture[row, column] = brightness }
    }
  }
  return picture
}

var numbers = Numbers()
var picture = madePicture(&numbers)
// A part of it, in other light and with noise.
var template = Matrix<Float>(repeating: 0, rows: 24, columns: 32)
for row in 0..<24 {
  for column in 0..<32 {
    template[row, column] = 0.1 + 0.4 * picture[71 + row, 122 + column] + 0.05 * numbers.next()
  }
}
if CommandLine.arguments.count > 2 {
  template = try image(path: CommandLine.arguments[1])
  picture = try image(path: CommandLine.arguments[2])
}

for (rank, match) in try findTemplate(template, in: picture, count: 2).enumerated() {
  print(
    "\(rank + 1): row \(match.row), column \(match.column), "
      + String(format: "score %.2f, ", match.score)
      + "by chance with at most 1e-6: \(match.falseAlarmProbability <= 1e-6)")
}
