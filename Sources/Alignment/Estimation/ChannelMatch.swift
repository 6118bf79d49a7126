// SPDX-License-Identifier: MIT

import ComputeSupport

/// The channels of two recordings that match best, and how they lie.
public struct ChannelMatch: Sendable, Equatable, Codable {
  /// The index of the reference's channel, from 0 on.
  public var reference: Int
  /// The index of the other recording's channel, from 0 on.
  public var other: Int
  /// The delay between the two.
  public var estimate: DelayEstimate
}

/// How much later the same events come in `other` than in `reference`, two recordings of several
/// channels, by the pair of channels that matches best.
///
/// The best is the pair with the smallest false-alarm probability; of equal ones that with the
/// smallest standard error; of equal ones again the first. Exchanging the recordings exchanges the
/// channels. Up to 16 pairs are all tried. Where there are more, each channel
/// is compared with the mix of the other recording, and the best of each are taken. Channels that are
/// silent are passed over as long as there is another.
///
/// - Parameters:
///   - other: The channels of the recording to be aligned: at least one.
///   - reference: The channels of the one that stays where it is: at least one.
///   - options: As in ``estimateDelay(of:from:options:)``.
/// - Throws: ``AlignmentError``
/// - Complexity: That of m · n estimates for m and n channels, or of m + n + 1 where m · n exceeds 16.
public func estimateDelay<Source: SampleSource>(
  ofBestOf other: [Source], from reference: [Source],
  options: DelaySearchOptions = DelaySearchOptions()
) throws(AlignmentError) -> ChannelMatch {
  guard !other.isEmpty, !reference.isEmpty else {
    throw .invalidOption(
      "at least one channel of each recording is needed, not \(reference.count) and \(other.count)")
  }
  if reference.count * other.count <= largestChannelPairCount {
    let pairs = reference.indices.flatMap { first in other.indices.map { (first, $0) } }
    return try best(of: pairs) { first, second throws(AlignmentError) in
      try estimateDelay(of: other[second], from: reference[first], options: options)
    }
  }
  let otherMix = try MixedSource(other, .other)
  let referenceMix = try MixedSource(reference, .reference)
  let first = try best(of: reference.indices.map { ($0, 0) }) {
    channel, _ throws(AlignmentError) in
    try estimateDelay(of: otherMix, from: reference[channel], options: options)
  }.reference
  let second = try best(of: other.indices.map { (0, $0) }) { _, channel throws(AlignmentError) in
    try estimateDelay(of: other[channel], from: referenceMix, options: options)
  }.other
  return ChannelMatch(
    reference: first, other: second,
    estimate: try estimateDelay(of: other[second], from: reference[first], options: options))
}

/// Judged: two recordings of four channels each.
private let largestChannelPairCount = 16

private func best(
  of pairs: [(Int, Int)], _ estimate: (Int, Int) throws(AlignmentError) -> DelayEstimate
) throws(AlignmentError) -> ChannelMatch {
  WorkMonitor.expect(steps: pairs.count)
  var best: ChannelMatch?
  var silence: AlignmentError?
  for (first, second) in pairs {
    do throws(AlignmentError) {
      let found = ChannelMatch(
        reference: first, other: second, estimate: try estimate(first, second))
      if best.map({ found.estimate.weakness < $0.estimate.weakness }) ?? true { best = found }
    } catch {
      guard case .silent = error else { throw error }
      silence = silence ?? error
    }
  }
  guard let best else { throw silence ?? .invalidOption("there are no channels to compare") }
  return best
}

/// The mean of several channels.
private struct MixedSource<Source: SampleSource>: SampleSource {
  let channels: [Source]
  let sampleRate: Double
  let frameCount: Int

  init(_ channels: [Source], _ role: AlignmentError.Role) throws(AlignmentError) {
    self.channels = channels
    sampleRate = channels[0].sampleRate
    frameCount = channels[0].frameCount
    guard channels.allSatisfy({ $0.sampleRate == sampleRate && $0.frameCount == frameCount })
    else { throw .invalidOption("the channels of the \(role) recording differ in rate or length") }
  }

  func read(at start: Int, into block: inout MutableSpan<Float>) throws {
    for index in 0..<block.count { block[index] = 0 }
    var own = [Float](repeating: 0, count: block.count)
    for channel in channels {
      var target = own.mutableSpan
      try channel.read(at: start, into: &target)
      for index in own.indices { block[index] += own[index] }
    }
    let gain = 1 / Float(channels.count)
    for index in 0..<block.count { block[index] *= gain }
  }
}
