// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles

/// The digits 0 to 9 as pen strokes: corners (across, down) in a square of side 1.
private let strokes: [[(Float, Float)]] = [
  [
    (0.5, 0.15), (0.36, 0.22), (0.29, 0.4), (0.29, 0.6), (0.36, 0.78), (0.5, 0.85), (0.64, 0.78),
    (0.71, 0.6), (0.71, 0.4), (0.64, 0.22), (0.5, 0.15),
  ],
  [(0.38, 0.28), (0.54, 0.15), (0.54, 0.85)],
  [(0.3, 0.3), (0.4, 0.17), (0.6, 0.17), (0.68, 0.32), (0.6, 0.48), (0.3, 0.83), (0.72, 0.83)],
  [
    (0.3, 0.2), (0.5, 0.15), (0.66, 0.25), (0.62, 0.42), (0.46, 0.48), (0.66, 0.56), (0.68, 0.74),
    (0.5, 0.85), (0.3, 0.8),
  ],
  [(0.6, 0.85), (0.6, 0.15), (0.28, 0.62), (0.74, 0.62)],
  [
    (0.66, 0.17), (0.38, 0.17), (0.34, 0.46), (0.56, 0.43), (0.68, 0.58), (0.62, 0.78),
    (0.46, 0.85), (0.3, 0.78),
  ],
  [
    (0.6, 0.17), (0.42, 0.32), (0.34, 0.58), (0.38, 0.8), (0.54, 0.85), (0.67, 0.72), (0.62, 0.55),
    (0.46, 0.53), (0.36, 0.64),
  ],
  [(0.3, 0.17), (0.7, 0.17), (0.45, 0.85)],
  [
    (0.5, 0.48), (0.35, 0.33), (0.42, 0.17), (0.58, 0.17), (0.65, 0.33), (0.5, 0.48), (0.32, 0.65),
    (0.38, 0.83), (0.62, 0.83), (0.68, 0.65), (0.5, 0.48),
  ],
  [
    (0.4, 0.83), (0.58, 0.68), (0.66, 0.42), (0.62, 0.2), (0.46, 0.15), (0.33, 0.28), (0.38, 0.45),
    (0.54, 0.47), (0.64, 0.36),
  ],
]

/// Writes the ten digits, drawn with a soft pen, as an idx file of 28 x 28 bytes each: MNIST's form.
func writeDigits(to path: String) throws {
  let size = 28
  // Bytes, three dimensions; then the sizes, most significant byte first.
  var bytes: [UInt8] = [0, 0, 8, 3]
  for number in [strokes.count, size, size] {
    bytes += (0..<4).reversed().map { UInt8(number >> (8 * $0) & 0xFF) }
  }
  for stroke in strokes {
    for row in 0..<size {
      for column in 0..<size {
        let place = (Float(column) + 0.5, Float(row) + 0.5)
        let corners = stroke.map { ($0.0 * Float(size), $0.1 * Float(size)) }
        let distance = zip(corners, corners.dropFirst()).map { squaredDistance(place, $0, $1) }
          .min()
        bytes.append(UInt8(255 * exp(-(distance ?? 0) / 2)))
      }
    }
  }
  guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
    throw SignalFileError.cannotCreate(path: path, reason: "no such directory, or not allowed")
  }
}

/// The squared distance of a place from a line.
private func squaredDistance(
  _ place: (Float, Float), _ start: (Float, Float), _ end: (Float, Float)
) -> Float {
  let along = (end.0 - start.0, end.1 - start.1)
  let to = (place.0 - start.0, place.1 - start.1)
  let length = along.0 * along.0 + along.1 * along.1
  let t = max(0, min(1, (to.0 * along.0 + to.1 * along.1) / length))
  let rest = (to.0 - t * along.0, to.1 - t * along.1)
  return rest.0 * rest.0 + rest.1 * rest.1
}
