// SPDX-License-Identifier: MIT

import ComplexModule
import ComputeSupport
import FourierTransform
import RealModule

/// Correlates windows of one decimated signal with longer ones of another, both whitened.
struct WindowCorrelator: Sendable {
  /// The number of samples of a window.
  let windowLength: Int
  /// The number of lags that one correlation gives.
  let lagCount: Int
  private let whitening: BandWhitening
  /// The ends of a window, and of what it is correlated with.
  private let ends: (window: SoftEnds, whole: SoftEnds)

  private var transform: RealTransform<Float> { whitening.transform }
  /// Ends rise over a sixteenth of what is cut out, and over no more than so many samples. Judged.
  private static var longestEnd: Int { 256 }

  /// Prepares correlations of windows at `lagCount` lags or a few more.
  init(windowLength: Int, lagCount: Int, _ band: SearchBand) {
    self.windowLength = windowLength
    let length = fastTransformLength(atLeast: windowLength + lagCount)
    whitening = BandWhitening(length: length, band)
    ends = (Self.ends(windowLength), Self.ends(length))
    self.lagCount = length - windowLength
  }

  private static func ends(_ count: Int) -> SoftEnds {
    SoftEnds(count: min(count / 16, longestEnd))
  }

  /// A window's correlation, from lag ``lowest`` on, in root mean squares of it: chance has a standard
  /// deviation of one, and what lines or notes do at every lag is chance.
  struct Scores {
    let lowest: Int
    private let values: [Float]

    fileprivate init(lowest: Int, _ values: [Float]) {
      (self.lowest, self.values) = (lowest, values)
    }

    /// The lags of the correlation.
    var lags: Range<Int> { lowest..<lowest + values.count }

    /// The largest value of one sign, +1 or -1, within `lags`, and the lag to a fraction; nil where
    /// none is positive.
    func highest(in lags: Range<Int>, polarity: Float) -> (lag: Double, score: Double)? {
      let range = lags.clamped(to: self.lags)
      var best = (index: -1, score: Float(0))
      for lag in range where polarity * values[lag - lowest] > best.score {
        best = (lag - lowest, polarity * values[lag - lowest])
      }
      guard best.index >= 0 else { return nil }
      return (
        Double(best.index + lowest) + parabolicOffset(values.span, at: best.index),
        Double(best.score)
      )
    }

    /// Up to `count` of the highest values of one sign, or of either for 0, at least `spacing` lags
    /// apart, the highest first.
    func peaks(
      _ count: Int, spacing: Int, polarity: Float
    ) -> [(lag: Double, score: Double, polarity: Float)] {
      var found: [(index: Int, score: Float)] = []
      while found.count < count {
        var best = (index: -1, score: Float(0))
        for index in values.indices {
          let score = polarity == 0 ? abs(values[index]) : polarity * values[index]
          if score > best.score, found.allSatisfy({ abs($0.index - index) > spacing }) {
            best = (index, score)
          }
        }
        guard best.index >= 0 else { break }
        found.append(best)
      }
      return found.map {
        (
          Double($0.index + lowest) + parabolicOffset(values.span, at: $0.index), Double($0.score),
          values[$0.index] < 0 ? -1 : 1
        )
      }
    }
  }

  /// The whitened spectrum of the window that starts at `start`.
  func window(_ signal: [Float], from start: Int) -> [Complex<Float>] {
    let spectrum = spectrum(signal, from: start, isWindow: true)
    let values = spectrum.span
    return values.indices.map { values[$0] }
  }

  /// The whitened spectrum of samples from `start` on: a window, or all that the transform holds.
  func spectrum(
    _ signal: [Float], from start: Int, isWindow: Bool = false
  ) -> AlignedBuffer<Complex<Float>> {
    var samples = AlignedBuffer<Float>(repeating: 0, count: transform.length)
    var spectrum = AlignedBuffer<Complex<Float>>(
      repeating: .zero, count: transform.spectrumCount)
    let wanted = start..<start + (isWindow ? windowLength : transform.length)
    let inside = wanted.clamped(to: 0..<signal.count)
    guard !inside.isEmpty else { return spectrum }
    let usual = isWindow ? ends.window : ends.whole
    samples.load(
      signal.span.extracting(inside), at: inside.lowerBound - start,
      ends: inside.count == wanted.count ? usual : Self.ends(inside.count))
    whitening.spectrum(of: samples, into: &spectrum)
    return spectrum
  }

  /// The scores of the window that starts at `start` and has the spectrum `window` against `second`,
  /// the spectrum of samples from `position` on.
  func scores(
    _ window: [Complex<Float>], from start: Int,
    in second: borrowing AlignedBuffer<Complex<Float>>, from position: Int
  ) -> Scores {
    var first = AlignedBuffer<Complex<Float>>(repeating: .zero, count: window.count)
    var samples = AlignedBuffer<Float>(repeating: 0, count: transform.length)
    first.setProducts(ofConjugates: window.span, with: second)
    transform.inverse(&first, &samples)
    let all = samples.span
    var squares: Float = 0
    for lag in 0..<lagCount { squares = Relaxed.multiplyAdd(all[lag], all[lag], squares) }
    let level = (squares / Float(lagCount)).squareRoot()
    let scale = level > .leastNormalMagnitude ? 1 / level : 0
    return Scores(lowest: position - start, (0..<lagCount).map { all[$0] * scale })
  }

  /// The scores of a window at lags around `lag`; `window` is its spectrum.
  func scores(
    _ window: [Complex<Float>], _ signals: DecimatedPair, from start: Int, around lag: Int
  ) -> Scores {
    let position = start + lag - lagCount / 2
    return scores(
      window, from: start, in: spectrum(signals.second, from: position), from: position)
  }
}
