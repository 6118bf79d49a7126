// SPDX-License-Identifier: MIT

/// Which of some things are connected (R. E. Tarjan, 1975).
struct DisjointSets {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  private mutating func root(_ element: Int) -> Int {
    var element = element
    while parents[element] != element {
      parents[element] = parents[parents[element]]
      element = parents[element]
    }
    return element
  }

  mutating func areJoined(_ first: Int, _ second: Int) -> Bool { root(first) == root(second) }

  /// Connects two; false where they are connected already.
  mutating func join(_ first: Int, _ second: Int) -> Bool {
    let (a, b) = (root(first), root(second))
    parents[max(a, b)] = min(a, b)
    return a != b
  }

  /// The elements of each set.
  var all: [[Int]] {
    mutating get {
      let roots = parents.indices.map { root($0) }
      return Dictionary(grouping: parents.indices, by: { roots[$0] }).values.sorted {
        $0[0] < $1[0]
      }
    }
  }
}
