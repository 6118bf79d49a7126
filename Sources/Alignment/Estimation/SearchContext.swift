// SPDX-License-Identifier: MIT

internal import ComputeSupport

/// Two signals at the rate at which all lags are searched.
package struct DecimatedPair: Sendable {
  package let first: [Float]
  package let second: [Float]
  /// The frequencies that count, and the rate.
  package let band: SearchBand
  /// How many threads may be used.
  package let threads: Int

  /// Pairs two signals.
  package init(_ first: [Float], _ second: [Float], _ band: SearchBand, threads: Int = 1) {
    (self.first, self.second, self.band, self.threads) = (first, second, band, threads)
  }

  /// The number of samples in a second.
  var rate: Double { band.rate }

  /// The signals in the other order.
  var exchanged: DecimatedPair { DecimatedPair(second, first, band, threads: threads) }

  /// The part of the first signal's time in which both are there at `lag`.
  func overlap(at lag: Int) -> Range<Int> {
    let start = max(0, -lag)
    return start..<max(start, min(first.count, second.count - lag))
  }

  /// The overlap of a line, in seconds of the first signal.
  func overlap(_ line: ClockModel) -> (from: Double, to: Double) {
    line.overlap(Double(first.count) / rate, Double(second.count) / rate)
  }

  /// The lags at which signals of these lengths are compared; nil where there are none.
  func lags(_ options: DelaySearchOptions) -> ClosedRange<Int>? {
    var (low, high) = (-(first.count - 1), second.count - 1)
    if let reach = options.maximumDelay {
      let (expected, far) = (options.expectedDelay, 1e15)
      low = max(low, Int(max((expected - reach) * rate, -far).rounded(.down)))
      high = min(high, Int(min((expected + reach) * rate, far).rounded(.up)))
    }
    return low <= high ? low...high : nil
  }
}

/// Two signals at their own rates and at that of the search, and how to search.
package struct SearchContext: Sendable {
  package private(set) var first: any SampleSource
  package private(set) var second: any SampleSource
  /// What the caller calls the signals.
  private(set) var roles = (first: AlignmentError.Role.reference, second: AlignmentError.Role.other)
  package private(set) var signals: DecimatedPair
  private(set) var options: DelaySearchOptions
  /// The lags that are searched, in decimated samples.
  private(set) var lags: ClosedRange<Int>

  var band: SearchBand { signals.band }
  var threads: Int { signals.threads }

  /// Checks and decimates two signals.
  package init(
    reference: some SampleSource, other: some SampleSource, _ options: DelaySearchOptions
  ) throws(AlignmentError) {
    try options.check(reference, other)
    let threads = threadCount(options.threads)
    let band = SearchBand(reference, other, restriction: options.band)
    let duration =
      Double(reference.frameCount) / reference.sampleRate
      + Double(other.frameCount) / other.sampleRate
    let byteCount = Int(min(duration * band.rate * Self.bytesPerSample, 1e18))
    let available = availableMemory()
    guard byteCount <= available else {
      throw .tooLarge(byteCount: byteCount, available: available)
    }
    let decimated = try parallelMap(2, threads: threads) {
      index throws(AlignmentError) -> [Float] in
      index == 0
        ? try reference.decimated(to: band.rate, .reference)
        : try other.decimated(to: band.rate, .other)
    }
    (first, second, self.options) = (reference, other, options)
    signals = DecimatedPair(decimated[0], decimated[1], band, threads: threads)
    guard let lags = signals.lags(options) else {
      throw .invalidOption(
        "recordings of \(reference.duration) s and \(other.duration) s have nothing in common at "
          + "delays of \(options.expectedDelay) s, give or take \(options.maximumDelay ?? 0) s")
    }
    self.lags = lags
  }

  /// Of the signals, their two spectra and their correlation.
  private static var bytesPerSample: Double { 4 + 2 * 8 + 4 }

  /// The signals in the other order.
  var exchanged: SearchContext {
    var result = self
    (result.first, result.second) = (second, first)
    result.roles = (roles.second, roles.first)
    result.signals = signals.exchanged
    result.options.expectedDelay = -options.expectedDelay
    result.lags = -lags.upperBound...(-lags.lowerBound)
    return result
  }

  /// Whether the first signal comes before the second in an order that their contents alone decide.
  var isOrdered: Bool {
    if first.frameCount != second.frameCount { return first.frameCount > second.frameCount }
    if first.sampleRate != second.sampleRate { return first.sampleRate < second.sampleRate }
    let (a, b) = (signals.first, signals.second)
    for index in a.indices where a[index] != b[index] { return a[index] < b[index] }
    return true
  }
}
