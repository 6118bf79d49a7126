// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import Convolution

extension ImagePair {
  /// What each pixel has beyond its prediction from those before it, limited, and smoothed by half a
  /// pixel; nil where there is none or nothing left.
  ///
  /// The prediction is one for both images. No value is more than twice the usual size: an edge or a
  /// dot counts as it is there, not by its height. Smoothed, what lies between two pixels of one image
  /// is like what lies on a pixel of the other. With weights, a pixel counts by the product of its own
  /// and of those of the pixels that it is predicted from.
  func whitened() -> ImagePair? {
    guard let rest = predictionRest() else { return nil }
    let images = [
      (rest.reference, rest.weights?.reference), (rest.moving, rest.weights?.moving),
    ].map { image, weights in
      let level = 2 * image.usualMagnitude
      return Matrix(
        rows: image.rows, columns: image.columns,
        elements: image.elements.map { max(-level, min(level, $0)) }
      ).smoothed.centred(weights)
    }
    return ImagePair(
      reference: images[0], moving: images[1], weights: rest.weights, threads: threads)
  }

  private func predictionRest() -> ImagePair? {
    let (rows, columns) = (reference.rows, reference.columns)
    // The nearest neighbours of those before a pixel, line by line.
    let neighbours: [Shift]
    switch (rows >= leastExtent, columns >= leastExtent) {
    case (true, true): neighbours = [(0, -1), (-1, -1), (-1, 0), (-1, 1)].map(Shift.init)
    case (false, true): neighbours = [(0, -1), (0, -2)].map(Shift.init)
    case (true, false): neighbours = [(-1, 0), (-2, 0)].map(Shift.init)
    case (false, false): return nil
    }
    let top = -(neighbours.map(\.row).min() ?? 0)
    let left = -(neighbours.map(\.column).min() ?? 0)
    let right = max(0, neighbours.map(\.column).max() ?? 0)
    let images = [reference.centred(weights?.reference), moving.centred(weights?.moving)]
    let energies = images.map(\.squares)
    guard energies.allSatisfy({ $0 > 0 }) else { return nil }
    let offsets = neighbours.map { $0.row * columns + $0.column }
    let (height, width) = (rows - top, columns - left - right)
    let predicted = weights.map { weights in
      [weights.reference, weights.moving].map { weights in
        makeMatrix(rows: height, columns: width, threads: threads) { band, output in
          for (line, row) in band.enumerated() {
            for column in 0..<width {
              let index = (row + top) * columns + column + left
              output[line * width + column] = offsets.reduce(weights.elements[index]) {
                $0 * weights.elements[index + $1]
              }
            }
          }
        }
      }
    }

    // Least squares, with equal weight for both images.
    let size = offsets.count
    var normal = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
    var target = [Double](repeating: 0, count: size)
    for (number, (image, energy)) in zip(images, energies).enumerated() {
      let counts = predicted?[number]
      let sums = mapBands(of: rows - top, threads: threads) { band in
        let elements = image.elements.span
        var sums = [Double](repeating: 0, count: size * (size + 1))
        for row in band {
          for column in left..<(columns - right) {
            let index = (row + top) * columns + column
            let weight = counts?[row, column - left] ?? 1
            guard weight > 0 else { continue }
            for first in 0..<size {
              let value = weight * elements[index + offsets[first]]
              sums[first * (size + 1) + size] += value * elements[index]
              for second in 0...first {
                sums[first * (size + 1) + second] += value * elements[index + offsets[second]]
              }
            }
          }
        }
        return sums
      }
      for part in sums {
        for first in 0..<size {
          target[first] += part[first * (size + 1) + size] / energy
          for second in 0...first {
            normal[first][second] += part[first * (size + 1) + second] / energy
          }
        }
      }
    }
    let trace = (0..<size).reduce(0) { $0 + normal[$1][$1] }
    guard trace > 0 else { return nil }
    for row in 0..<size {
      for column in 0..<row { normal[column][row] = normal[row][column] }
      // Neighbours that are all alike leave the coefficients open but for this.
      normal[row][row] += 1e-9 * trace
    }
    let coefficients = inverted(normal).map { row in
      zip(row, target).reduce(0) { $0 + $1.0 * $1.1 }
    }

    var rests = images.map { image in
      makeMatrix(rows: height, columns: width, threads: threads) { band, output in
        let elements = image.elements.span
        for (line, row) in band.enumerated() {
          for column in 0..<width {
            let index = (row + top) * columns + column + left
            var value = elements[index]
            for place in 0..<size {
              value -= coefficients[place] * elements[index + offsets[place]]
            }
            output[line * width + column] = value
          }
        }
      }
    }
    if let predicted { rests = zip(rests, predicted).map { $0.cleared(where: $1) } }
    // Less than this is rounding: the prediction was perfect.
    for (rest, energy) in zip(rests, energies)
    where !(rest.squares > 1e-24 * energy) { return nil }
    return ImagePair(
      reference: rests[0], moving: rests[1],
      weights: predicted.map { PairWeights(reference: $0[0], moving: $0[1]) }, threads: threads)
  }
}

extension Matrix<Double> {
  /// The elements without their mean.
  var centred: Matrix {
    let mean = elements.reduce(0, +) / Double(count)
    return Matrix(rows: rows, columns: columns, elements: elements.map { $0 - mean })
  }

  /// The median magnitude of the elements that are more than rounding errors of the largest.
  fileprivate var usualMagnitude: Double {
    let largest = elements.reduce(0) { Swift.max($0, $1.magnitude) }
    let step = Swift.max(1, count / (1 << 14)) | 1
    let sample = stride(from: 0, to: count, by: step).compactMap {
      elements[$0].magnitude > 1e-9 * largest ? elements[$0].magnitude : nil
    }.sorted()
    return sample.isEmpty ? largest : sample[sample.count / 2]
  }

  /// The image under the weights 1/8, 3/4, 1/8 along each axis of more than one element, whose standard
  /// deviation is half a pixel; what is beyond the edges counts as 0.
  fileprivate var smoothed: Matrix {
    func smooth(_ values: [Double], _ step: Int, _ place: (Int) -> Int, _ length: Int) -> [Double] {
      guard length > 1 else { return values }
      return values.indices.map { index in
        let position = place(index)
        let before = position > 0 ? values[index - step] : 0
        let after = position < length - 1 ? values[index + step] : 0
        return 0.75 * values[index] + 0.125 * (before + after)
      }
    }
    let width = columns
    let along = smooth(elements, 1, { $0 % width }, columns)
    return Matrix(
      rows: rows, columns: columns, elements: smooth(along, columns, { $0 / width }, rows))
  }
}
