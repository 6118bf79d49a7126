// SPDX-License-Identifier: MIT

import ComputeSupport
import FourierTransform
import RealModule

/// How strongly two signals support one lag: the likelihood ratio of blocks of time, whose chance
/// values are measured in the signals themselves, as standard deviations of a normal variable that is
/// as improbable. Derived in the article Evidence.
package struct MatchEvidence {
  /// Positive for a match, negative for one with opposite polarity; P(score >= s) <= exp(-s²/2).
  package private(set) var score = 0.0

  /// About a syllable's attack, in seconds; down to half of that in signals with fewer than
  /// ``cellCount`` cells. Runs Related and Unrelated: twice the size found fewer short recordings.
  static var cellDuration: Double { 0.025 }
  static var cellCount: Int { 500 }
  /// A syllable, or two, in seconds; within this there are ``blockCount`` blocks. Judged.
  static var blockDuration: ClosedRange<Double> { 0.1...0.5 }
  static var blockCount: Double { 25 }
  /// A recording that is itself no longer than some syllables is cut into this many. Judged.
  static var leastBlockCount: Double { 20 }
  /// Segments that are whitened as one, in seconds: 1/8 Hz takes out hum. Judged.
  static var segmentDuration: Double { 8 }
  /// Of more samples, a minute and a half at 12 kHz, segments spread over them do. Judged.
  static var sampleLimit: Int { 1 << 20 }

  /// ``score``, positive if it is for the peak and its polarity.
  func support(_ peak: LagSearch.Peak) -> Double { peak.polarity < 0 ? -score : score }

  /// Examines the lag of a peak, in O(n log n).
  ///
  /// - Parameter rival: Another peak. Then the products at its lag are subtracted, and a positive score
  ///   is for the first lag, a negative one for the rival.
  package init(
    _ signals: DecimatedPair, at peak: LagSearch.Peak, against rival: LagSearch.Peak? = nil,
    gain: (Double) -> Float = { _ in 1 }
  ) {
    let (first, second, rate) = (signals.first, signals.second, signals.rate)
    let (lag, rivalLag) = (peak.lag, rival?.lag ?? peak.lag)
    let start = max(0, -lag, -rivalLag)
    let end = min(first.count, second.count - lag, second.count - rivalLag)
    let wanted = min(
      Self.cellDuration * rate,
      max(Self.cellDuration * rate / 2, Double((end - start) / Self.cellCount)))
    var cell = 32
    while Double(cell) * 1.5 < wanted { cell *= 2 }
    guard end - start >= 4 * cell else { return }
    // As many segments as cover the overlap, of lengths that transforms are fast at; at low rates of
    // eight cells at least, for other lags to tell what is chance. Of 16 cells or fewer each is a
    // sixteenth of the overlap or more, which is worth more than a faster transform.
    let count = end - start
    let wantedLength = max(Double(8 * cell), Self.segmentDuration * rate)
    let available = max(1, Int((Double(count) / wantedLength).rounded()))
    var cellCount = count / available / cell
    while cellCount > 16, fastTransformLength(atLeast: cellCount) != cellCount { cellCount -= 1 }
    let length = cellCount * cell
    let used = max(1, min(available, Self.sampleLimit / length))
    let whitening = SegmentWhitening(length: length, signals.band)
    let cells = CellTransform(length: cell, signals.band, gain: gain)
    let duration = Double(end - start) / rate
    let whole = Double(min(first.count, second.count)) / rate
    let shortest = min(Self.blockDuration.lowerBound, whole / Self.leastBlockCount)
    let block = max(shortest, min(Self.blockDuration.upperBound, duration / Self.blockCount))
    var values = BlockValues(
      cellCount: cellCount, perBlock: max(1, Int((block * rate / Double(cell)).rounded())),
      cellDuration: Double(cell) / rate)
    for index in 0..<used {
      let position = start + (used > 1 ? index * (count - length) / (used - 1) : 0)
      func spectra(_ signal: [Float], _ position: Int, _ fraction: Double) -> CellSpectra {
        cells.spectra(whitening.whitened(signal, from: position), later: fraction)
      }
      values.add(
        spectra(first, position, 0), spectra(second, position + lag, peak.fraction),
        rival: rival.map { spectra(second, position + $0.lag, $0.fraction) },
        sign: rival?.polarity == peak.polarity ? 1 : -1)
    }
    score = values.score
  }
}

/// Takes segments out of a signal and makes them white.
private struct SegmentWhitening {
  private let length: Int
  private let whitening: BandWhitening
  /// Ends that rise slowly, so that hum stays within a hertz or two.
  private let ends: SoftEnds

  init(length: Int, _ band: SearchBand) {
    self.length = length
    whitening = BandWhitening(length: length, band)
    ends = SoftEnds(count: min(length / 8, Int(0.5 * band.rate)))
  }

  func whitened(_ signal: [Float], from position: Int) -> AlignedBuffer<Float> {
    var samples = AlignedBuffer<Float>(repeating: 0, count: length)
    samples.load(signal.span.extracting(position..<position + length), at: 0, ends: ends)
    whitening.makeWhite(&samples)
    return samples
  }
}
