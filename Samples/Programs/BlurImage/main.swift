// SPDX-License-Identifier: MIT

// Blurs an image as a lens out of focus does: with a disc, a large kernel that is not separable.
//
//     BlurImage [PICTURE.png [OUTPUT.png]]
//
// Without a picture one is made: a bright square on a dark ground.

import Convolution
import Foundation
import SignalFiles

let arguments = CommandLine.arguments
let radius = 40

/// A disc of ones, divided by their number.
func disc(radius: Int) -> Matrix<Float> {
  var disc = Matrix<Float>(repeating: 0, rows: 2 * radius + 1, columns: 2 * radius + 1)
  for row in -radius...radius {
    for column in -radius...radius where row * row + column * column <= radius * radius {
      disc[row + radius, column + radius] = 1
    }
  }
  let sum = disc.elements.reduce(0, +)
  disc.elements = disc.elements.map { $0 / sum }
  return disc
}

let square = (0..<240 * 320).map { index in
  80..<160 ~= index / 320 && 120..<200 ~= index % 320 ? 60_000 : 1000 as Float
}
var picture = Raster(height: 240, width: 320, channels: .grey, planes: [square], bits: 16)
if arguments.count > 1 { picture = try Raster(path: arguments[1]) }

let kernel = disc(radius: radius)
let plan = try ConvolutionPlan2D(kernel: kernel, mode: .same, boundary: .symmetric)
let planes = (0..<picture.channels.rawValue).map { channel in
  plan.apply(
    to: Matrix(rows: picture.height, columns: picture.width, elements: picture.plane(channel)))
}
print("\(picture.height) x \(picture.width), \(kernel.rows) x \(kernel.columns) taps")

// The same by direct sums, at the row in the middle: of the rows that the kernel reaches from there.
let row = picture.height / 2
let rows = max(0, row - radius)..<min(picture.height, row + radius + 1)
let band = Matrix(
  rows: rows.count, columns: picture.width,
  elements: Array(
    picture.plane(0)[(rows.lowerBound * picture.width)..<(rows.upperBound * picture.width)]))
let direct = convolve(band, kernel, mode: .same, boundary: .symmetric, method: .direct)
let difference = (0..<picture.width).map { column in
  abs(direct[row - rows.lowerBound, column] - planes[0][row, column])
}
let limit = 1e-6 * Float(picture.fullScale)
print("as direct sums, to a millionth of full scale: \((difference.max() ?? 1) < limit)")
for column in stride(from: 0, to: picture.width, by: 40) {
  print("row \(row), column \(column): \(Int(planes[0][row, column].rounded()))")
}

if arguments.count > 2 {
  try Raster(
    height: picture.height, width: picture.width, channels: picture.channels,
    planes: planes.map(\.elements), bits: picture.fullScale == 255 ? 8 : 16
  ).write(to: arguments[2])
}
