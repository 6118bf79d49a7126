// SPDX-License-Identifier: MIT

internal import Convolution
internal import FourierTransform
internal import RealModule

/// A shift between two images that may be more than chance.
struct ShiftCandidate {
  var shift: Shift
  /// The evidence at the size of image at which it was found.
  var evidence: ShiftEvidence
  /// The natural logarithm of the bound for the probability of a false alarm, at most 0.
  var logProbability: Double
  /// The pixels of the full size for one of that size.
  var scale = 1
  /// The correlation coefficient of the images as they are, but for their extremes.
  var correlation = 0.0
  /// How many pixels of the full size the images have in common.
  var commonCount = 0.0
}

/// All shifts at which two images have something in common, looked for at the full size and at half of
/// it, and again: where blur or noise hides the fine detail, the coarse one tells.
struct TranslationSearch {
  /// Down to the shift at the full size, with the correlations there. The most probable ones, the first
  /// of which is the best; none if the images are too small to tell.
  private(set) var candidates: [ShiftCandidate] = []
  /// The height of the best candidate's peak over that of the next, as deviations under chance; 1 if
  /// there is none.
  private(set) var peakRatio = 1.0
  /// The pixels of the full size that count as one independent one of the images as they are.
  private var dependence = 1.0
  private let rows: Int
  private let columns: Int

  /// A larger image is only compared at a half or less of its size: that many pixels tell enough.
  private static var mostElements: Int { 1 << 18 }
  /// How many separate peaks of each size are looked at.
  private static var peakCount: Int { 3 }
  /// How many candidates are made finer.
  private static var candidateCount: Int { 6 }
  /// Shifts that are no further apart are one, at the size at which they are found.
  private static var nearness: Int { 3 }
  /// A candidate that is more probable than this by chance is none, if there are others.
  private static var chance: Double { 1e-3 }

  /// - Parameter overlapRatio: Shifts with less in common than this share of the most are left out.
  init(_ images: ImagePair, overlapRatio: Double) throws(ImageError) {
    (rows, columns) = (images.reference.rows, images.reference.columns)
    var levels = [images]
    while let half = levels[levels.count - 1].halved { levels.append(half) }
    let first = levels.firstIndex { $0.reference.count <= Self.mostElements } ?? 0
    let trials = Double.log(Double(levels.count - first))
    var found: [ShiftCandidate] = []
    // From the coarsest to the finest, the places of which are all made finer on the way.
    for index in levels.indices.reversed() {
      let level = levels[index]
      if index + 1 < levels.count {
        found.sort { $0.logProbability < $1.logProbability }
        found = Self.refine(
          Array(found.prefix(Self.candidateCount)), from: levels[index + 1].reference, in: level)
      }
      guard index >= first, let surface = ShiftSurface(level, overlapRatio: overlapRatio) else {
        continue
      }
      let peaks = surface.peaks(count: Self.peakCount, apart: Self.nearness)
      if peaks.count > 1, peaks[1].evidence.deviations > 0 {
        let ratio = peaks[0].evidence.deviations / peaks[1].evidence.deviations
        if ratio > peakRatio { peakRatio = ratio }
      }
      for var peak in peaks {
        peak.logProbability = min(0, peak.logProbability + trials)
        peak.scale = 1 << index
        if let same = found.firstIndex(where: {
          $0.shift.isNear(peak.shift, within: Self.nearness)
        }) {
          // The finer place, if it is one, and the better evidence.
          if peak.logProbability <= Double.log(Self.chance) { found[same].shift = peak.shift }
          if peak.logProbability < found[same].logProbability { found[same] = peak }
        } else {
          found.append(peak)
        }
      }
      try checkCancellation()
    }
    let significant = found.filter { $0.logProbability <= Double.log(Self.chance) }
    guard !significant.isEmpty else {
      candidates = Array(found.sorted { $0.logProbability < $1.logProbability }.prefix(1))
      return
    }
    candidates = significant
    for index in candidates.indices {
      candidates[index].correlation = images.correlation(candidates[index].shift)
      candidates[index].commonCount = images.commonCount(candidates[index].shift)
    }
    let coarse = levels[first].centred
    let scale = Double(images.reference.count) / Double(coarse.reference.count)
    dependence =
      scale
      * CrossSpectrum2D(coarse.reference, coarse.moving, threads: coarse.threads).dependence
    candidates.sort { $0.logProbability < $1.logProbability }
    // What both have of a camera's pattern is much of their fine detail, and little of the images as
    // they are, by which another shift may be the likelier one.
    let evidence = candidates.map { wholeEvidence($0) }
    if let best = evidence.indices.max(by: { evidence[$0] < evidence[$1] }),
      evidence[best] - evidence[0] > -2 * Double.log(Self.chance)
    {
      candidates.swapAt(0, best)
    }
  }

