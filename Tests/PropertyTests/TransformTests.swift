// SPDX-License-Identifier: MIT

import ComplexModule
import FourierTransform
import RealModule
import TestSupport
import Testing

/// A transform and what it is of.
struct TransformCase: RandomCase, CustomStringConvertible {
  var rows: Int
  var columns: Int
  var count: Int
  /// What the samples, `count · rows · columns` of them, are drawn with.
  var seed: Int
  var isWide: Bool
  var typeIndex: Int
  /// A shift of all planes, in rows and columns.
  var shift: Int

  init(using generator: inout SeededGenerator) {
    rows = generator.size(1...20)
    columns = generator.size(1...(rows == 1 ? 1000 : 40))
    count = generator.size(1...4)
    seed = Int.random(in: 0..<1000, using: &generator)
    isWide = Bool.random(using: &generator)
    typeIndex = Int.random(in: elementTypes.indices, using: &generator)
    shift = generator.size(0...columns)
  }

  var type: any SignalElement.Type { elementTypes[typeIndex] }
  private var range: SampleRange { isWide ? .wide : .whole }

  var simpler: [Self] {
    simpler(\.count, atLeast: 1) + simpler(\.rows, atLeast: 1) + simpler(\.columns, atLeast: 1)
      + simpler(\.typeIndex, atLeast: 0) + simpler(\.isWide, to: false)
      + simpler(\.shift, atLeast: 0) + simpler(\.seed, atLeast: 0)
  }

  var description: String {
    "\(type), \(count) x \(rows) x \(columns), seed \(seed), \(range), shift \(shift)"
  }

  func signal<T: SignalElement>(_ type: T.Type, _ salt: Int = 0) -> [T] {
    var generator = SeededGenerator(seed: UInt64(seed + 1000 * salt))
    return [T](range.samples(count * rows * columns, &generator))
  }

  func transform<T: SignalElement>(_ type: T.Type) throws -> DiscreteTransform<T> {
    try DiscreteTransform(rows: rows, columns: columns, count: count)
  }

  /// How far a spectrum of this norm may be from the truth, in the Euclidean norm.
  func bound<T: SignalElement>(_ type: T.Type, _ norm: Double) -> Double {
    let unit = Double(T.Scalar.ulpOfOne) / 2
    return unit * (4 + 4 * Double.log2(Double(rows * columns) + 1)) * norm
  }
}

/// What transforms have in common with the definition.
@Suite struct TransformPropertyTests {
  /// Σ |x|² = 1/n Σ |X|², for each plane; of real samples most frequencies stand for two.
  @Test func energyIsKept() {
    func check<T: SignalElement>(_ c: TransformCase, _ type: T.Type) throws -> String? {
      let transform = try c.transform(type)
      let signal = c.signal(type)
      let spectrum = try transform.forward(signal).samples
      for plane in 0..<c.count {
        let from = plane * c.rows * transform.spectrumColumns
        var energy = 0.0
        for index in 0..<c.rows * transform.spectrumColumns {
          let column = index % transform.spectrumColumns
          let isAlone = !T.isReal || column == 0 || 2 * column == c.columns
          energy += (isAlone ? 1 : 2) * spectrum[from + index].lengthSquared
        }
        let own = signal[plane * transform.length..<(plane + 1) * transform.length]
        let norm = Array(own).norm
        let actual = (energy / Double(transform.length)).squareRoot()
        let bound = c.bound(type, norm)
        if !((actual - norm).magnitude <= bound) { return "plane \(plane): \(actual), not \(norm)" }
      }
      return nil
    }
    expectProperty(300) { (c: TransformCase) in try check(c, c.type) }
  }

  @Test func theInverseGivesTheSignalBack() {
    func check<T: SignalElement>(_ c: TransformCase, _ type: T.Type) throws -> String? {
      let transform = try c.transform(type)
      let signal = c.signal(type)
      let back = try transform.inverse(transform.forward(signal))
      return difference(
        back.samples, signal.samples, within: 2 * c.bound(type, signal.norm))
    }
    expectProperty(300) { (c: TransformCase) in try check(c, c.type) }
  }

