// SPDX-License-Identifier: MIT

// What moved between two frames, and how far: the correlation layer compares each window of the first
// frame with all windows of the second that lie up to four pixels away.

import CorrelationLayers

let size = 64

/// Soft noise, always the same.
func texture(_ row: Int, _ column: Int) -> Float {
  func noise(_ row: Int, _ column: Int) -> Float {
    var state = UInt32(truncatingIfNeeded: row &* 7919 &+ column &* 104_729 &+ 12_345)
    for _ in 0..<3 { state = (state ^ (state >> 15)) &* 0x2C1B_3C6D }
    return Float(state >> 8) / Float(1 << 24)
  }
  return noise(row, column) + noise(row + 1, column) + noise(row, column + 1)
}

/// How far the left and the right half of the scene move from one frame to the next.
let motion = (left: (down: 2, right: 1), right: (down: -3, right: 2))

let shape = try FeatureMapShape(images: 1, channels: 1, rows: size, columns: size)
let first = try FeatureMaps(
  shape: shape,
  elements: (0..<size * size).map { texture($0 / size, $0 % size) })
let second = try FeatureMaps(
  shape: shape,
  elements: (0..<size * size).map { index in
    let (row, column) = (index / size, index % size)
    let moved = column < size / 2 ? motion.left : motion.right
    return texture(row - moved.down, column - moved.right)
  })

// Windows of 9 x 9, 9 apart; a channel of the output for each of 9 x 9 displacements.
let layer = try CorrelationLayer(
  kernelSize: 9, maxDisplacement: 4, stride: 9, comparison: .absoluteDifference)
let differences = try layer.forward(first, second)
print("\(differences.shape.rows) x \(differences.shape.columns) windows, ", terminator: "")
print("\(differences.shape.channels) displacements each")

// Of each window, the displacement at which the frames differ least.
for row in 0..<differences.shape.rows {
  let line = (0..<differences.shape.columns).map { column in
    let best = (0..<differences.shape.channels).min {
      differences[0, $0, row, column] < differences[0, $1, row, column]
    }
    let found = layer.displacement(ofChannel: best ?? 0)
    return "(\(found.rows), \(found.columns))"
  }
  print(line.joined(separator: " "))
}
