// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

extension SeparableConvolution2D {
  /// Elements in a cache line.
  static var line: Int { max(1, 64 / MemoryLayout<Element>.stride) }

  /// From one row of what the first pass gives to the next: an odd number of four cache lines, so that
  /// the rows that the second takes are spread evenly over the first-level cache and do not displace
  /// each other.
  static func rowStride(_ width: Int) -> Int {
    let fours = (width + 4 * line - 1) / (4 * line)
    return (fours | 1) * 4 * line
  }

  /// How far into its memory the first of these rows stands.
  ///
  /// It stands in its cache line as the first result does, and two lines further than that from a
  /// multiple of four: where the lower 12 bits of their addresses are the same, a load is taken for
  /// one of what was stored just before, and the second pass takes 1.17 times as long (Zen 4).
  static func front(of rows: Span<Element>, for results: Span<Element>) -> Int {
    let distance = results.offset(fromMultipleOf: 256) - rows.offset(fromMultipleOf: 256)
    return (distance + 6 * line) % (4 * line)
  }

  /// One thread's memory: what is kept of each term, and what a pass works in.
  struct Scratch: ~Copyable {
    var first = TermMemory()
    var second = TermMemory()
    var pass = PassScratch()

    /// Prepares for a piece of whose first results each term needs the rows of the image from `rows` on.
    mutating func begin(_ rows: [Int]) {
      first.filtered.rows = rows[0]..<rows[0]
      second.filtered.rows = rows[rows.count - 1]..<rows[rows.count - 1]
    }
  }

  /// What the first pass gave of a term, and what the second has made of it.
  struct TermMemory: ~Copyable {
    var filtered = SlidingRows()
    var sums = ColumnSums()
  }

  /// Results of one term, some rows of the image, what continues some at their ends, and the sums of a
  /// pass.
  struct PassScratch {
    var results: [Element] = []
    var samples: [Element] = []
    var ends: [Element] = []
    var sums: [Element] = []
  }

  /// The last rows that the first pass gave of a strip, in memory that they move down through, and
  /// back to its beginning when they reach the end.
  struct SlidingRows: ~Copyable {
    var elements = AlignedBuffer<Element>(repeating: .zero, count: 0)
    /// The rows of the image that these came from.
    var rows = 0..<0
    /// Where the first of them stands.
    var start = 0
  }

  /// What a second pass with grouped taps has made of the rows before those.
  struct ColumnSums: ~Copyable {
    var elements = AlignedBuffer<Element>(repeating: .zero, count: 0)
    /// Columns before the first whose results begin a cache line, when the piece was begun.
    var lead = 0
  }
}

extension Array {
  /// These elements, which leave the array empty: to change them beside other parts of what holds
  /// the array.
  mutating func taken() -> [Element] {
    var elements: [Element] = []
    swap(&self, &elements)
    return elements
  }
}

extension MutableSpan where Element: SignalElement {
  /// Copies the elements of `range` to where they begin at `place`.
  mutating func move(_ range: Range<Int>, to place: Int) {
    // A safe loop takes an element at a time, because it cannot know whether the two meet.
    unsafe withUnsafeMutableBufferPointer { elements in
      guard !range.isEmpty, let start = elements.baseAddress else { return }
      precondition(range.upperBound <= elements.count && place + range.count <= elements.count)
      unsafe (start + place).update(from: start + range.lowerBound, count: range.count)
    }
  }
}

extension Span {
  /// How many elements past a multiple of that many bytes the first one stands.
  func offset(fromMultipleOf bytes: Int) -> Int {
    // The address is looked at, and nothing is read through it.
    unsafe withUnsafeBufferPointer { elements in
      Int(bitPattern: elements.baseAddress) % bytes / MemoryLayout<Element>.stride
    }
  }
}