  @Test func transformsAreLinear() {
    func check<T: SignalElement>(_ c: TransformCase, _ type: T.Type) throws -> String? {
      let transform = try c.transform(type)
      let (first, second) = (c.signal(type), c.signal(type, 1))
      let sum = zip(first.samples, second.samples).map { T($0 - 3 * $1) }
      let parts = zip(
        try transform.forward(first).samples, try transform.forward(second).samples)
      // A frequency is at most √n times the norm, and so is what it is off.
      let growth = Double(transform.length).squareRoot()
      let norm = sum.norm + first.norm + 3 * second.norm
      return difference(
        try transform.forward(sum).samples, parts.map { $0 - 3 * $1 },
        within: growth * c.bound(type, norm))
    }
    expectProperty(200) { (c: TransformCase) in try check(c, c.type) }
  }

  /// A circular shift of the columns turns each frequency.
  @Test func aShiftTurnsTheSpectrum() {
    func check<T: SignalElement>(_ c: TransformCase, _ type: T.Type) throws -> String? {
      let transform = try c.transform(type)
      let signal = c.signal(type)
      var shifted = signal
      for start in stride(from: 0, to: signal.count, by: c.columns) {
        for column in 0..<c.columns {
          shifted[start + (column + c.shift) % c.columns] = signal[start + column]
        }
      }
      let expected = try transform.forward(signal).samples.enumerated().map { index, value in
        let turns = index % transform.spectrumColumns * c.shift % c.columns
        return value
          * Sample(length: 1, phase: -2 * .pi * Double(turns) / Double(c.columns))
      }
      let growth = Double(transform.length).squareRoot()
      return difference(
        try transform.forward(shifted).samples, expected,
        within: 2 * growth * c.bound(type, signal.norm))
    }
    expectProperty(200) { (c: TransformCase) in try check(c, c.type) }
  }

  /// <F x, y> = n · <x, F⁻¹ y>, of complex samples: the inverse is the adjoint.
  @Test func theInverseIsTheAdjoint() {
    func check<T: FourierScalar>(_ c: TransformCase, _ type: T.Type) throws -> String? {
      let transform = try c.transform(Complex<T>.self)
      let (first, second) = (c.signal(Complex<T>.self), c.signal(Complex<T>.self, 1))
      let wanted = try transform.forward(first).samples.inner(second.samples)
      let back = try transform.inverse(second).samples
      let actual = first.samples.inner(back) * Double(transform.length)
      let growth = Double(transform.length).squareRoot()
      let bound = 2 * growth * c.bound(Complex<T>.self, first.norm) * second.norm
      return (actual - wanted).magnitude <= bound ? nil : "\(actual), not \(wanted)"
    }
    expectProperty(200) { (c: TransformCase) in
      try c.typeIndex % 2 == 0 ? check(c, Float.self) : check(c, Double.self)
    }
  }

  /// One plan for several planes, and one for each.
  @Test func planesAreTransformedOnTheirOwn() {
    func check<T: SignalElement>(_ c: TransformCase, _ type: T.Type) throws -> String? {
      let transform = try c.transform(type)
      let one = try DiscreteTransform<T>(rows: c.rows, columns: c.columns)
      let signal = c.signal(type)
      let all = try transform.forward(signal).samples
      var alone: [Sample] = []
      for start in stride(from: 0, to: signal.count, by: one.length) {
        alone += try one.forward(signal[start..<start + one.length]).samples
      }
      let growth = Double(transform.length).squareRoot()
      return difference(all, alone, within: 2 * growth * c.bound(type, signal.norm))
    }
    expectProperty(200) { (c: TransformCase) in try check(c, c.type) }
  }
}
