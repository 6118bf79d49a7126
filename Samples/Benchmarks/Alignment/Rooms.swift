// SPDX-License-Identifier: MIT

import Foundation

/// A room with six plane walls, and what a microphone in it hears of a talker: images of the source
/// behind the walls (Allen & Berkley 1979), each as a band-limited impulse (Peterson 1986).
struct Shoebox {
  /// In metres.
  private let size: [Double]
  /// What a wall leaves of the pressure.
  private let reflection: Double
  private let source: [Double]

  /// In metres a second.
  private static var soundSpeed: Double { 343 }
  /// Samples on each side of an impulse.
  static var halfWidth: Int { 16 }

  /// A room of living rooms' to halls' sizes, with a talker somewhere.
  init(_ dice: inout Dice) {
    size = [dice.uniform(3...9), dice.uniform(3...7), dice.uniform(2.4...4)]
    source = size.map { dice.uniform(0.6...$0 - 0.6) }
    let time = dice.uniform(0.25...0.7)
    let volume = size.reduce(1, *)
    let surface = 2 * (size[0] * size[1] + size[1] * size[2] + size[0] * size[2])
    // Sabine's formula, for the walls' absorption.
    let absorption = min(0.9, 0.161 * volume / (surface * time))
    reflection = (1 - absorption).squareRoot()
  }

  /// A place for a microphone, at least half a metre from the talker.
  func place(_ dice: inout Dice) -> [Double] {
    while true {
      let place = size.map { dice.uniform(0.3...$0 - 0.3) }
      if squareDistance(place, source) > 0.25 { return place }
    }
  }

  /// The response at a place: the direct sound with gain 1 at sample ``halfWidth``, and reflections
  /// that are together `directToReverberant` dB weaker.
  func response(at place: [Double], directToReverberant: Double, rate: Double) -> [Float] {
    let duration = 0.4
    let count = Int(duration * rate) + 2 * Self.halfWidth
    var response = [Double](repeating: 0, count: count)
    func distance(_ image: [Double]) -> Double { squareDistance(image, place).squareRoot() }
    let direct = distance(source)
    let reach = size.map { Int((direct + duration * Self.soundSpeed) / (2 * $0)) + 1 }
    for x in -reach[0]...reach[0] {
      for y in -reach[1]...reach[1] {
        for z in -reach[2]...reach[2] {
          for parity in 0..<8 {
            let (turn, cell) = ([parity & 1, parity >> 1 & 1, parity >> 2], [x, y, z])
            var order = 0
            for axis in 0..<3 { order += abs(cell[axis] - turn[axis]) + abs(cell[axis]) }
            guard order > 0 else { continue }
            let image = (0..<3).map { axis -> Double in
              let own = turn[axis] == 0 ? source[axis] : -source[axis]
              return own + 2 * Double(cell[axis]) * size[axis]
            }
            let length = distance(image)
            let lag = (length - direct) / Self.soundSpeed * rate
            guard lag < Double(count - 2 * Self.halfWidth - 1) else { continue }
            let gain = pow(reflection, Double(order)) * direct / length
            let whole = lag.rounded(.down)
            for tap in 1 - Self.halfWidth...Self.halfWidth {
              let position = Double(tap) - (lag - whole)
              let window = 0.5 + 0.5 * cos(.pi * position / Double(Self.halfWidth + 1))
              let sinc = position == 0 ? 1 : sin(.pi * position) / (.pi * position)
              response[Int(whole) + tap + Self.halfWidth] += gain * window * sinc
            }
          }
        }
      }
    }
    let energy = response.reduce(0) { $0 + $1 * $1 }
    let scale = pow(10, -directToReverberant / 20) / max(energy, 1e-12).squareRoot()
    var result = response.map { Float(scale * $0) }
    result[Self.halfWidth] += 1
    return result
  }
}

private func squareDistance(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for (first, second) in zip(a, b) { sum += (first - second) * (first - second) }
  return sum
}
