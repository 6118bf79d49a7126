// SPDX-License-Identifier: MIT

import ComplexModule
import FourierTransform
import Testing
import TestSupport

/// The ladder: analytic pairs, then the naive transform, then every length there and back.
@Suite struct TransformTests {
  @Test func anImpulseHasAFlatSpectrum() throws {
    let spectrum = try RealTransform<Double>(length: 12).forward(
      [1] + [Double](repeating: 0, count: 11))
    #expect(spectrum == [Complex<Double>](repeating: .one, count: 7))
  }

  @Test func aConstantHasOnlyFrequencyZero() throws {
    let spectrum = try ComplexTransform<Float>(length: 8).forward(
      [Complex<Float>](repeating: .one, count: 8))
    #expect(spectrum == [Complex(8)] + [Complex<Float>](repeating: .zero, count: 7))
  }

  @Test func aTurningPhaseHasOneFrequency() throws {
    let n = 20
    let signal = (0..<n).map {
      Complex<Double>(length: 1, phase: 2 * .pi * 3 * Double($0) / Double(n))
    }
    let spectrum = try ComplexTransform<Double>(length: n).forward(signal)
    for (k, value) in spectrum.enumerated() {
      #expect((value - Complex(k == 3 ? Double(n) : 0)).length < 20 * .ulpOfOne * Double(n))
    }
  }

  @Test func everyLengthEqualsTheNaiveTransformAndComesBack() throws {
    for length in 1...512 {
      try compareWithNaive(length, Float.self)
      try compareWithNaive(length, Double.self)
    }
  }

  /// Powers of two come out within 1 u; prime lengths, which go through a convolution (Rader,
  /// Bluestein), within 8 u there and back; the naive sum in Double has itself about √n / 3 u.
  private func compareWithNaive<T: FourierScalar>(_ length: Int, _ type: T.Type) throws {
    var generator = SeededGenerator(seed: UInt64(length))
    let real = (0..<length).map { _ in T(generator.normal()) }
    let complex = (0..<length).map { _ in Complex(T(generator.normal()), T(generator.normal())) }

    // The oracle is compared at every length up to 128 and at some beyond: it takes n² steps.
    let transform = try RealTransform<T>(length: length)
    let realSpectrum = try transform.forward(real)
    let complexTransform = try ComplexTransform<T>(length: length)
    let spectrum = try complexTransform.forward(complex)
    if length <= 128 || length % 61 == 0 || length.nonzeroBitCount == 1 {
      let expected = naiveTransform(real.map { Complex(Double($0)) })
      #expect(
        relativeError(components(realSpectrum), components(Array(expected[...(length / 2)]))) < 10,
        "real, length \(length), \(type)")
      let wide = complex.map { Complex(Double($0.real), Double($0.imaginary)) }
      #expect(
        relativeError(components(spectrum), components(naiveTransform(wide))) < 10,
        "complex, length \(length), \(type)")
      let back = try complexTransform.inverse(complex)
      let expectedBack = naiveTransform(wide, sign: 1).map { $0 / Complex(Double(length)) }
      #expect(relativeError(components(back), components(expectedBack)) < 10)
    }
    #expect(relativeError(try transform.inverse(realSpectrum), real.map { Double($0) }) < 10)
    let back = try complexTransform.inverse(spectrum)
    #expect(relativeError(components(back), components(complex).map { Double($0) }) < 10)
  }

  @Test func wrongCountsAndLengthsAreNamed() throws {
    #expect(throws: TransformError.invalidLength(0)) { try RealTransform<Float>(length: 0) }
    #expect(throws: TransformError.invalidLength(-4)) { try ComplexTransform<Double>(length: -4) }
    #expect(throws: TransformError.invalidLength(.max)) { try RealTransform<Double>(length: .max) }
    let transform = try RealTransform<Float>(length: 8)
    let error = TransformError.wrongSignalCount(expected: 8, actual: 7)
    #expect(throws: error) { try transform.forward([Float](repeating: 0, count: 7)) }
    #expect("\(error)" == "the signal of this transform has 8 elements, not 7")
    #expect(throws: TransformError.wrongSpectrumCount(expected: 5, actual: 8)) {
      try transform.inverse([Complex<Float>](repeating: .zero, count: 8))
    }
  }

  @Test func dataAtOddAddressesIsTransformedAlike() throws {
    var generator = SeededGenerator(seed: 5)
    let samples = (0..<65).map { _ in Float(generator.normal()) }
    let transform = try RealTransform<Float>(length: 64)
    let expected = try transform.forward(Array(samples[1...]))
    var room = [Complex<Float>](repeating: .zero, count: 34)
    var all = room.mutableSpan
    var target = all._mutatingExtracting(1..<34)
    try transform.forward(samples.span.extracting(1..<65), into: &target)
    #expect(Array(room[1...]) == expected)
  }

  @Test func onePlanServesManyThreads() async throws {
    let transform = try RealTransform<Double>(length: 480)
    var generator = SeededGenerator(seed: 9)
    let signals = (0..<64).map { _ in (0..<480).map { _ in generator.normal() } }
    let expected = try signals.map { try transform.forward($0) }
    try await withThrowingTaskGroup(of: (Int, [Complex<Double>]).self) { group in
      for (index, signal) in signals.enumerated() {
        group.addTask { (index, try transform.forward(signal)) }
      }
      for try await (index, spectrum) in group { #expect(spectrum == expected[index]) }
    }
  }

  @Test func fastLengthsAreTheNextSmoothOnes() {
    #expect(
      (-1...10).map { fastTransformLength(atLeast: $0) }
        == [0, 0, 1, 2, 4, 4, 6, 6, 8, 8, 10, 10].map { max($0, 1) })
    func isSmooth(_ n: Int) -> Bool {
      var rest = n
      for prime in [2, 3, 5, 7] { while rest % prime == 0 { rest /= prime } }
      return rest == 1 && n % 2 == 0
    }
    for minimum in 3...3000 {
      #expect(fastTransformLength(atLeast: minimum) == (minimum...).first(where: isSmooth))
    }
  }
}
