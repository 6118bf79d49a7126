import ComputeSupport
import ComplexModule
import FourierTransform
import RealModule

/// How strongly two signals support one lag, as a self-normalised sum over cells of time and
/// frequency.
///
/// The signals are cut at the lag into segments of some seconds, each whitened as finely as it
/// resolves (so that hum and held notes have no weight), and these into cells of about
/// ``cellDuration`` by a sixteenth of the band. With s the sum of the products in phase in a cell, or
/// of these divided by the root of their magnitudes, the evidence is T = Σs / sqrt(Σs²). If the
/// signals have nothing to do with each other, each s is as likely to be positive as negative,
/// whatever its size, and then P(T >= t) <= exp(-t²/2) for any number of cells and any distribution
/// of their sizes (Efron 1969; Hoeffding 1963 for the signs). So a coincidence of two loud sounds,
/// which is one cell, cannot pass for a match, however exact; and the bound multiplied by the number
/// of lags that were searched bounds the probability of a false alarm.
///
/// Cells are not independent where two syllables or strokes happen to be alike: then all cells of
/// that moment agree. T over blocks, each the sum of all cells of about ``blockDuration`` divided by
/// the root of their size, sees in that one coincidence and no more. It cannot grow beyond the root of
/// the number of blocks, too few to prove a match; but a match that is not in ``blockFactor`` times it
/// is no match.
///
/// Neither are cells independent where both signals hold the same lines, as of mains hum or of held
/// notes: what a line is worth at a lag is the same in all cells. What this does to T is seen at
/// other lags, at which there is nothing but chance; see ``spread(_:around:gain:)``.
package struct MatchEvidence {
  /// T: positive for a match, negative for one with opposite polarity.
  package let score: Double
  /// T of the products divided by the roots of their magnitudes, and of the products.
  private(set) var kinds: [Double] = []

  /// About a syllable's attack, in seconds: long enough for the differences of two rooms to be
  /// smaller than a cell. Signals with fewer than ``cellCount`` of these are cut into shorter ones,
  /// down to half of that. Runs Related and Unrelated: cells half as long and wide as before found
  /// more short recordings in different rooms, and no more that are unrelated.
  static var cellDuration: Double { 0.025 }
  /// T cannot exceed the square root of the number of cells. Judged: 89 is far beyond any threshold.
  static var cellCount: Int { 8000 }
  /// A syllable, or two, in seconds: there are ``blockCount`` blocks where they are not shorter or
  /// longer than this. Judged.
  static var blockDuration: ClosedRange<Double> { 0.1...0.5 }
  static var blockCount: Double { 40 }
  /// A recording that is itself no longer than some syllables is cut into this many all the same: it
  /// may have as much to say as a long one. Judged.
  static var leastBlockCount: Double { 20 }
  /// Times the blocks' T bounds that of the cells: 9 blocks that agree, and nothing in the others,
  /// pass for 7.5 standard deviations. Run Unrelated: without it voices that share snippets pass.
  static var blockFactor: Double { 2.5 }
  /// Segments that are whitened as one, in seconds: a resolution of 1/8 Hz takes out hum.
  /// Judged.
  static var segmentDuration: Double { 8 }
  /// See ``cellDuration``.
  static var bandCount: Int { 16 }
  /// Segments are spread evenly over an overlap that is longer than this many samples.
  /// Judged: a minute and a half at 12 kHz leaves no doubt of a match.
  static var sampleLimit: Int { 1 << 20 }

  /// The evidence for a peak: ``score``, positive if it is for the peak and its polarity.
  func support(_ peak: LagSearch.Peak) -> Double { peak.polarity < 0 ? -score : score }

  /// Examines the lag of a peak.
  ///
  /// - Parameter rival: Another peak. Then the products at its lag are subtracted, cell by cell, and a
  ///   positive score is for the first lag, a negative one for the rival. What a loop repeats is alike
  ///   at both and cancels; if there is nothing else, each difference is as likely to be positive as
  ///   negative, and the same bound holds.
  package init(
    _ signals: DecimatedPair, at peak: LagSearch.Peak, against rival: LagSearch.Peak? = nil,
    gain: (Double) -> Float = { _ in 1 }
  ) {
    let (first, second, band, rate) = (signals.first, signals.second, signals.band, signals.rate)
    let lag = peak.lag
    let start = max(0, -lag, -(rival?.lag ?? lag))
    let end = min(first.count, second.count - lag, second.count - (rival?.lag ?? lag))
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
      min(
        (end - start) / cell, max(4, Int(Self.segmentDuration * rate) / cell)) * cell
    let available = (end - start) / length
    let used = max(1, min(available, Self.sampleLimit / length))
    let whitening = realTransform(length)
    // Long, so that hum stays within a hertz or two.
    let soft = min(length / 8, Int(0.5 * rate))
    let cells = CellCorrelator(
      length: cell, band, fraction: peak.fraction, gain: gain)
    let rivals = rival.map {
      CellCorrelator(length: cell, band, fraction: $0.fraction, gain: gain)
    }
    var samples = AlignedBuffer<Float>(repeating: 0, count: length)
    var other = AlignedBuffer<Float>(repeating: 0, count: length)
    var spectrum = AlignedBuffer<Complex<Float>>(
      repeating: .zero, count: whitening.spectrumCount)
    let duration = Double(end - start) / rate
    let whole = Double(min(first.count, second.count)) / rate
    let shortest = min(Self.blockDuration.lowerBound, whole / Self.leastBlockCount)
    let block = max(shortest, min(Self.blockDuration.upperBound, duration / Self.blockCount))
    var sums = CellSums(cellsPerBlock: max(1, Int((block * rate / Double(cell)).rounded())))
    for index in 0..<used {
      let position = start + index * available / used * length
      samples.load(first.span.extracting(position..<position + length), at: 0, softCount: soft)
      other.load(
        second.span.extracting(position + lag..<position + lag + length), at: 0, softCount: soft)
      whitened(&samples, band, whitening, &spectrum)
      whitened(&other, band, whitening, &spectrum)
      var values = cells.products(samples, other)
      if let rival, let rivals {
        other.load(
          second.span.extracting(position + rival.lag..<position + rival.lag + length), at: 0,
          softCount: soft)
        whitened(&other, band, whitening, &spectrum)
        let others = rivals.products(samples, other)
        let sign: Float = rival.polarity == peak.polarity ? 1 : -1
        for index in values.indices { values[index].subtract(others[index], sign: sign) }
      }
      sums.add(values, bandCount: cells.bandCount)
    }
    let scores = [sums.roots, sums.products].map { moments in
      let limit = Self.blockFactor * abs(moments.blocks.score)
      return max(-limit, min(limit, moments.cells.score))
    }
    score = abs(scores[0]) >= abs(scores[1]) ? scores[0] : scores[1]
    kinds = scores
  }
}

/// Makes the samples' spectrum white.
private func whitened(
  _ samples: inout AlignedBuffer<Float>, _ band: SearchBand, _ transform: RealTransform<Float>,
  _ spectrum: inout AlignedBuffer<Complex<Float>>
) {
  transform.forward(samples, &spectrum)
  let binWidth = band.rate / Double(transform.length)
  whiten(&spectrum, reach: max(2, Int(whiteningReach / binWidth))) {
    band.gain(Double($0) * binWidth)
  }
  transform.inverse(&spectrum, &samples)
}
