// SPDX-License-Identifier: MIT

import SignalFiles

/// The pairs of a batch that are still to be aligned, as they come.
struct PairList: ~Copyable {
  struct Entry {
    /// From 0 on.
    var index: Int
    var pair: BatchPair
    /// Where it ends in the list, in bytes.
    var position: Int
  }

  private var reader: LineReader
  private let aligner: PairAligner
  /// How many results of each key are there already.
  private var done: [BatchKey: Int]
  private var lineNumber = 0
  private var count = 0
  private var isAtEnd = false

  /// - Parameters:
  ///   - path: `-` is standard input.
  ///   - aligner: What holds for pairs that say nothing else.
  init(_ path: String, _ aligner: PairAligner, done: [BatchKey: Int]) throws(CommandFailure) {
    reader = try LineReader(path: path)
    (self.aligner, self.done) = (aligner, done)
  }

  /// The bytes of the whole list, where that is known.
  var byteCount: Int? { reader.byteCount }

  /// The next pair; nil at the end, or as soon as `stop` can be read from.
  mutating func next(until stop: CInt) throws(CommandFailure) -> Entry? {
    while !isAtEnd, let bytes = try next(line: stop) {
      lineNumber += 1
      var text = String(fileName: bytes)
      // A mark that some editors put at the beginning of a file.
      if lineNumber == 1, text.hasPrefix("\u{FEFF}") { text.removeFirst() }
      while text.last?.isNewline == true { text.removeLast() }
      if text.allSatisfy(\.isWhitespace) { continue }
      let pair = BatchPair(text, aligner)
      if let known = done[pair.key] {
        done[pair.key] = known > 1 ? known - 1 : nil
        continue
      }
      count += 1
      return Entry(index: count - 1, pair: pair, position: reader.position)
    }
    return nil
  }

  /// A list that has ended, or cannot be read, is not asked again.
  private mutating func next(line stop: CInt) throws(CommandFailure) -> [UInt8]? {
    isAtEnd = true
    let line = try reader.next(until: stop)
    isAtEnd = line == nil
    return line
  }
}
