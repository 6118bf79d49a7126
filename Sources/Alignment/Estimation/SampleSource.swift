// SPDX-License-Identifier: MIT

public import FourierTransform

/// Where the samples of one signal come from: an array, or a file that is read as it is needed.
///
/// Alignment reads every source once from its start to its end, and then again in some places;
/// sources of different signals are read at the same time. A file that is too long for memory is one
/// by way of a class that keeps an `AudioReader` (of SignalFiles) in a `Mutex`: the article Recipes has
/// it.
public protocol SampleSource: Sendable {
  /// The number of samples in a second; it need not be whole.
  var sampleRate: Double { get }
  /// The number of samples.
  var frameCount: Int { get }

  /// Fills `block` with the samples from `start` on: `start + block.count <= frameCount`.
  func read(at start: Int, into block: inout MutableSpan<Float>) throws
}

/// A source that keeps its decimated samples for later searches.
package protocol DecimationKeeper: SampleSource {
  /// The samples at `rate`: those that were kept, or else what `make` returns.
  func decimated(
    to rate: Double, _ make: () throws(AlignmentError) -> [Float]
  ) throws(AlignmentError) -> [Float]
}

/// A signal in memory.
public struct ArraySource: SampleSource {
  package let samples: [Float]
  /// The number of samples in a second.
  public let sampleRate: Double
  /// The number of samples.
  public var frameCount: Int { samples.count }

  /// Creates a source of `samples`, which are used in single precision.
  public init<Samples, Scalar: FourierScalar>(_ samples: borrowing Samples, sampleRate: Double)
  where Samples: ContiguousSamples & ~Copyable & ~Escapable, Samples.Element == Scalar {
    self.samples = singlePrecision(samples.span)
    self.sampleRate = sampleRate
  }

  /// Copies samples.
  public func read(at start: Int, into block: inout MutableSpan<Float>) {
    for index in 0..<block.count { block[index] = samples[start + index] }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func singlePrecision<Scalar: FourierScalar>(_ samples: Span<Scalar>) -> [Float] {
  samples.indices.map { Float(samples[$0]) }
}

/// The samples of a block in which sources are read; a power of two.
let sourceBlockLength = 65_536

extension SampleSource {
  /// The length in seconds.
  var duration: Double { Double(frameCount) / sampleRate }

  /// Throws if the signal is too short.
  func check(_ role: AlignmentError.Role) throws(AlignmentError) {
    guard sampleRate > 0, sampleRate.isFinite else {
      throw .invalidSampleRate(role: role, sampleRate)
    }
    guard duration >= AlignmentError.shortestDuration, frameCount >= 32 else {
      throw .tooShort(role: role, frameCount: frameCount, sampleRate: sampleRate)
    }
  }

  /// The samples of `range`, with zeros where it exceeds the signal.
  func samples(
    in range: Range<Int>, _ role: AlignmentError.Role
  ) throws(AlignmentError) -> [Float] {
    var result = [Float](repeating: 0, count: range.count)
    let inside = range.clamped(to: 0..<frameCount)
    guard !inside.isEmpty else { return result }
    var all = result.mutableSpan
    let offset = inside.lowerBound - range.lowerBound
    var part = all._mutatingExtracting(offset..<offset + inside.count)
    try read(at: inside.lowerBound, into: &part, role)
    return result
  }

  private func read(
    at start: Int, into block: inout MutableSpan<Float>, _ role: AlignmentError.Role
  ) throws(AlignmentError) {
    do { try read(at: start, into: &block) } catch { throw .sourceFailed(role: role, error) }
  }

  /// Calls `body` with the samples of `range` block by block, and each block's place.
  func forEachBlock(
    of range: Range<Int>, _ role: AlignmentError.Role,
    _ body: (Span<Float>, _ place: Int) throws(AlignmentError) -> Void
  ) throws(AlignmentError) {
    var block = [Float](repeating: 0, count: min(range.count, sourceBlockLength))
    var position = range.lowerBound
    while position < range.upperBound {
      let count = min(block.count, range.upperBound - position)
      var all = block.mutableSpan
      var part = all._mutatingExtracting(0..<count)
      try read(at: position, into: &part, role)
      try body(block.span.extracting(0..<count), position)
      position += count
    }
  }

  /// The samples at `rate`, all of which have to be finite and some different.
  func decimated(to rate: Double, _ role: AlignmentError.Role) throws(AlignmentError) -> [Float] {
    guard let keeper = self as? any DecimationKeeper else { return try decimate(to: rate, role) }
    return try keeper.decimated(to: rate) { () throws(AlignmentError) in
      try decimate(to: rate, role)
    }
  }

  private func decimate(
    to rate: Double, _ role: AlignmentError.Role
  ) throws(AlignmentError) -> [Float] {
    let direct = sampleRate == rate
    var result: [Float] = []
    var decimator = Decimator(
      from: sampleRate, to: rate, expectedCount: direct ? 0 : frameCount)
    if direct { result.reserveCapacity(frameCount) }
    // Of the samples' bit patterns, those bits that are not the same in all of them.
    var differences: UInt32 = 0
    var magnitudes: UInt32 = 0
    var firstBits: UInt32?
    try forEachBlock(of: 0..<frameCount, role) { samples, place throws(AlignmentError) in
      var largestBits: UInt32 = 0
      let origin = firstBits ?? samples[0].bitPattern
      firstBits = origin
      // Integers vectorise; NaN and infinity exceed every finite number's magnitude.
      for index in samples.indices {
        let bits = samples[index].bitPattern
        largestBits = max(largestBits, bits & 0x7FFF_FFFF)
        differences |= bits ^ origin
      }
      magnitudes |= largestBits
      if largestBits >= Float.infinity.bitPattern {
        let index = samples.indices.first { !samples[$0].isFinite } ?? 0
        throw .notFinite(role: role, index: place + index)
      }
      if direct {
        for index in samples.indices { result.append(samples[index]) }
      } else {
        decimator.process(samples)
      }
    }
    // Zeros of both signs are equal.
    if differences == 0 || magnitudes == 0 { throw .silent(role: role) }
    return direct ? result : decimator.finish(count: frameCount)
  }
}
