// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import ImageMatching
import TestSupport
import Testing

/// A scene of correlated noise, and a part of it.
struct SceneCase: RandomCase, CustomStringConvertible {
  var rows: Int
  var columns: Int
  var templateRows: Int
  var templateColumns: Int
  /// Where the part lies, modulo the places that there are.
  var place: Int
  /// A gain of both signs, and an offset.
  var gain: Int
  var offset: Int
  var seed: Int
  var threads: Int
  var isDouble: Bool

  init(using generator: inout SeededGenerator) {
    rows = generator.size(12...60)
    columns = generator.size(12...60)
    templateRows = generator.size(4...rows)
    templateColumns = generator.size(4...columns)
    place = Int.random(in: 0..<10_000, using: &generator)
    gain = generator.one(of: [-7, -1, 1, 2, 9])
    offset = Int.random(in: -50...50, using: &generator)
    seed = Int.random(in: 0..<1000, using: &generator)
    threads = Int.random(in: 1...4, using: &generator)
    isDouble = Bool.random(using: &generator)
  }

  var simpler: [Self] {
    let sizes =
      simpler(\.rows, atLeast: templateRows) + simpler(\.columns, atLeast: templateColumns)
    let parts = simpler(\.templateRows, atLeast: 4) + simpler(\.templateColumns, atLeast: 4)
    return sizes + parts + simpler(\.place, atLeast: 0) + simpler(\.gain, to: 1)
      + simpler(\.offset, to: 0) + simpler(\.seed, atLeast: 0) + simpler(\.threads, atLeast: 1)
      + simpler(\.isDouble, to: true)
  }

  var description: String {
    "\(isDouble ? "Double" : "Float"), \(rows) x \(columns), template \(templateRows) x "
      + "\(templateColumns), place \(place), gain \(gain), offset \(offset), seed \(seed), "
      + "\(threads) threads"
  }

  var type: any FourierScalar.Type { isDouble ? Double.self : Float.self }
  var row: Int { place % (rows - templateRows + 1) }
  var column: Int { place % (columns - templateColumns + 1) }

  /// Whole numbers, so that gains and offsets do not round.
  func scene<T: FourierScalar>(_ type: T.Type) -> Matrix<T> {
    let noise = correlatedNoise(rows, columns, seed: UInt64(seed))
    return Matrix(
      rows: rows, columns: columns, elements: noise.map { T(($0 * 64).rounded()) })
  }

  func template<T: FourierScalar>(_ scene: Matrix<T>) -> Matrix<T> {
    scene.part(row..<row + templateRows, column..<column + templateColumns)
  }
}

@Suite struct ImageMatchingPropertyTests {
  /// Neither gains nor offsets of either image show in the scores but in their sign, and threads not
  /// at all; the template itself has the score 1 or -1 where it was cut out.
  @Test func scoresDoNotDependOnGainAndOffset() {
    func check<T: FourierScalar>(_ c: SceneCase, _ type: T.Type) throws -> String? {
      let scene = c.scene(type)
      let template = c.template(scene)
      let scores = try normalizedCrossCorrelation(of: template, in: scene, threads: c.threads)
      let alone = try normalizedCrossCorrelation(of: template, in: scene, threads: 1)
      if let found = difference(scores.elements, alone.elements) { return "threads: \(found)" }
      let tolerance = 4096 * Double(T.ulpOfOne)
      let own = Double(scores[c.row, c.column])
      if !((own - 1).magnitude <= tolerance) { return "score \(own) of the template itself" }
      if let worst = scores.elements.max(by: { $0.magnitude < $1.magnitude }),
        !(Double(worst.magnitude) <= 1 + tolerance)
      {
        return "score \(worst)"
      }
      let changed = scene.map { T(c.gain) * $0 + T(c.offset) }
      let others = try normalizedCrossCorrelation(of: template, in: changed, threads: c.threads)
      let sign = Double(c.gain.signum())
      return difference(
        others.elements.samples, scores.elements.samples.map { $0 * Sample(sign) },
        within: tolerance)
    }
    expectProperty(100) { (c: SceneCase) in try check(c, c.type) }
  }

  /// Of two parts of one scene the shift is found, the other way round its negative, and on any
  /// number of threads the same.
  @Test func shiftsOfAPartAreFound() {
    func check<T: FourierScalar>(_ c: SceneCase, _ type: T.Type) throws -> String? {
      var large = c
      (large.rows, large.columns) = (max(c.rows, 24) + 6, max(c.columns, 24) + 6)
      let scene = large.scene(type)
      let (down, right) = (c.place % 7, c.place / 7 % 7)
      let (rows, columns) = (large.rows - 6, large.columns - 6)
      let moving = scene.part(0..<rows, 0..<columns).map { T(c.gain) * $0 + T(c.offset) }
      let reference = scene.part(down..<down + rows, right..<right + columns)
      let found = try estimateTranslation(of: moving, from: reference, threads: c.threads)
      let alone = try estimateTranslation(of: moving, from: reference, threads: 1)
      if found != alone { return "\(found) on \(c.threads) threads, \(alone) on one" }
      let back = try estimateTranslation(of: reference, from: moving, threads: c.threads)
      let isRight =
        (found.rowShift - Double(down)).magnitude < 0.05
        && (found.columnShift - Double(right)).magnitude < 0.05
        && found.polarity == c.gain.signum()
      if !isRight { return "\(found), not \(down) and \(right)" }
      let isOpposite =
        (found.rowShift + back.rowShift).magnitude < 0.05
        && (found.columnShift + back.columnShift).magnitude < 0.05
      return isOpposite ? nil : "\(found), and \(back) the other way round"
    }
    expectProperty(40) { (c: SceneCase) in try check(c, c.type) }
  }
}
