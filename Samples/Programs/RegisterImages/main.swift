// SPDX-License-Identifier: MIT

// Finds the shift between two pictures of one scene, to a fraction of a pixel.
//
//     RegisterImages [FIRST.png SECOND.png]

import Convolution
import Foundation
import ImageMatching
import SignalFiles

/// A sky of soft stars, as a camera sees it that points a little elsewhere.
func sky(downBy down: Double, rightBy right: Double, size: Int = 160) -> Matrix<Double> {
  var state: UInt32 = 5
  func number() -> Double {
    state = state &* 1_664_525 &+ 1_013_904_223
    return Double(state >> 8) / Double(1 << 24)
  }
  var picture = Matrix<Double>(repeating: 0, rows: size, columns: size)
  for _ in 0..<150 {
    let (y, x) = (number() * 200 - 20 + down, number() * 200 - 20 + right)
    let (brightness, width) = (number(), 1.5 + 2 * number())
    for row in (Int(y) - 15..<Int(y) + 16).clamped(to: 0..<size) {
      for column in (Int(x) - 15..<Int(x) + 16).clamped(to: 0..<size) {
        let distance = pow(Double(row) - y, 2) + pow(Double(column) - x, 2)
        picture[row, column] += brightness * exp(-distance / (2 * width * width))
      }
    }
  }
  return picture
}

/// The brightness of a file's pixels: the first channel.
func image(path: String) throws -> Matrix<Double> {
  let file = try Raster(path: path)
  return Matrix(
    rows: file.height, columns: file.width, elements: file.plane(0).map { Double($0) })
}

var (first, second) = (sky(downBy: 0, rightBy: 0), sky(downBy: 3.4, rightBy: -7.7))
if CommandLine.arguments.count > 2 {
  first = try image(path: CommandLine.arguments[1])
  second = try image(path: CommandLine.arguments[2])
}

let shift = try estimateTranslation(of: second, from: first)
print(
  String(
    format: "the scene lies %.1f rows further down and %.1f columns further right",
    shift.rowShift, shift.columnShift))
print("by chance with at most 1e-6: \(shift.isReliable(atMost: 1e-6))")

// The other way round it is the other shift.
let back = try estimateTranslation(of: first, from: second)
print(String(format: "and back: %.1f and %.1f", back.rowShift, back.columnShift))
