// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import Foundation
import FourierTransform
import TestSupport
import Testing

/// Every volume up to 5 x 5 x 5 with every kernel up to 5 x 5 x 5 against direct sums of integers.
///
/// Each of these 15 625 meets one method, mode, boundary and type, which change so that all of them
/// meet. With `OVERLAP_TEST_ALL` in the environment each meets every one of the 360.
@Suite struct VolumeSmallShapeTests {
  private static let testsAll = ProcessInfo.processInfo.environment["OVERLAP_TEST_ALL"] != nil

  private static let shapes: [[Int]] = (1...5).flatMap { planes in
    (1...5).flatMap { rows in (1...5).map { [planes, rows, $0] } }
  }

  @Test(arguments: 1...5) func everyShape(planes: Int) {
    var generator = SeededGenerator(seed: UInt64(planes))
    // 360 combinations: steps of 7, which has no divisor in common with that, meet all.
    var turn = planes
    for shape in Self.shapes where shape[0] == planes {
      for taps in Self.shapes {
        for combination in Self.testsAll ? 0..<360 : (turn * 7 % 360)..<(turn * 7 % 360 + 1) {
          VolumeCase(shape, taps, combination, &generator).check()
        }
        turn += 1
      }
    }
  }
}

/// One combination of a shape, a method, a mode, a boundary and a type.
private struct VolumeCase {
  private static let constant = GaussianInteger(real: 3, imaginary: -2)
  let volume: Volume<GaussianInteger>
  let kernel: Volume<GaussianInteger>
  let method: ConvolutionMethod?
  let mode: ConvolutionMode
  let boundary: TestBoundary
  let type: Int

  init(_ shape: [Int], _ taps: [Int], _ combination: Int, _ generator: inout SeededGenerator) {
    func integer() -> GaussianInteger {
      GaussianInteger(
        real: Int.random(in: -5...5, using: &generator),
        imaginary: Int.random(in: -5...5, using: &generator))
    }
    method = ConvolutionMethod.choices[combination % 5]
    mode = [ConvolutionMode.full, .same, .valid][combination / 5 % 3]
    boundary = TestBoundary.allCases[combination / 15 % 6]
    type = combination / 90
    volume = Volume(shape: shape, integer)
    if method == .separable {
      let lines = taps.map { count in (0..<count).map { _ in integer() } }
      kernel = Volume(lines[0], lines[1], lines[2]) { $0.times($1) }
    } else {
      kernel = Volume(shape: taps, integer)
    }
  }

  func check() {
    switch type {
    case 0: checkReal(Float.self)
    case 1: checkReal(Double.self)
    case 2: checkComplex(Float.self)
    default: checkComplex(Double.self)
    }
  }

  private func checkReal<T: FourierScalar>(_ type: T.Type) {
    let (x, h) = (volume.map(\.real), kernel.map(\.real))
    let sums = expected(x, h, mode, boundary, constant: Self.constant.real, *)
    let actual = convolve(
      x.map { T($0) }, h.map { T($0) }, mode: mode,
      boundary: boundary.of(constant: T(Self.constant.real)), method: method)
    compare(actual, sums, T.self) { (Double($0) - Double($1)).magnitude }
  }

  private func checkComplex<T: FourierScalar>(_ type: T.Type) {
    func number(_ value: GaussianInteger) -> Complex<T> {
      Complex(T(value.real), T(value.imaginary))
    }
    let sums = expected(volume, kernel, mode, boundary, constant: Self.constant) { $0.times($1) }
    let actual = convolve(
      volume.map(number), kernel.map(number), mode: mode,
      boundary: boundary.of(constant: number(Self.constant)), method: method)
    compare(actual, sums, T.self) { value, wanted in
      let (x, y) = value.rawStorage
      return max(
        (Double(x) - Double(wanted.real)).magnitude,
        (Double(y) - Double(wanted.imaginary)).magnitude)
    }
  }

  private func compare<Element, Sum, T: FourierScalar>(
    _ actual: Volume<Element>, _ sums: Volume<Sum>, _ type: T.Type,
    _ error: (Element, Sum) -> Double
  ) {
    let worst =
      actual.shape == sums.shape
      ? zip(actual.elements, sums.elements).reduce(0) { max($0, error($1.0, $1.1)) } : .infinity
    // Sums of integers are exact; those of spectra and of factors are within a few units of
    // rounding of the norms of the kernel and of a window of the largest samples.
    let squares = kernel.elements.reduce(0) { $0 + $1.real * $1.real + $1.imaginary * $1.imaginary }
    let norms = (2.0 * 25 * Double(kernel.count) * Double(squares)).squareRoot()
    if !(worst <= (method == .direct ? 0 : 64 * unitOfRounding(T.self) * norms)) {
      Issue.record(
        """
        \(volume.shape) by \(kernel.shape), \(Element.self), \(mode), \(boundary), \
        \(method.map { "\($0)" } ?? "any"): \(actual.shape) for \(sums.shape), off by \(worst)
        """)
    }
  }
}

extension GaussianInteger: AdditiveArithmetic {
  static var zero: GaussianInteger { GaussianInteger(real: 0, imaginary: 0) }
  static func + (a: GaussianInteger, b: GaussianInteger) -> GaussianInteger {
    GaussianInteger(real: a.real + b.real, imaginary: a.imaginary + b.imaginary)
  }
  static func - (a: GaussianInteger, b: GaussianInteger) -> GaussianInteger {
    GaussianInteger(real: a.real - b.real, imaginary: a.imaginary - b.imaginary)
  }
}
