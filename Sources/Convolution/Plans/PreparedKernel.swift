internal import FourierTransform

/// A kernel and what every method wants to know of it.
struct PreparedKernel<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar

  /// The kernel as it was given, in the order of a convolution.
  let taps: [Element]
  /// The taps with zero for those that are not finite.
  let finiteTaps: [Element]
  /// The taps that are not finite, by their index. They reach the results one by one, because a
  /// transform would spread them over everything.
  let nonFiniteTaps: [(index: Int, value: Element)]
  /// The power of two that takes the largest finite tap into 1 ..< 2; 0 for a kernel of zeros.
  let exponent: Int

  var count: Int { taps.count }

  init(_ taps: [Element]) {
    self.taps = taps
    var maxima = [Scalar](repeating: 0, count: (taps.count + Self.chunk - 1) / Self.chunk)
    var target = maxima.mutableSpan
    Element.chunkMaxima(of: taps.span, chunk: Self.chunk, into: &target)
    guard maxima.contains(where: { !$0.isFinite }) else {
      finiteTaps = taps
      nonFiniteTaps = []
      exponent = scaleExponent(ofPeak: maxima.max() ?? 0)
      return
    }
    nonFiniteTaps = taps.enumerated().filter { !$0.element.hasFiniteParts }.map {
      ($0.offset, $0.element)
    }
    finiteTaps = taps.map { $0.hasFiniteParts ? $0 : .zero }
    exponent = scaleExponent(ofPeak: finiteTaps.reduce(0) { max($0, $1.largestPart) })
  }

  /// Taps that are looked at together for one that is not finite.
  private static var chunk: Int { 1024 }
}
