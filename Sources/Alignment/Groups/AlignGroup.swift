// SPDX-License-Identifier: MIT

import ComputeSupport

/// Aligns any number of recordings of one event.
///
/// All pairs are compared, so that a recording needs to have something in common with any of the
/// others only; see ``GroupAlignment``. One that cannot be compared, because it is silent, too short
/// or unreadable, does not keep the others from being aligned.
///
/// - Parameters:
///   - recordings: The recordings; their sample rates may differ.
///   - reference: The index of the one whose time line it is.
///   - threshold: The largest false-alarm probability of a pair that counts.
///   - options: As in ``estimateDelay(of:from:options:)``.
/// - Throws: ``AlignmentError/invalidOption(_:)``
/// - Complexity: That of n (n - 1) / 2 estimates for n recordings.
public func alignGroup(
  _ recordings: [any SampleSource], reference: Int = 0, threshold: Double = 1e-6,
  options: DelaySearchOptions = DelaySearchOptions()
) throws(AlignmentError) -> GroupAlignment {
  guard recordings.indices.contains(reference) else {
    throw .invalidOption(
      "the reference must be one of the \(recordings.count) recordings, not number \(reference)")
  }
  WorkMonitor.expect(steps: recordings.count * (recordings.count - 1) / 2)
  var links: [GroupAlignment.Link] = []
  var failures: [Int: AlignmentError] = [:]
  for first in recordings.indices {
    for second in recordings.indices.dropFirst(first + 1)
    where failures[first] == nil && failures[second] == nil {
      do throws(AlignmentError) {
        links.append(
          GroupAlignment.Link(
            first: first, second: second,
            estimate: try estimateDelay(
              of: recordings[second], from: recordings[first], options: options)))
      } catch {
        switch error.role {
        case .reference: failures[first] = error
        case .other: failures[second] = error
        case nil: throw error
        }
      }
    }
  }
  var group = GroupAlignment(
    count: recordings.count, reference: reference, links: links, threshold: threshold)
  group.failures = failures
  for (index, recording) in recordings.enumerated() {
    guard let map = group.members[index]?.estimate.map else { continue }
    let placement = AlignedTimeLine.Placement(duration: recording.duration, map)
    let from = max(0, placement.referenceTime(0))
    let to = min(recordings[reference].duration, placement.referenceTime(recording.duration))
    group.members[index]?.estimate.overlap = max(0, to - from)
  }
  return group
}