  /// The candidates that are not the best one, found at another size.
  var alternatives: [ShiftCandidate] {
    guard let best = candidates.first else { return [] }
    return candidates.dropFirst().filter {
      !$0.shift.isNear(best.shift, within: Self.nearness * max($0.scale, best.scale))
    }
  }

  /// How much more likely the images are under the best shift than under another, as a logarithm, of
  /// what both shifts have in common: by the images as they are, or by their fine detail.
  ///
  /// Where the two tell of different pixels both are right, as in an image that was shifted round its
  /// edges: the one that more pixels tell of is the likelier, by what these tell.
  func advantage(over other: ShiftCandidate) -> Double {
    guard let best = candidates.first else { return 0 }
    let slack = Self.nearness * max(best.scale, other.scale)
    if best.shift.isApart(from: other.shift, rows: rows, columns: columns, slack: slack) {
      return best.evidence.logLikelihood * (1 - other.commonCount / best.commonCount)
    }
    let shared = min(wholeCount(best), wholeCount(other))
    let whole =
      shared / 2 * (wholeInformation(best) - wholeInformation(other))
    return max(whole, best.evidence.advantage(over: other.evidence))
  }

  private func wholeCount(_ candidate: ShiftCandidate) -> Double {
    candidate.commonCount / dependence
  }

  /// Twice the logarithm of the likelihood of the images as they are; 0 where these are alike in the
  /// other polarity.
  private func wholeEvidence(_ candidate: ShiftCandidate) -> Double {
    wholeCount(candidate) * wholeInformation(candidate)
  }

  private func wholeInformation(_ candidate: ShiftCandidate) -> Double {
    candidate.correlation * candidate.evidence.coefficient > 0
      ? information(candidate.correlation) : 0
  }

  /// The places at twice the size, the best of those next to what they were, each once.
  private static func refine(
    _ candidates: [ShiftCandidate], from coarse: Matrix<Double>, in images: ImagePair
  ) -> [ShiftCandidate] {
    let (rows, columns) = (images.reference.rows, images.reference.columns)
    let (down, right) = (rows > coarse.rows ? 2 : 1, columns > coarse.columns ? 2 : 1)
    var result: [ShiftCandidate] = []
    for var candidate in candidates {
      let polarity: Double = candidate.evidence.coefficient < 0 ? -1 : 1
      var best = (shift: candidate.shift, value: -Double.infinity)
      for row in -(down - 1)...(down - 1) {
        for column in -(right - 1)...(right - 1) {
          let shift = Shift(
            row: down * candidate.shift.row + row, column: right * candidate.shift.column + column)
          guard shift.leavesOverlap(rows: rows, columns: columns) else { continue }
          let value = polarity * images.correlation(shift)
          if value > best.value { best = (shift, value) }
        }
      }
      candidate.shift = best.shift
      if let same = result.firstIndex(where: { $0.shift.isNear(best.shift, within: 1) }) {
        if candidate.logProbability < result[same].logProbability { result[same] = candidate }
      } else {
        result.append(candidate)
      }
    }
    return result
  }
}
