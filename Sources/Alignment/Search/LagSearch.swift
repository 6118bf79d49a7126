// SPDX-License-Identifier: MIT

import RealModule

/// The highest peaks of a correlation over all lags allowed.
package struct LagSearch {
  /// One peak.
  package struct Peak: Sendable {
    /// The lag in decimated samples; positive: later in the second signal.
    var lag: Int
    /// A fraction of a sample to add to `lag`, from -0.5 to 0.5.
    var fraction: Double
    /// The correlation there; its sign is the polarity.
    var value: Float
    /// The magnitude in standard deviations of the correlation at nearby lags.
    var score: Double

    /// The lag with its fraction.
    var position: Double { Double(lag) + fraction }
    /// 1, or -1 where the one signal is the negative of the other.
    var polarity: Int { value < 0 ? -1 : 1 }
    /// The peak with the signals in the other order.
    var exchanged: Peak { Peak(lag: -lag, fraction: -fraction, value: value, score: score) }
  }

  /// The highest scores first, at least ``peakSpacing`` seconds apart.
  let peaks: [Peak]
  /// The number of lags searched.
  let lagCount: Int
  /// The largest magnitudes farther than ``separation`` from the first peak and from one another.
  let rivals: [Peak]

  /// Peaks nearer to one another than this are one peak's ripples. Judged.
  static var peakSpacing: Double { 0.005 }
  /// Reflections arrive within this time: a peak farther away is another alignment. Judged.
  static var separation: Double { 0.1 }
  /// Where little is left of a room's reflections, in seconds: of a reverberation of one second 18 dB
  /// less. Judged.
  static var reverberation: Double { 0.3 }
  /// Judged: each costs a pass over all lags.
  static var peakCount: Int { 4 }

  /// Finds the peaks among the lags `lags`, in decimated samples; `origin` is the index of lag 0.
  /// Peaks are measured by the correlation at nearby lags if `isLocal`, else by all of it.
  init(
    _ correlation: Span<Float>, origin: Int, lags: ClosedRange<Int>, rate: Double,
    isLocal: Bool = true
  ) {
    let allowed = correlation.extracting(
      lags.lowerBound + origin..<lags.upperBound + origin + 1)
    lagCount = allowed.count
    let scale = LocalScale(of: allowed, isLocal: isLocal)
    let maxima = PieceMaxima(of: allowed)
    /// The highest values that are farther than `distance` from `kept` and from one another.
    func pick(farther distance: Double, than kept: [Peak], in scale: LocalScale) -> [Peak] {
      let spacing = max(1, Int(distance * rate))
      var found = kept
      while found.count < kept.count + Self.peakCount {
        var best = (index: -1, height: Float(0))
        scale.forEachBlock { range, inverse in
          maxima.forEachPiece(of: range) { piece, maximum in
            guard maximum * inverse > best.height else { return }
            for index in piece {
              let height = abs(allowed[index]) * inverse
              if height > best.height {
                let lag = index + lags.lowerBound
                if found.allSatisfy({ abs($0.lag - lag) > spacing }) { best = (index, height) }
              }
            }
          }
        }
        guard best.index >= 0 else { break }
        found.append(
          Peak(
            lag: best.index + lags.lowerBound, fraction: parabolicOffset(allowed, at: best.index),
            value: allowed[best.index], score: Double(best.height)))
      }
      return Array(found.dropFirst(kept.count))
    }
    peaks = pick(farther: Self.peakSpacing, than: [], in: scale)
    guard let first = peaks.first else {
      rivals = []
      return
    }
    rivals = pick(farther: Self.separation, than: [first], in: LocalScale(plain: lagCount)).map {
      var rival = $0
      rival.score = Double(abs($0.value) * scale.inverse(at: $0.lag - lags.lowerBound))
      return rival
    }
  }

  /// All peaks but `chosen`, its ripples and one another's, those of the largest magnitude first.
  func others(than chosen: Peak, rate: Double) -> [Peak] {
    let spacing = max(1, Int(Self.peakSpacing * rate))
    return (peaks + rivals).sorted { abs($0.value) > abs($1.value) }.reduce(into: []) {
      kept, peak in
      if ([chosen] + kept).allSatisfy({ abs($0.lag - peak.lag) > spacing }) { kept.append(peak) }
    }
  }
}

