// SPDX-License-Identifier: MIT

import ComputeSupport
import ComplexModule
import FourierTransform
import RealModule

/// How alike two signals are at one lag, block by block along the time of one of them: the mean cosine
/// of the differences of phases. Whitening would add the noise between a sound's frequencies.
package struct PhaseCoherence: Sendable {
  /// The signal on whose time blocks lie evenly.
  enum Clock: CaseIterable {
    case first, second
  }

  private let signals: DecimatedPair
  private let transform: RealTransform<Float>
  private let ends: SoftEnds
  /// The frequencies in a block that count.
  private let bins: Range<Int>

  /// - Parameter longestBlock: In samples; blocks of short signals are shorter.
  package init(_ signals: DecimatedPair, longestBlock: Int = 2048) {
    self.signals = signals
    let shorter = min(signals.first.count, signals.second.count)
    var length = 32
    while length * 2 <= min(longestBlock, shorter / 16) { length *= 2 }
    transform = realTransform(length)
    ends = SoftEnds(count: length / 2)
    let band = signals.band
    let low = max(1, Int(band.low / band.rate * Double(length)) + 1)
    let high = Int(band.high / band.rate * Double(length))
    bins = low..<min(transform.spectrumCount, max(low + 1, high))
  }

  /// What unrelated blocks deviate from 0 by: a random cosine's variance is 1/2, and by the soft ends
  /// each frequency tells what its neighbours do.
  var deviation: Double { 1 / Double(bins.count).squareRoot() }

  /// That of the shorter signal.
  var shorterClock: Clock {
    signals.first.count < signals.second.count ? .first : .second
  }

  /// The time of `clock` in which both signals are there at `lag`.
  func overlap(lag: Int, by clock: Clock) -> Range<Int> {
    let own = signals.overlap(at: lag)
    return clock == .first ? own : own.lowerBound + lag..<own.upperBound + lag
  }

  /// The clocks by which two lags can be compared: not one on which they share less than half of the
  /// time that they share on the other, as two places of a clip in a long recording do.
  func clocks(comparing lag: Int, _ other: Int) -> [Clock] {
    let common = Clock.allCases.map {
      overlap(lag: lag, by: $0).clamped(to: overlap(lag: other, by: $0)).count
    }
    return zip(Clock.allCases, common).filter { 2 * $1 >= common.max() ?? 0 }.map(\.0)
  }

  /// The coherence of `count` blocks spread over `range` of the clock's time, or of as many as fit; nil
  /// where a signal is not there.
  func blocks(
    of peak: LagSearch.Peak, by clock: Clock, over range: Range<Int>, count: Int
  ) -> [Block?] {
    let length = transform.length
    let number = min(count, range.count / length)
    let overlap = overlap(lag: peak.lag, by: .first)
    let rotation = bins.map { bin in
      let angle = 2 * Double.pi * Double(bin) * peak.fraction / Double(length)
      return Complex(Float(Double.cos(angle)), Float(Double.sin(angle)))
    }
    let sign = Double(peak.polarity)
    return parallelMap(number, threads: signals.threads) { index in
      let place = range.lowerBound + (2 * index + 1) * (range.count - length) / (2 * number)
      let start = clock == .first ? place : place - peak.lag
      guard start >= overlap.lowerBound, start + length <= overlap.upperBound else { return nil }
      return block(start, start + peak.lag, rotation, scale: sign / Double(bins.count))
    }
  }

  /// `peak` at that part of a sample at which `count` blocks are most alike together.
  func refined(_ peak: LagSearch.Peak, count: Int) -> LagSearch.Peak {
    let range = overlap(lag: peak.lag, by: .first)
    let blocks = blocks(of: peak, by: .first, over: range, count: count)
    let slope = blocks.reduce(0) { $0 + ($1?.slope ?? 0) }
    let curvature = blocks.reduce(0) { $0 + ($1?.curvature ?? 0) }
    // One step of Newton's method; a peak is known to a tenth of a sample or so.
    guard curvature > 0 else { return peak }
    var result = peak
    result.fraction += max(-0.25, min(0.25, slope / curvature))
    return result
  }

  /// The coherence of one block.
  struct Block: Sendable {
    var value = 0.0
    /// Its first derivative by the lag, per sample, and the negative of its second.
    var slope = 0.0
    var curvature = 0.0
  }

  private func block(
    _ start: Int, _ other: Int, _ rotation: [Complex<Float>], scale: Double
  ) -> Block {
    let length = transform.length
    var samples = AlignedBuffer<Float>(repeating: 0, count: length)
    var x = AlignedBuffer<Complex<Float>>(repeating: .zero, count: transform.spectrumCount)
    var y = AlignedBuffer<Complex<Float>>(repeating: .zero, count: transform.spectrumCount)
    samples.load(signals.first.span.extracting(start..<start + length), at: 0, ends: ends)
    transform.forward(samples, &x)
    samples.load(signals.second.span.extracting(other..<other + length), at: 0, ends: ends)
    transform.forward(samples, &y)
    let (p, q) = (x.span, y.span)
    var sum = Block()
    let unit = 2 * Double.pi / Double(length)
    for (bin, phasor) in zip(bins, rotation) {
      let (real, imaginary) = p[bin].crossProduct(q[bin])
      let (c, s) = phasor.rawStorage
      let magnitude = (real * real + imaginary * imaginary).squareRoot()
      if magnitude > .leastNormalMagnitude {
        let cosine = scale * Double((real * c - imaginary * s) / magnitude)
        let sine = scale * Double((real * s + imaginary * c) / magnitude)
        let frequency = unit * Double(bin)
        sum.value += cosine
        sum.slope -= frequency * sine
        sum.curvature += frequency * frequency * cosine
      }
    }
    return sum
  }
}
