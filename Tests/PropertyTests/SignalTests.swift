// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import TestSupport
import Testing

/// What convolutions and correlations of signals have in common with those of the textbooks, within
/// the documented bounds of rounding.
@Suite struct SignalPropertyTests {
  @Test func convolutionIsLinearInTheSignal() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) -> String? {
      let other = Array(c.signal.reversed())
      let sum = zip(c.signal, other).map { T(2 * $0 - 3 * $1).sample }
      let parts = zip(
        c.convolved(type, c.signal, c.kernel), c.convolved(type, other, c.kernel))
      let expected = parts.map { 2 * $0 - 3 * $1 }
      let bound = c.bound(type, sum, c.kernel) + 6 * c.bound(type, c.signal, c.kernel)
      return difference(c.convolved(type, sum, c.kernel), expected, within: bound)
    }
    expectProperty(400) { (c: SignalCase) in check(c, c.type) }
  }

  @Test func convolutionIsLinearInTheKernel() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) -> String? {
      let other = Array(c.kernel.reversed())
      let sum = zip(c.kernel, other).map { T($0 + 5 * $1).sample }
      let parts = zip(
        c.convolved(type, c.signal, c.kernel), c.convolved(type, c.signal, other))
      let expected = parts.map { $0 + 5 * $1 }
      let bound = c.bound(type, c.signal, sum) + 7 * c.bound(type, c.signal, c.kernel)
      return difference(c.convolved(type, c.signal, sum), expected, within: bound)
    }
    expectProperty(400) { (c: SignalCase) in check(c, c.type) }
  }

  @Test func fullConvolutionCommutes() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) -> String? {
      difference(
        c.convolved(type, c.signal, c.kernel, .full), c.convolved(type, c.kernel, c.signal, .full),
        within: 2 * c.bound(type, c.signal, c.kernel))
    }
    expectProperty(400) { (c: SignalCase) in check(c, c.type) }
  }

  @Test func aLaterSignalHasItsResultsLater() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) -> String? {
      guard !c.signal.isEmpty, !c.kernel.isEmpty else { return nil }
      let zeros = [Sample](repeating: .zero, count: c.number)
      let bound = c.bound(type, zeros + c.signal, c.kernel)
      return difference(
        c.convolved(type, zeros + c.signal, c.kernel, .full),
        zeros + c.convolved(type, c.signal, c.kernel, .full), within: 2 * bound)
    }
    expectProperty(400) { (c: SignalCase) in check(c, c.type) }
  }

  @Test func correlationIsConvolutionWithTheReversedConjugate() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) -> String? {
      let reversed = Array(c.kernel.reversed().map { T.isReal ? $0 : $0.conjugate })
      var mode = c.mode
      if case .lags(let lags) = mode {
        // Lag k of a correlation is result k + m - 1 of that convolution.
        let last = c.kernel.count - 1
        mode = .lags(lags.lowerBound + last...lags.upperBound + last)
      }
      return difference(
        c.correlated(type, c.signal, c.kernel), c.convolved(type, c.signal, reversed, mode),
        within: 2 * c.bound(type, c.signal, c.kernel))
    }
    expectProperty(400) { (c: SignalCase) in check(c, c.type) }
  }

  @Test func correlationTheOtherWayRoundIsReversedAndConjugate() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) -> String? {
      let other = c.correlated(type, c.kernel, c.signal, .full).reversed().map(\.conjugate)
      return difference(
        c.correlated(type, c.signal, c.kernel, .full), Array(other),
        within: 2 * c.bound(type, c.signal, c.kernel))
    }
    expectProperty(400) { (c: SignalCase) in check(c, c.type) }
  }

  /// Valid, same and lags are stretches of full; lags beyond it are zero.
  @Test func everyModeIsAPartOfFull() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) -> String? {
      let (n, m) = (c.signal.count, c.kernel.count)
      func parts(of full: [Sample], lagZeroAt first: Int) -> [Sample] {
        var indices = c.mode.indicesOfFull(n, m)
        if case .lags = c.mode { indices = indices.lowerBound + first..<indices.upperBound + first }
        return indices.map { full.indices ~= $0 ? full[$0] : .zero }
      }
      let bound = 2 * c.bound(type, c.signal, c.kernel)
      let correlation = parts(of: c.correlated(type, c.signal, c.kernel, .full), lagZeroAt: m - 1)
      if let found = difference(
        c.correlated(type, c.signal, c.kernel), correlation, within: bound)
      {
        return "correlation: \(found)"
      }
      let convolution = parts(of: c.convolved(type, c.signal, c.kernel, .full), lagZeroAt: 0)
      return difference(c.convolved(type, c.signal, c.kernel), convolution, within: bound)
    }
    expectProperty(600) { (c: SignalCase) in check(c, c.type) }
  }

  /// A sample that is huge, infinite or NaN leaves alone what it has no part in.
  @Test func aSampleReachesItsOwnResultsOnly() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) -> String? {
      guard !c.signal.isEmpty, !c.kernel.isEmpty else { return nil }
      let place = c.number % c.signal.count
      let special: T.Scalar = [0x1p70, .infinity, .nan][c.number % 3]
      var without = [T](c.signal)
      without[place] = .zero
      var with = without
      with[place] = T(real: special, imaginary: 0)
      let kernel = [T](c.kernel)
      let expected = convolve(without, kernel, method: c.method, threads: c.threads).samples
      var actual = convolve(with, kernel, method: c.method, threads: c.threads).samples
      let touched = place..<place + kernel.count
      for index in touched { actual[index] = expected[index] }
      let bound = 2 * c.bound(type, without.samples, c.kernel)
      return difference(actual, expected, within: bound).map { "\(special) at \(place): \($0)" }
    }
    expectProperty(600) { (c: SignalCase) in check(c, c.type) }
  }
}
