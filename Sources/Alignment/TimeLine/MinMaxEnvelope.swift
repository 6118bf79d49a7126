// SPDX-License-Identifier: MIT

/// The smallest and the largest value of a segment of a signal or correlation, for a picture.
package struct EnvelopeColumn: Sendable, Equatable {
  /// The middle of the segment, in seconds.
  package var position: Double
  /// The smallest value.
  package var lowest: Float
  /// The largest value.
  package var highest: Float
}

/// A signal from `start` to `end`, in seconds, as far as it is there, in `columnCount` columns or one
/// for each sample.
///
/// - Throws: ``AlignmentError/sourceFailed(role:_:)`` with `role` if the signal cannot be read.
/// - Complexity: O(samples between `start` and `end`) time, O(columns) memory.
package func minMaxEnvelope(
  of source: some SampleSource, from start: Double, to end: Double, columnCount: Int = 1000,
  role: AlignmentError.Role = .reference
) throws(AlignmentError) -> [EnvelopeColumn] {
  let rate = source.sampleRate
  let limit = Double(source.frameCount)
  let first = Int(min(max(0, (start * rate).rounded(.up)), limit))
  let last = Int(min(max(Double(first), (end * rate).rounded(.down) + 1), limit))
  var columns = EnvelopeBuilder(first..<last, rate: rate, columnCount: columnCount)
  try source.forEachBlock(of: first..<last, role) { samples, _ in
    for index in samples.indices { columns.append(samples[index]) }
  }
  return columns.columns
}

/// Gathers a sequence of known length into columns of nearly equal width.
struct EnvelopeBuilder {
  private(set) var columns: [EnvelopeColumn] = []
  private let samples: Range<Int>
  private let rate: Double
  private let columnCount: Int
  private var index = 0
  private var end = 0

  init(_ samples: Range<Int>, rate: Double, columnCount: Int) {
    (self.samples, self.rate) = (samples, rate)
    self.columnCount = max(1, min(samples.count, columnCount))
    columns.reserveCapacity(self.columnCount)
  }

  mutating func append(_ value: Float) {
    if index == end {
      let column = columns.count
      end = Int(Double(column + 1) * Double(samples.count) / Double(columnCount))
      end = min(samples.count, max(index + 1, end))
      let middle = (Double(samples.lowerBound) + 0.5 * Double(index + end - 1)) / rate
      columns.append(EnvelopeColumn(position: middle, lowest: value, highest: value))
    } else {
      columns[columns.count - 1].lowest = min(columns[columns.count - 1].lowest, value)
      columns[columns.count - 1].highest = max(columns[columns.count - 1].highest, value)
    }
    index += 1
  }
}
