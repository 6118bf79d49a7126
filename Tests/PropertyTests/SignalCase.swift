// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import TestSupport

/// A signal, a kernel, and how they are to be convolved.
struct SignalCase: RandomCase, CustomStringConvertible {
  var signal: [Sample]
  var kernel: [Sample]
  var mode: ConvolutionMode
  var method: ConvolutionMethod?
  var threads: Int
  /// Of `elementTypes`.
  var typeIndex: Int
  /// For what a property needs a number for: a shift, a latency, lengths of pieces.
  var number: Int

  init(using generator: inout SeededGenerator) {
    // A long one now and then, so that the methods differ in more than name.
    let isLong = Int.random(in: 0..<16, using: &generator) == 0
    let n = generator.size(0...(isLong ? 3000 : 120))
    let m = generator.size(0...(isLong ? 400 : 60))
    let (ofSignal, ofKernel) = (
      generator.one(of: SampleRange.allCases), generator.one(of: SampleRange.allCases)
    )
    signal = ofSignal.samples(n, &generator)
    kernel = ofKernel.samples(m, &generator)
    method = generator.one(of: [nil] + ConvolutionMethod.allCases.map { $0 })
    threads = Int.random(in: 1...4, using: &generator)
    typeIndex = Int.random(in: elementTypes.indices, using: &generator)
    number = generator.size(0...200)
    let lag = Int.random(in: -m - 3...n + 3, using: &generator)
    let lags = lag...(lag + generator.size(0...n + m + 3))
    mode = generator.one(of: [.full, .same, .valid, .lags(lags)])
  }

  var type: any SignalElement.Type { elementTypes[typeIndex] }

  var simpler: [Self] {
    var candidates = simpler(\.mode, to: .full) + simpler(\.threads, atLeast: 1)
    if method != nil { candidates += simpler(\.method, to: .direct) }
    candidates += simpler(\.typeIndex, atLeast: 0) + simpler(\.number, atLeast: 0)
    candidates += signal.simpler(simplerSamples).map { with(\.signal, $0) }
    candidates += kernel.simpler(simplerSamples).map { with(\.kernel, $0) }
    return candidates
  }

  var description: String {
    "\(type), \(mode), method \(method.map(\.rawValue) ?? "any"), \(threads) threads, "
      + "number \(number), signal \(text(signal)), kernel \(text(kernel))"
  }

  /// The convolution, in double precision.
  func convolved<T: SignalElement>(
    _ type: T.Type, _ signal: [Sample], _ kernel: [Sample], _ mode: ConvolutionMode? = nil
  ) -> [Sample] {
    convolve(
      [T](signal), [T](kernel), mode: mode ?? self.mode, method: method, threads: threads
    ).samples
  }

  func correlated<T: SignalElement>(
    _ type: T.Type, _ signal: [Sample], _ kernel: [Sample], _ mode: ConvolutionMode? = nil
  ) -> [Sample] {
    correlate(
      [T](signal), [T](kernel), mode: mode ?? self.mode, method: method, threads: threads
    ).samples
  }

  /// How far a result may be from the truth.
  func bound<T: SignalElement>(
    _ type: T.Type, _ signal: [Sample], _ kernel: [Sample]
  ) -> Double {
    errorBound(type, signal.norm, kernel.norm, count: signal.count + kernel.count)
  }
}

extension ConvolutionMode {
  /// Which results of the full convolution of `n` samples and `m` taps these are, by the table of the
  /// documentation; the lags themselves of those.
  func indicesOfFull(_ n: Int, _ m: Int) -> Range<Int> {
    if case .lags(let lags) = self { return Range(lags) }
    guard n > 0, m > 0 else { return 0..<0 }
    switch self {
    case .same: return (m - 1) / 2..<(m - 1) / 2 + n
    case .valid: return min(n, m) - 1..<max(n, m)
    case .full, .lags: return 0..<n + m - 1
    }
  }
}
