// SPDX-License-Identifier: MIT

import ComplexModule
import FourierTransform
import RealModule
import Testing

/// Two-dimensional transforms against the sum that defines them.
@Suite struct PlaneTransformTests {
  @Test(arguments: [(1, 1), (1, 6), (5, 1), (2, 2), (3, 4), (4, 3), (7, 5), (8, 12)])
  func realPlanesHaveTheDefinedSpectra(rows: Int, columns: Int) throws {
    for count in 1...3 {
      let transform = try RealTransform<Double>(rows: rows, columns: columns, count: count)
      let planes = (0..<count * rows * columns).map { Double(($0 * 37 + 11) % 23) - 11 }
      let spectra = try transform.forward(planes)
      let half = columns / 2 + 1
      for plane in 0..<count {
        let samples = planes[plane * rows * columns..<(plane + 1) * rows * columns]
        let expected = definition(samples.map { Complex($0) }, rows, columns)
        for row in 0..<rows {
          for column in 0..<half {
            let actual = spectra[(plane * rows + row) * half + column]
            #expect((actual - expected[row * columns + column]).length < 1e-11)
          }
        }
      }
      for (back, sample) in zip(try transform.inverse(spectra), planes) {
        #expect(abs(back - sample) < 1e-12)
      }
    }
  }

  @Test(arguments: [(1, 1), (3, 4), (6, 5)])
  func complexPlanesHaveTheDefinedSpectra(rows: Int, columns: Int) throws {
    let transform = try ComplexTransform<Double>(rows: rows, columns: columns, count: 2)
    let planes = (0..<2 * rows * columns).map { Complex(Double($0 % 7), Double($0 * 5 % 11)) }
    var spectra = [Complex<Double>](repeating: .zero, count: planes.count)
    var target = spectra.mutableSpan
    try transform.forward(planes.span, into: &target)
    for plane in 0..<2 {
      let range = plane * rows * columns..<(plane + 1) * rows * columns
      let expected = definition(Array(planes[range]), rows, columns)
      for (actual, expected) in zip(spectra[range], expected) {
        #expect((actual - expected).length < 1e-11)
      }
    }
    var back = planes
    var from = spectra.mutableSpan
    var to = back.mutableSpan
    try transform.inverse(consuming: &from, into: &to)
    for (back, sample) in zip(back, planes) { #expect((back - sample).length < 1e-12) }
  }

  @Test func shapesAreChecked() throws {
    #expect(throws: TransformError.invalidShape(rows: 0, columns: 3, count: 1)) {
      try RealTransform<Float>(rows: 0, columns: 3)
    }
    #expect(throws: TransformError.invalidShape(rows: 1 << 40, columns: 1 << 40, count: 1)) {
      try ComplexTransform<Float>(rows: 1 << 40, columns: 1 << 40)
    }
    let transform = try RealTransform<Float>(rows: 2, columns: 3)
    #expect(throws: TransformError.wrongSignalCount(expected: 6, actual: 5)) {
      try transform.forward([1, 2, 3, 4, 5])
    }
  }

  private func definition(
    _ samples: [Complex<Double>], _ rows: Int, _ columns: Int
  ) -> [Complex<Double>] {
    (0..<rows * columns).map { index in
      let (k, l) = (index / columns, index % columns)
      var sum = Complex<Double>.zero
      for r in 0..<rows {
        for c in 0..<columns {
          let turns = Double(r * k) / Double(rows) + Double(c * l) / Double(columns)
          sum += samples[r * columns + c] * Complex(length: 1, phase: -2 * .pi * turns)
        }
      }
      return sum
    }
  }
}
