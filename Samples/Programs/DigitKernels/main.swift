// SPDX-License-Identifier: MIT

// Slides kernels over the images of an idx file, the form of MNIST's data sets: a convolution layer,
// in exact integers.
//
//     DigitKernels [IMAGES.idx]
//
// Without a file one is made, with three images of 8 x 8: a one, a minus and a nought.

import CorrelationLayers
import Foundation
import SignalFiles

/// Writes images as an idx file of bytes.
func writeImages(_ images: [[UInt8]], size: Int, to path: String) throws {
  // Two zeros, the type (bytes), three dimensions, and these, the most significant byte first.
  var bytes: [UInt8] = [0, 0, 8, 3]
  for number in [images.count, size, size] {
    bytes += [24, 16, 8, 0].map { UInt8(number >> $0 & 0xFF) }
  }
  try Data(bytes + images.joined()).write(to: URL(fileURLWithPath: path))
}

var path = NSTemporaryDirectory() + "/overlap-digits.idx"
if CommandLine.arguments.count > 1 {
  path = CommandLine.arguments[1]
} else {
  let drawn = [
    "...........#.......#.......#.......#.......#.......#............",
    "................................#####...........................",
    "..........####....#..#....#..#....#..#....#..#....####..........",
  ]
  try writeImages(drawn.map { $0.map { $0 == "#" ? 1 : 0 } }, size: 8, to: path)
}

let file = try NumPyArray(idxPath: path)
guard let pixels = [Int32](file), file.shape.count == 3 else {
  print("\(path) has no images of integers")
  exit(1)
}
let images = try FeatureMaps(
  shape: FeatureMapShape(
    images: file.shape[0], channels: 1, rows: file.shape[1], columns: file.shape[2]),
  elements: pixels)

// Sobel's kernels: one for edges that run down, one for those that run across.
let kernels = try FeatureMaps<Int32>(
  shape: FeatureMapShape(images: 2, channels: 1, rows: 3, columns: 3),
  elements: [-1, 0, 1, -2, 0, 2, -1, 0, 1] + [-1, -2, -1, 0, 0, 0, 1, 2, 1])
let edges = try ConvolutionLayer(padding: 1).forward(images, weights: kernels)
print("\(images.shape) -> \(edges.shape)")

for image in 0..<min(3, edges.shape.images) {
  let sums = (0..<2).map { kernel in
    (0..<edges.shape.rows).reduce(0) { sum, row in
      sum + (0..<edges.shape.columns).reduce(0) { $0 + abs(edges[image, kernel, row, $1]) }
    }
  }
  print("image \(image): edges down \(sums[0]), edges across \(sums[1])")
}
for row in 0..<edges.shape.rows {
  print((0..<edges.shape.columns).map { "\(edges[0, 0, row, $0])" }.joined(separator: "\t"))
}
