// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import Platform
internal import Synchronization

extension CostModel {
  /// Measures what the parts of a convolution take on this machine, in about half a minute, by the
  /// plans that FFTW's present wisdom gives.
  ///
  /// - Parameter largest: the longest transform to measure; costs beyond it are extrapolated.
  /// - Parameter report: called with the part of the work that is done, 0 ... 1.
  package static func measured(
    largest: Int = 1 << 22, report: (Double) -> Void = { _ in }
  ) -> CostModel {
    var model = CostModel(threadStart: measuredThreadStart(), freshByte: measuredFreshByte())
    var done = 0.0
    func measure<Element: SignalElement>(_ type: Element.Type) {
      model.costs[ElementKind(type)] = measuredCosts(type, largest)
      report(done + 0.125)
      model.matrixCosts[ElementKind(type)] = .measured(for: type)
      done += 0.25
      report(done)
    }
    measure(Float.self)
    measure(Double.self)
    measure(Complex<Float>.self)
    measure(Complex<Double>.self)
    return model
  }
}

private func measuredCosts<Element: SignalElement>(
  _ type: Element.Type, _ largest: Int
) -> CostModel.Costs {
  let signal: [Element] = Timing.noise(1 << 14)
  let taps: [Element] = Timing.noise(256)
  let full = Timing.seconds { _ = convolve(signal, taps, method: .direct, threads: 1) }
  let product = full / Double((signal.count + taps.count - 1) * taps.count)
  let small = Array(signal[..<32])
  let directCall = Timing.seconds { _ = convolve(small, [small[0]], method: .direct, threads: 1) }

  var step: [Double] = []
  for index in 0..<TransformLengths.measuredCount {
    let length = TransformLengths.length(at: index)
    guard length <= largest else { break }
    step.append(stepSeconds(Element.self, length) / Double(length))
  }
  // A call is a transform of the kernel, one step, and the rest, which is what is wanted.
  let all = Timing.seconds { _ = convolve(small, small, method: .fft, threads: 1) }
  let index = TransformLengths.index(atLeast: 2 * small.count - 1)
  let transformCall = max(0, all - 1.5 * step[index] * Double(TransformLengths.length(at: index)))
  return CostModel.Costs(
    product: product, directCall: directCall, transformCall: transformCall, step: step)
}

/// The seconds of one step, with all that is done to a block.
private func stepSeconds<Element: SignalElement>(
  _ type: Element.Type, _ length: Int
) -> Double {
  let kernel = PreparedKernel<Element>(Timing.noise(max(1, length / 4)))
  let convolver = BlockConvolver(kernel, length: length)
  var scratch = convolver.makeScratch()
  let samples: [Element] = Timing.noise(length)
  var results = [Element](repeating: .zero, count: length - kernel.count + 1)
  var output = results.mutableSpan
  return Timing.seconds(rounds: length > 1 << 17 ? 2 : 5) {
    let block = Block(of: samples.span, 0..<length, orPadded: Span())
    convolver.convolve(block, from: kernel.count - 1, into: &output, in: &scratch)
  }
}

/// What sharing work costs a call: half of the time until a second thread has begun, because the
/// caller does its part meanwhile.
private func measuredThreadStart() -> Double {
  let clock = ContinuousClock()
  var waits: [Double] = []
  for _ in 0..<31 {
    // Long enough for the other threads to fall asleep.
    usleep(1000)
    // Both pieces are begun when a second thread has one of them; it may be too busy to come.
    let begun = Atomic<Int>(0)
    let start = clock.now
    forEachPiece(2, threads: 2, scratch: {}) { _, _ in
      begun.add(1, ordering: .relaxed)
      while begun.load(ordering: .relaxed) < 2 && clock.now - start < .milliseconds(1) {}
    }
    waits.append((clock.now - start) / .seconds(1))
  }
  return waits.sorted()[waits.count / 2] / 2
}

/// The seconds that a byte of memory fresh from the system takes to be there, and to be given back.
private func measuredFreshByte() -> Double {
  // More than is ever kept for the next buffer.
  let count = 1 << 26
  precondition(AlignedBuffer<UInt8>.isFresh(count: count))
  return Timing.seconds {
    var buffer = unsafe AlignedBuffer<UInt8>(uninitialized: count)
    var bytes = buffer.mutableSpan
    // Once a page, of the smallest that there are.
    for index in stride(from: 0, to: count, by: 4096) { bytes[index] = 1 }
  } / Double(count)
}
