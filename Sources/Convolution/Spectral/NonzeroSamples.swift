// SPDX-License-Identifier: MIT

/// Where the samples are that are not zero and that a row of results meets.
struct NonzeroSamples {
  /// Those of one row.
  struct Line {
    /// The row of the kernel that meets it.
    var tapRow: Int
    /// The index among the elements of the row's column 0.
    var first: Int
    /// Sorted.
    var columns: [Int]
  }

  /// Those nearest to what the largest tap meets first.
  var lines: [Line]
}

extension [Int] {
  /// The first index of a sorted array whose element is beyond what is looked for.
  func partitionPoint(_ isBeyond: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
