// SPDX-License-Identifier: MIT

internal import FourierTransform

/// A kernel and what every method wants to know of it.
struct PreparedKernel<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar

  /// The kernel as it was given, in the order of a convolution.
  let taps: [Element]
  /// The taps that are transformed: with zero too for a few that are far larger than the others.
  let transformedTaps: [Element]
  /// The others, by their index. They reach the results one by one, because a transform would spread
  /// them, or their rounding errors, over everything.
  let separateTaps: [(index: Int, value: Element)]
  /// Whether every tap is finite.
  let isFinite: Bool
  /// The power of two that takes the largest transformed tap into 1 ..< 2; 0 for a kernel of zeros.
  let exponent: Int
  /// From the first to the last transformed tap that is not small beside the largest.
  let largeRange: Range<Int>
  /// The indices of the largest transformed tap and of a few more large ones, not all side by side.
  let largeTaps: [Int]
  /// The indices of all transformed taps that are not zero, the largest first, where they are few.
  let fewTaps: [Int]?

  var count: Int { taps.count }

  init(_ taps: [Element]) {
    self.taps = taps
    // Enough chunks to find taps that are apart, and long ones where they are many.
    let chunk = max(64, min(1024, taps.count / 64))
    var maxima = Self.maxima(taps, chunk)
    isFinite = maxima.allSatisfy(\.isFinite)
    var kept = taps
    var separate: [(index: Int, value: Element)] = []
    func takeOut(_ isSeparate: (Element) -> Bool) {
      for index in kept.indices where isSeparate(kept[index]) {
        separate.append((index, kept[index]))
        kept[index] = .zero
      }
      maxima = Self.maxima(kept, chunk)
    }
    if !isFinite { takeOut { !$0.hasFiniteParts } }
    let nonFinite = separate.count
    while separate.count - nonFinite < Self.mostOutliers,
      let threshold = Self.outlierThreshold(kept, maxima)
    { takeOut { $0.largestPart > threshold } }
    transformedTaps = kept
    separateTaps = separate
    let peak = maxima.max() ?? 0
    exponent = scaleExponent(ofPeak: peak)
    let limit = peak * Scalar.layerRatio
    let first = (maxima.firstIndex { $0 > limit } ?? 0) * chunk
    let end = min(kept.count, ((maxima.lastIndex { $0 > limit } ?? maxima.count - 1) + 1) * chunk)
    let large = kept[first..<end].firstIndex { $0.largestPart > limit }
    let last = kept[first..<end].lastIndex { $0.largestPart > limit }
    largeRange = (large ?? 0)..<(last.map { $0 + 1 } ?? kept.count)
    guard kept.count >= Self.leastSeparated else {
      fewTaps = nil
      // One is enough for few taps, and short calls are not to wait for more.
      largeTaps = kept.isEmpty ? [] : [Self.largest(kept, 0..<kept.count)]
      return
    }
    fewTaps = Self.fewTaps(kept, maxima, chunk)
    largeTaps = Self.largestChunks(maxima).map {
      Self.largest(kept, $0 * chunk..<min(kept.count, ($0 + 1) * chunk))
    }
  }

  private init(
    taps: [Element], transformedTaps: [Element], separateTaps: [(index: Int, value: Element)],
    isFinite: Bool, exponent: Int, largeRange: Range<Int>, largeTaps: [Int], fewTaps: [Int]?
  ) {
    (self.taps, self.transformedTaps, self.separateTaps) = (taps, transformedTaps, separateTaps)
    (self.isFinite, self.exponent, self.largeRange) = (isFinite, exponent, largeRange)
    (self.largeTaps, self.fewTaps) = (largeTaps, fewTaps)
  }

  /// The same taps among `count`, of which the others are zero: each at the place that `place` gives
  /// for its index, which grows with it. All that are not zero are known, the largest first.
  func spread(among count: Int, _ place: (_ index: Int) -> Int) -> PreparedKernel {
    func spread(_ taps: [Element]) -> [Element] {
      var all = [Element](repeating: .zero, count: count)
      for index in taps.indices { all[place(index)] = taps[index] }
      return all
    }
    let nonzero = fewTaps ?? transformedTaps.indices.filter { transformedTaps[$0] != .zero }
    let sorted =
      fewTaps == nil
      ? nonzero.sorted { transformedTaps[$0].largestPart > transformedTaps[$1].largestPart }
      : nonzero
    return PreparedKernel(
      taps: spread(taps), transformedTaps: spread(transformedTaps),
      separateTaps: separateTaps.map { (place($0.index), $0.value) }, isFinite: isFinite,
      exponent: exponent,
      largeRange: largeRange.isEmpty
        ? 0..<count : place(largeRange.lowerBound)..<place(largeRange.upperBound - 1) + 1,
      largeTaps: largeTaps.map(place), fewTaps: sorted.map(place))
  }

  /// Below what a result of samples scaled by 2^-`exponent` is small; infinite where the rounding
  /// errors themselves may overflow, as the product of the peaks is near the end of the type's range:
  /// then every result may be small.
  ///
  /// - Parameter resultFactor: for results that are still to be multiplied by what is left of
  ///   2^(`exponent` + the kernel's exponent) beside this factor.
  func smallLimit(_ exponent: Int, resultFactor: Scalar? = nil) -> Scalar {
    let exponent = exponent + self.exponent
    guard exponent <= Int(Scalar.greatestFiniteMagnitude.exponent) - 4 else { return .infinity }
    if let resultFactor { return Scalar.layerRatio * resultFactor }
    let (first, second): (Scalar, Scalar) = powerOfTwoFactors(exponent)
    return Scalar.layerRatio * first * second
  }

  /// The chunks of the largest few maxima, the largest first.
  private static func largestChunks(_ maxima: [Scalar]) -> [Int] {
    var chunks: [Int] = []
    for index in maxima.indices {
      if chunks.count == mostLargeTaps {
        guard maxima[index] > maxima[chunks[mostLargeTaps - 1]] else { continue }
        chunks.removeLast()
      }
      chunks.insert(index, at: chunks.firstIndex { maxima[$0] < maxima[index] } ?? chunks.count)
    }
    return chunks
  }

  /// Those that are not zero, if a sum of the others' products would take a multiple of their time.
  private static func fewTaps(_ taps: [Element], _ maxima: [Scalar], _ chunk: Int) -> [Int]? {
    var found: [Int] = []
    for (index, maximum) in maxima.enumerated() where maximum > 0 {
      let range = index * chunk..<min(taps.count, (index + 1) * chunk)
      found += range.filter { taps[$0] != .zero }
      guard found.count <= taps.count / 16 else { return nil }
    }
    return found.sorted { taps[$0].largestPart > taps[$1].largestPart }
  }

  private static func largest(_ taps: [Element], _ range: Range<Int>) -> Int {
    var place = range.lowerBound
    for index in range where taps[index].largestPart > taps[place].largestPart { place = index }
    return place
  }

  /// The largest magnitudes of chunks of the taps.
  private static func maxima(_ taps: [Element], _ chunk: Int) -> [Scalar] {
    var maxima = [Scalar](repeating: 0, count: (taps.count + chunk - 1) / chunk)
    var target = maxima.mutableSpan
    Element.chunkMaxima(of: taps.span, chunk: chunk, into: &target)
    return maxima
  }

  /// The magnitude above which a few taps are far larger than the others; nil if there are no such.
  ///
  /// Where these meet zeros, all products are far smaller than the largest ones there are; such
  /// results would be summed directly. Of a short kernel that costs little.
  private static func outlierThreshold(_ taps: [Element], _ maxima: [Scalar]) -> Scalar? {
    guard taps.count >= leastSeparated else { return nil }
    let threshold = (maxima.max() ?? 0) * Scalar.layerRatio
    guard maxima.count(where: { $0 > threshold }) <= mostOutliers,
      taps.count(where: { $0.largestPart > threshold }) <= mostOutliers,
      taps.contains(where: { $0 != .zero && $0.largestPart <= threshold })
    else { return nil }
    return threshold
  }

  /// Judged: as many products one by one take about as long as a transform.
  private static var mostOutliers: Int { 16 }
  /// Judged: a direct sum over fewer taps takes a tenth of a microsecond.
  private static var leastSeparated: Int { 256 }
  /// Judged: that samples are small where a few large taps are is rare by chance.
  private static var mostLargeTaps: Int { 4 }
}
