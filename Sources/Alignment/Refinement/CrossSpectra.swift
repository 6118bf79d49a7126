// SPDX-License-Identifier: MIT

import ComputeSupport
import ComplexModule
import FourierTransform
import RealModule

/// The cross-spectra and powers of pairs of segments, all brought to one delay.
///
/// The cross-spectrum is conj(X) · Y, turned by the delay by which the segments were cut, so that its
/// phase is -2πf times what the true delay exceeds that of ``line`` by.
package struct CrossSpectra: Sendable {
  /// The delays that the cross-spectra are relative to.
  let line: ClockModel
  var segmentCount: Int { segments.count }
  let binCount: Int
  /// The distance of frequencies in Hz.
  let binWidth: Double
  /// The highest frequency in Hz.
  var bandwidth: Double { binWidth * Double(binCount) }
  /// The middles of the segments, in seconds of the first signal.
  let times: [Double]
  /// How many threads may be used.
  let threads: Int
  private(set) var segments: [Segment]

  /// The part of a segment over which each of its ends rises: it costs 1 % in precision. The second
  /// segment's are shifted by the fraction of a sample that is left, so that what leaks is delayed too.
  private static var softPart: Double { 1.0 / 64 }

  /// Cuts segments by `line`; the second ones' ends are shaped by `ends`, the best line known.
  package init(
    _ context: SearchContext, grid: SegmentGrid, line: ClockModel, ends: ClockModel
  ) throws(AlignmentError) {
    let (first, second) = (context.first, context.second)
    self.line = line
    binCount = grid.binCount
    binWidth = 1 / grid.duration
    threads = context.threads
    let rates = (first: first.sampleRate, second: second.sampleRate)
    let middle = Double(grid.lengths.first) / 2
    times = grid.starts.map { (Double($0) + middle) / rates.first }
    // Twice the distance of the middles of segments that differ in duration, in units of
    // 1 / (rate · rate), in which of whole rates all times are integers.
    let unevenness =
      Double(grid.lengths.second) * rates.first - Double(grid.lengths.first) * rates.second
    let half = Double(grid.lengths.second) / 2
    let bins = binCount
    let width = binWidth
    // What is outside the band is made zero here, and so counts nowhere.
    let inside =
      context.options.band.map { (low: $0.lowerBound / width, high: $0.upperBound / width) }
      ?? (low: 0, high: .infinity)
    // The mean of a segment is no part of the sound.
    let lowest = max(1, min(bins, Int(inside.low.rounded(.up))))
    let kept = lowest..<Int(min(Double(bins), inside.high.rounded(.up)))
    let times = times
    segments = try parallelMap(grid.starts.count, threads: threads) {
      segment throws(AlignmentError) -> Segment in
      let start = grid.starts[segment]
      let delay = line.delay(at: times[segment])
      let other = Int(((times[segment] + delay) * rates.second - half).rounded())
      let cut =
        (2 * (Double(other) * rates.first - Double(start) * rates.second) + unevenness)
        / (2 * rates.first * rates.second)
      let shift = (ends.delay(at: times[segment]) - cut) * rates.second
      let x = try Self.segmentSpectrum(
        of: first, at: start, count: grid.lengths.first, shift: 0, context.roles.first)
      let y = try Self.segmentSpectrum(
        of: second, at: other, count: grid.lengths.second, shift: max(-1, min(1, shift)),
        context.roles.second)
      return Segment(
        x, y, binCount: bins, kept: kept, phaseStep: 2 * .pi * width * (delay - cut))
    }
  }

  /// The cross-spectrum of one pair of segments, and their powers.
  struct Segment: Sendable {
    fileprivate(set) var cross: [Complex<Float>]
    private(set) var firstPower: [Float]
    private(set) var secondPower: [Float]

    fileprivate init(
      _ first: borrowing AlignedBuffer<Complex<Float>>,
      _ second: borrowing AlignedBuffer<Complex<Float>>, binCount: Int, kept: Range<Int>,
      phaseStep: Double
    ) {
      let (x, y) = (first.span, second.span)
      cross = [Complex<Float>](repeating: .zero, count: binCount)
      firstPower = [Float](repeating: 0, count: binCount)
      secondPower = firstPower
      var rotor = Rotor(step: phaseStep)
      for bin in 0..<binCount {
        let (c, s): (Float, Float) = rotor.next()
        guard kept.contains(bin) else { continue }
        let (real, imaginary) = x[bin].crossProduct(y[bin])
        cross[bin] = Complex(real * c - imaginary * s, real * s + imaginary * c)
        firstPower[bin] = x[bin].crossProduct(x[bin]).real
        secondPower[bin] = y[bin].crossProduct(y[bin]).real
      }
    }
  }

  /// The cross-spectra with all magnitudes 1, as in the phase transform.
  var phases: CrossSpectra {
    var result = self
    for segment in segments.indices {
      for bin in 0..<binCount {
        let (a, b) = segments[segment].cross[bin].rawStorage
        let magnitude = (a * a + b * b).squareRoot()
        result.segments[segment].cross[bin] =
          magnitude > .leastNormalMagnitude ? Complex(a / magnitude, b / magnitude) : .zero
      }
    }
    return result
  }

  /// The spectrum of `count` samples from `start` on, without their mean and with soft ends that
  /// come `shift` samples late.
  private static func segmentSpectrum(
    of source: some SampleSource, at start: Int, count: Int, shift: Double,
    _ role: AlignmentError.Role
  ) throws(AlignmentError) -> AlignedBuffer<Complex<Float>> {
    let values = try source.samples(in: start..<start + count, role)
    let transform: RealTransform<Float> = realTransform(count)
    var samples = AlignedBuffer<Float>(repeating: 0, count: count)
    var spectrum = AlignedBuffer<Complex<Float>>(
      repeating: .zero, count: transform.spectrumCount)
    samples.load(values.span, at: 0, ends: .none)
    samples.soften(over: Double(count) * softPart, shift: shift)
    transform.forward(samples, &spectrum)
    return spectrum
  }
}