extension LagSearch.Peak {
  /// A lag in samples, known otherwise than by a peak's height.
  package init(at lag: Double, _ polarity: Int) {
    self.init(
      lag: Int(lag.rounded()), fraction: lag - lag.rounded(), value: Float(polarity), score: 0)
  }

  /// A peak that is known by its distance from another one, in its place.
  func moved(by other: LagSearch.Peak) -> LagSearch.Peak {
    var result = LagSearch.Peak(at: position + other.position, polarity)
    result.value = value
    return result
  }
}

/// The largest magnitudes of short pieces of a correlation, most of which hold no peak.
private struct PieceMaxima {
  private let maxima: [Float]
  /// A page of memory. Judged.
  private static var length: Int { 1024 }

  init(of values: Span<Float>) {
    maxima = stride(from: 0, to: values.count, by: Self.length).map { start in
      let piece = values.extracting(start..<min(values.count, start + Self.length))
      var largest: Float = 0
      for index in piece.indices { largest = max(largest, abs(piece[index])) }
      return largest
    }
  }

  /// Calls `body` with the parts of `range` that lie in a piece each, and the piece's maximum.
  func forEachPiece(of range: Range<Int>, _ body: (Range<Int>, Float) -> Void) {
    var start = range.lowerBound
    while start < range.upperBound {
      let piece = start / Self.length
      let end = min(range.upperBound, (piece + 1) * Self.length)
      body(start..<end, maxima[piece])
      start = end
    }
  }
}

/// Where the parabola through the magnitudes at `index` and its neighbours is highest.
func parabolicOffset(_ values: Span<Float>, at index: Int) -> Double {
  guard index > 0, index < values.count - 1 else { return 0 }
  let left = Double(abs(values[index - 1]))
  let middle = Double(abs(values[index]))
  let right = Double(abs(values[index + 1]))
  let curvature = left - 2 * middle + right
  guard curvature < 0 else { return 0 }
  return max(-0.5, min(0.5, 0.5 * (left - right) / curvature))
}

/// The standard deviation of a correlation at nearby lags: it varies with the overlap.
struct LocalScale {
  private let bounds: [Int]
  private let scales: [Float]

  /// The same scale, 1, for `count` lags.
  fileprivate init(plain count: Int) { (bounds, scales) = ([0, count], [1]) }

  init(of values: Span<Float>, isLocal: Bool) {
    // Enough lags for some per cent; few enough to follow the loudness.
    let size = max(256, min(4096, values.count / 16))
    let count = isLocal ? max(1, values.count / size) : 1
    let bounds = (0...count).map { $0 * values.count / count }
    let raw = (0..<count).map { block in
      clippedDeviation(values.extracting(bounds[block]..<bounds[block + 1]))
    }
    // At the ends hardly anything overlaps: any product of two samples would be a peak.
    let floor = 0.5 * raw.sorted()[count / 2]
    self.bounds = bounds
    scales = raw.map { max($0, floor, .leastNormalMagnitude) }
  }

  /// 1 / the standard deviation at one index.
  func inverse(at index: Int) -> Float {
    1 / scales[bounds.lastIndex { $0 <= index }.map { min($0, scales.count - 1) } ?? 0]
  }

  /// Calls `body` with each block's indices and 1 / its standard deviation.
  func forEachBlock(_ body: (Range<Int>, Float) -> Void) {
    for block in scales.indices {
      // A peak on a block's border is measured by the larger of the two scales.
      let scale = max(
        scales[block], scales[max(0, block - 1)], scales[min(scales.count - 1, block + 1)])
      body(bounds[block]..<bounds[block + 1], 1 / scale)
    }
  }
}

/// The standard deviation around 0 of values cut at four of them: one peak does not hide itself.
private func clippedDeviation(_ values: Span<Float>) -> Float {
  var sum: Float = 0
  for index in values.indices { sum = Relaxed.sum(sum, abs(values[index])) }
  // The mean magnitude of a normal variable is sqrt(2/π) of its standard deviation.
  let limit = 4 * 1.2533 * sum / Float(values.count)
  var squares: Float = 0
  for index in values.indices {
    let value = min(abs(values[index]), limit)
    squares = Relaxed.multiplyAdd(value, value, squares)
  }
  return (squares / Float(values.count)).squareRoot()
}
