// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import TestSupport
import Testing

/// Filters that are fed in pieces of any lengths against the whole.
@Suite struct StreamPropertyTests {
  /// Pieces of random lengths, empty ones among them.
  private func pieces<T>(_ signal: [T], seed: Int) -> [ArraySlice<T>] {
    var generator = SeededGenerator(seed: UInt64(seed))
    let most = generator.size(1...max(1, signal.count))
    var (pieces, rest) = ([ArraySlice<T>](), signal[...])
    while !rest.isEmpty {
      let count = min(rest.count, Int.random(in: 0...most, using: &generator))
      pieces.append(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return pieces
  }

  /// The results come `latency` later, within rounding; and the lengths of the pieces do not show in
  /// their bits, since blocks begin at the same samples whatever the pieces are.
  @Test func aStreamingFilterGivesTheConvolutionLater() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) throws -> String? {
      guard !c.kernel.isEmpty else { return nil }
      let latency = c.number * c.threads
      let signal = [T](c.signal)
      var whole = try StreamingFilter(kernel: [T](c.kernel), latency: latency)
      let atOnce = whole.push(signal)
      var filter = try StreamingFilter(kernel: [T](c.kernel), latency: latency)
      for round in 0..<2 {
        var inPieces: [T] = []
        for piece in pieces(signal, seed: c.number + round) { inPieces += filter.push(piece) }
        if let found = difference(inPieces, atOnce) { return "round \(round): \(found)" }
        filter.reset()
      }
      let zeros = [Sample](repeating: .zero, count: latency)
      let full = zeros + c.convolved(type, c.signal, c.kernel, .full)
      // The blocks that it is cut into have bounds of their own.
      let bound = 4 * c.bound(type, c.signal, c.kernel)
      return difference(atOnce.samples, Array(full.prefix(signal.count)), within: bound)
    }
    expectProperty(300) { (c: SignalCase) in try check(c, c.type) }
  }

  /// The ends of blocks show in the rounding alone, and the number of threads not at all.
  @Test func aBlockwiseFilterGivesTheConvolution() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) throws -> String? {
      guard !c.kernel.isEmpty else { return nil }
      let (signal, kernel) = ([T](c.signal), [T](c.kernel))
      var filter = try BlockwiseFilter(kernel: kernel, method: c.method, threads: c.threads)
      var alone = try BlockwiseFilter(kernel: kernel, method: c.method, threads: 1)
      var (results, others) = ([T](), [T]())
      for piece in pieces(signal, seed: c.number) {
        results += filter.push(piece)
        others += alone.push(piece)
      }
      if let found = difference(results, others) { return "\(c.threads) threads: \(found)" }
      let full = c.convolved(type, c.signal, c.kernel, .full)
      return difference(
        results.samples, Array(full.prefix(signal.count)),
        within: 2 * c.bound(type, c.signal, c.kernel))
    }
    expectProperty(300) { (c: SignalCase) in try check(c, c.type) }
  }

  /// Overlap-save, one transform of all, and direct sums are the same within rounding.
  @Test func blocksGiveWhatTheWholeGives() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) -> String? {
      let direct = c.with(\.method, .direct).convolved(type, c.signal, c.kernel)
      let bound = 2 * c.bound(type, c.signal, c.kernel)
      for method in [ConvolutionMethod.fft, .overlapSave, .separable] {
        let results = c.with(\.method, method).convolved(type, c.signal, c.kernel)
        if let found = difference(results, direct, within: bound) { return "\(method): \(found)" }
      }
      return nil
    }
    expectProperty(300) { (c: SignalCase) in check(c, c.type) }
  }
}
