import ComputeSupport
import ComplexModule
import FourierTransform

/// Correlates a segment of one decimated signal with a longer one of another, both whitened.
struct LocalCorrelator: Sendable {
  /// The number of lags that one correlation gives.
  let lagCount: Int
  private let band: SearchBand
  private let segmentLength: Int
  private let transform: RealTransform<Float>

  /// Prepares correlations of segments of `segment` samples at `lagCount` lags or a few more.
  init(segmentLength: Int, lagCount: Int, _ band: SearchBand) {
    self.segmentLength = segmentLength
    self.band = band
    transform = realTransform(fastTransformLength(atLeast: segmentLength + lagCount))
    self.lagCount = transform.length - segmentLength
  }

  /// The whitened spectrum of samples from `start` on: `segment` of them, or all that fit.
  func spectrum(
    _ signal: [Float], from start: Int, isSegment: Bool
  ) -> AlignedBuffer<Complex<Float>> {
    var samples = AlignedBuffer<Float>(repeating: 0, count: transform.length)
    var spectrum = AlignedBuffer<Complex<Float>>(
      repeating: .zero, count: transform.spectrumCount)
    let wanted = start..<start + (isSegment ? segmentLength : transform.length)
    let inside = wanted.clamped(to: 0..<signal.count)
    guard !inside.isEmpty else { return spectrum }
    samples.load(
      signal.span.extracting(inside), at: inside.lowerBound - start,
      softCount: min(inside.count / 16, 256))
    transform.whitenedSpectrum(of: samples, band, into: &spectrum)
    return spectrum
  }

  /// At which of ``lagCount`` lags the segment of `signal` from `start` on is most like `second`, the
  /// spectrum of samples from `position` on. The score is in root mean squares.
  func match(
    _ signal: [Float], from start: Int,
    in second: borrowing AlignedBuffer<Complex<Float>>, from position: Int
  ) -> DelayPoint {
    var first = spectrum(signal, from: start, isSegment: true)
    var samples = AlignedBuffer<Float>(repeating: 0, count: transform.length)
    first.conjugateAndMultiply(with: second)
    transform.inverse(&first, &samples)
    let values = samples.span
    var best = 0
    var squares: Float = 0
    for lag in 0..<lagCount {
      squares += values[lag] * values[lag]
      if abs(values[lag]) > abs(values[best]) { best = lag }
    }
    let level = (squares / Float(lagCount)).squareRoot()
    let lag = Double(best) + parabolicOffset(values, at: best)
    return DelayPoint(
      time: (Double(start) + Double(segmentLength) / 2) / band.rate,
      delay: (Double(position - start) + lag) / band.rate,
      score: squares > 0 ? Double(abs(values[best]) / level) : 0,
      polarity: values[best] < 0 ? -1 : 1)
  }
}
