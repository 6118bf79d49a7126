import ComputeSupport
import ComplexModule
import FourierTransform
import RealModule

/// How strongly two signals support one lag, as a self-normalised sum over cells of time and
/// frequency: T = Σs / sqrt(Σs²), for which by chance P(T >= t) <= exp(-t²/2), limited by T over
/// blocks of cells. Derived in the article Evidence.
package struct MatchEvidence {
  /// T: positive for a match, negative for one with opposite polarity.
  package let score: Double
  /// T of the products divided by the roots of their magnitudes, and of the products.
  private(set) var kinds: [Double] = []

  /// About a syllable's attack, in seconds; down to half of that in signals with fewer than
  /// ``cellCount`` cells. Runs Related and Unrelated: twice the size found fewer short recordings.
  static var cellDuration: Double { 0.025 }
  /// T cannot exceed the square root of the number of cells. Judged: 89 is far beyond any threshold.
  static var cellCount: Int { 8000 }
  /// A syllable, or two, in seconds; within this there are ``blockCount`` blocks. Judged.
  static var blockDuration: ClosedRange<Double> { 0.1...0.5 }
  static var blockCount: Double { 40 }
  /// A recording that is itself no longer than some syllables is cut into this many. Judged.
  static var leastBlockCount: Double { 20 }
  /// Times the blocks' T bounds that of the cells: 9 blocks that agree pass for 7.5 standard
  /// deviations. Run Unrelated: without it voices that share snippets pass.
  static var blockFactor: Double { 2.5 }
  /// Segments that are whitened as one, in seconds: 1/8 Hz takes out hum. Judged.
  static var segmentDuration: Double { 8 }
  /// See ``cellDuration``.
  static var bandCount: Int { 16 }
  /// Of more samples, a minute and a half at 12 kHz, segments spread over them do. Judged.
  static var sampleLimit: Int { 1 << 20 }

  /// ``score``, positive if it is for the peak and its polarity.
  func support(_ peak: LagSearch.Peak) -> Double { peak.polarity < 0 ? -score : score }

  /// Examines the lag of a peak.
  ///
  /// - Parameter rival: Another peak. Then the products at its lag are subtracted, cell by cell, and a
  ///   positive score is for the first lag, a negative one for the rival; the same bound holds.
  package init(
    _ signals: DecimatedPair, at peak: LagSearch.Peak, against rival: LagSearch.Peak? = nil,
    gain: (Double) -> Float = { _ in 1 }
  ) {
    let (first, second, band, rate) = (signals.first, signals.second, signals.band, signals.rate)
    let (lag, rivalLag) = (peak.lag, rival?.lag ?? peak.lag)
    let start = max(0, -lag, -rivalLag)
    let end = min(first.count, second.count - lag, second.count - rivalLag)
    let wanted = min(
      Self.cellDuration * rate,
      max(Self.cellDuration * rate / 2, Double((end - start) * Self.bandCount / Self.cellCount)))
    var cell = 32
    while Double(cell) * 1.5 < wanted { cell *= 2 }
    guard end - start >= 4 * cell else {
      score = 0
      return
    }
    let length =
      min((end - start) / cell, max(4, Int(Self.segmentDuration * rate) / cell)) * cell
    let available = (end - start) / length
    let used = max(1, min(available, Self.sampleLimit / length))
    let whitening = realTransform(length)
    // Long, so that hum stays within a hertz or two.
    let soft = min(length / 8, Int(0.5 * rate))
    let cells = CellCorrelator(length: cell, band, fraction: peak.fraction, gain: gain)
    let rivals = rival.map { CellCorrelator(length: cell, band, fraction: $0.fraction, gain: gain) }
    var samples = AlignedBuffer<Float>(repeating: 0, count: length)
    var other = AlignedBuffer<Float>(repeating: 0, count: length)
    var spectrum = AlignedBuffer<Complex<Float>>(
      repeating: .zero, count: whitening.spectrumCount)
    let duration = Double(end - start) / rate
    let whole = Double(min(first.count, second.count)) / rate
    let shortest = min(Self.blockDuration.lowerBound, whole / Self.leastBlockCount)
    let block = max(shortest, min(Self.blockDuration.upperBound, duration / Self.blockCount))
    let perBlock = max(1, Int((block * rate / Double(cell)).rounded())) * cells.bandCount
    var sums = [CellSums(), CellSums()]
    func whiten(_ signal: [Float], from position: Int, _ samples: inout AlignedBuffer<Float>) {
      samples.load(signal.span.extracting(position..<position + length), at: 0, softCount: soft)
      whitening.whitenedSpectrum(of: samples, band, into: &spectrum)
      whitening.inverse(&spectrum, &samples)
    }
    for index in 0..<used {
      let position = start + index * available / used * length
      whiten(first, from: position, &samples)
      whiten(second, from: position + lag, &other)
      var values = cells.products(samples, other)
      if let rival, let rivals {
        whiten(second, from: position + rival.lag, &other)
        let others = rivals.products(samples, other)
        let sign: Float = rival.polarity == peak.polarity ? 1 : -1
        for kind in values.indices {
          for cell in values[kind].indices {
            values[kind][cell].subtract(others[kind][cell], sign: sign)
          }
        }
      }
      for kind in values.indices { sums[kind].add(values[kind], perBlock: perBlock) }
    }
    kinds = sums.map {
      let limit = Self.blockFactor * abs($0.blocks.score)
      return max(-limit, min(limit, $0.cells.score))
    }
    score = abs(kinds[0]) >= abs(kinds[1]) ? kinds[0] : kinds[1]
  }
}

extension MatchEvidence {
  /// Other lags that are looked at: they tell a standard deviation to 1 / √(2 · 32), an eighth.
  private static var spreadCount: Int { 32 }
  /// How far they are from the lag and from one another, in seconds: beyond a room's first
  /// reflections, and not in step with mains. Judged.
  private static var spreadDistance: Double { 0.15 }
  private static var spreadStep: Double { 0.0431 }

  /// The root of the mean square of T at lags on both sides of one, the larger of both kinds' and of
  /// 1: T over this is what T would be if the cells were independent.
  package static func spread(
    _ signals: DecimatedPair, around lag: Int, gain: @Sendable (Double) -> Float
  ) -> Double {
    func overlap(_ lag: Int) -> Int { signals.overlap(at: lag).count }
    let lags = (0..<spreadCount).map { index in
      let distance = spreadDistance + spreadStep * Double(index / 2)
      return lag + Int(distance * signals.rate) * (index.isMultiple(of: 2) ? 1 : -1)
    }.filter { overlap($0) >= overlap(lag) / 2 }
    let found = parallelMap(lags.count, threads: signals.threads) { index in
      MatchEvidence(signals, at: LagSearch.Peak(at: Double(lags[index]), 1), gain: gain).kinds
    }.filter { !$0.isEmpty }
    guard let kindCount = found.first?.count else { return 1 }
    return (0..<kindCount).reduce(1.0) { largest, kind in
      let squares = found.reduce(0) { $0 + $1[kind] * $1[kind] }
      return max(largest, (squares / Double(found.count)).squareRoot())
    }
  }
}
