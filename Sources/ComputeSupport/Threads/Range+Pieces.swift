// SPDX-License-Identifier: MIT

extension Range<Int> {
  /// The range in pieces of `length`, the last of which may be shorter.
  package func pieces(of length: Int) -> [Range<Int>] {
    stride(from: lowerBound, to: upperBound, by: length).map {
      $0..<Swift.min($0 + length, upperBound)
    }
  }

  /// The range in as few pieces of at most `length`, a multiple of `step`, as can be, whose lengths
  /// are multiples of it too, the last one's excepted, and differ no more than that.
  package func evenPieces(ofAtMost length: Int, inStepsOf step: Int) -> [Range<Int>] {
    let number = (count + length - 1) / length
    let bounds = (0...number).map { index in
      let place = index * count / Swift.max(1, number)
      return lowerBound + Swift.min((place + step - 1) / step * step, count)
    }
    return zip(bounds, bounds.dropFirst()).map { $0..<$1 }
  }

  /// These results along one axis: those before, of and after the ones whose whole window lies
  /// among the image's `samples`; what comes before and after is empty or has at least `margin`, if
  /// there are so many.
  package func parts(taps: Int, samples: Int, margin: Int) -> (Range, Range, Range) {
    var first = Swift.max(taps - 1, lowerBound)
    var last = Swift.min(samples, upperBound)
    if first > lowerBound { first = Swift.min(Swift.max(first, lowerBound + margin), upperBound) }
    if last < upperBound { last = Swift.max(Swift.min(last, upperBound - margin), lowerBound) }
    guard first < last else { return (self, upperBound..<upperBound, upperBound..<upperBound) }
    return (lowerBound..<first, first..<last, last..<upperBound)
  }
}
