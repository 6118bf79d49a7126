// SPDX-License-Identifier: MIT

import CorrelationLayers
import SignalFiles

/// Six kernels of 3 x 3: two edges, a line, a blur, a corner and a slope.
private let digitKernels: [[Float]] = [
  [-1, 0, 1, -2, 0, 2, -1, 0, 1], [-1, -2, -1, 0, 0, 0, 1, 2, 1],
  [0, -1, 0, -1, 4, -1, 0, -1, 0], [1, 2, 1, 2, 4, 2, 1, 2, 1],
  [-1, -1, 1, -1, -1, 1, 1, 1, 1], [-2, -1, 0, -1, 0, 1, 0, 1, 2],
]

/// A batch of kernels over the first images of an idx file: the images, what the layer makes of
/// them, and beside it what direct sums make of them.
func showDigits(_ path: String, output: String) throws {
  let file = try NumPyArray(idxPath: path)
  guard file.shape.count == 3, file.shape[0] > 0, file.shape[1] >= 3, file.shape[2] >= 3,
    let pixels = [Float](file)
  else {
    throw SignalFileError.wrongShape(
      path: path, expected: "images of at least 3 x 3 pixels", actual: "an array of \(file.shape)")
  }
  let (rows, columns) = (file.shape[1], file.shape[2])
  let count = min(8, file.shape[0])
  let images = try FeatureMaps(
    shape: FeatureMapShape(images: count, channels: 1, rows: rows, columns: columns),
    elements: Array(pixels[0..<count * rows * columns]))
  let weights = try FeatureMaps(
    shape: FeatureMapShape(images: digitKernels.count, channels: 1, rows: 3, columns: 3),
    elements: digitKernels.flatMap { $0 })
  let out = try ConvolutionLayer().forward(images, weights: weights)
  let reference = try directSums(images, weights)

  let (scale, gap) = (2, 6)
  let (cellHeight, cellWidth) = (rows * scale + gap, columns * scale + gap)
  var picture = Picture(
    height: count * cellHeight + gap,
    width: (1 + 2 * digitKernels.count) * cellWidth + 3 * gap)
  for image in 0..<count {
    let top = gap + image * cellHeight
    picture.paint(
      images, image: image, channel: 0, limit: limit(images), top: top, left: gap, scale: scale)
    for (side, maps) in [out, reference].enumerated() {
      for kernel in digitKernels.indices {
        let cell = 1 + side * digitKernels.count + kernel
        picture.paint(
          maps, image: image, channel: kernel, limit: limit(reference) / 2, top: top,
          left: gap + cell * cellWidth + (side + 1) * gap / 2, scale: scale)
      }
    }
  }
  try picture.write(to: output)
  report(out, reference, output)
}

/// Kernels of 5 x 5 pixels and three channels over colour images of 32 x 32.
func showColors(_ path: String?, output: String) throws {
  let images = try path.map(readBatch) ?? madeImages()
  let count = images.shape.images
  // A blob for each of: light, red against green, blue against yellow; and two edges of colour.
  let blob: (Int, Int) -> Float = { u, v in
    let distance = Float((u - 2) * (u - 2) + (v - 2) * (v - 2))
    return distance < 1.5 ? 1 : distance < 5.5 ? 0.4 : 0
  }
  let ramp: (Int, Int) -> Float = { _, v in Float(v - 2) / 2 }
  let kernels: [((Int, Int) -> Float, [Float])] = [
    (blob, [1, 1, 1]), (blob, [1, -1, 0]), (blob, [-0.5, -0.5, 1]), (ramp, [1, -1, 0]),
    (ramp, [1, 1, 1]),
  ]
  let elements = kernels.flatMap { form, colors in
    colors.flatMap { color in (0..<25).map { color * form($0 / 5, $0 % 5) } }
  }
  let weights = try FeatureMaps(
    shape: FeatureMapShape(images: kernels.count, channels: 3, rows: 5, columns: 5),
    elements: elements)
  let out = try ConvolutionLayer().forward(images, weights: weights)
  let reference = try directSums(images, weights)

  let (scale, gap) = (2, 6)
  let cell = 32 * scale + gap
  var picture = Picture(
    height: count * cell + gap, width: (1 + 2 * kernels.count) * cell + 3 * gap)
  for image in 0..<count {
    let top = gap + image * cell
    picture.paint(top: top, left: gap, height: 32, width: 32, scale: scale) {
      (images[image, 0, $0, $1], images[image, 1, $0, $1], images[image, 2, $0, $1])
    }
    for (side, maps) in [out, reference].enumerated() {
      for kernel in kernels.indices {
        let largest = (0..<784).reduce(Float(1)) {
          max($0, abs(reference[image, kernel, $1 / 28, $1 % 28]))
        }
        picture.paint(
          maps, image: image, channel: kernel, limit: largest, top: top,
          left: gap + (1 + side * kernels.count + kernel) * cell + (side + 1) * gap / 2,
          scale: scale)
      }
    }
  }
  try picture.write(to: output)
  report(out, reference, output)
}

/// The first images of a binary batch of CIFAR-10.
private func readBatch(_ path: String) throws -> FeatureMaps<Float> {
  let batch = try CIFARBatch(path: path)
  let count = min(6, batch.labels.count)
  return try FeatureMaps(
    shape: FeatureMapShape(images: count, channels: 3, rows: 32, columns: 32),
    elements: Array(([Float](batch.images) ?? [])[0..<count * 3072]))
}

/// Coloured discs on coloured grounds.
private func madeImages() throws -> FeatureMaps<Float> {
  let colors: [[Float]] = [
    [220, 40, 40], [40, 180, 60], [50, 70, 220], [230, 210, 60], [240, 240, 240], [30, 30, 40],
  ]
  var images = FeatureMaps(
    shape: try FeatureMapShape(images: 6, channels: 3, rows: 32, columns: 32), repeating: Float(0))
  for image in 0..<6 {
    for channel in 0..<3 {
      for row in 0..<32 {
        for column in 0..<32 {
          let (y, x) = (Float(row) - 12 - Float(image), Float(column) - 22 + 2 * Float(image))
          let isInside = y * y + x * x < 70
          images[image, channel, row, column] =
            isInside
            ? colors[image][channel] : colors[(image + 2) % 6][channel] * (0.6 + Float(row) / 80)
        }
      }
    }
  }
  return images
}
