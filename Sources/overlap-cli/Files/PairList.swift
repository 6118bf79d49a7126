import FoundationEssentials
import Platform
import SignalFiles

/// The pairs of a batch: one a line, tab-separated or a JSON object with `reference` and `other`.
struct PairList {
  struct Pair: Decodable {
    var reference: String
    var other: String
  }

  /// The pairs as they come, or what is wrong with their lines; `-` is standard input.
  static func read(
    _ path: String, _ body: (Result<Pair, CommandFailure>) -> Void
  ) throws(CommandFailure) {
    let descriptor =
      unsafe path == "-" ? dup(STDIN_FILENO) : open(path.systemName, O_RDONLY | O_CLOEXEC)
    let file = unsafe descriptor < 0 ? nil : fdopen(descriptor, "r")
    guard let file = unsafe file else { throw failure(path, errno) }
    defer { unsafe fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { unsafe free(line) }
    var number = 0
    while true {
      errno = 0
      let count = unsafe getline(&line, &capacity, file)
      guard count >= 0, let start = unsafe line else {
        // A directory opens, and cannot be read.
        if unsafe ferror(file) != 0 { throw failure(path, errno) }
        return
      }
      number += 1
      let bytes = unsafe UnsafeBufferPointer(start: start, count: count).map(
        UInt8.init(bitPattern:))
      var text = String(fileName: bytes)
      // A mark that some editors put at the beginning of a file.
      if number == 1, text.hasPrefix("\u{FEFF}") { text.removeFirst() }
      while text.last?.isNewline == true { text.removeLast() }
      if text.allSatisfy(\.isWhitespace) { continue }
      body(parse(text, number))
    }
  }

  private static func failure(_ path: String, _ code: CInt) -> CommandFailure {
    let reason = systemMessage(code)
    let isMissing = [ENOENT, ENOTDIR, EISDIR].contains(code)
    return CommandFailure(
      isMissing ? .noInput : .inputOutput,
      "\(path): the list cannot be read (\(reason)); check the path")
  }

  private static func parse(_ line: String, _ number: Int) -> Result<Pair, CommandFailure> {
    let pair: Pair
    if line.first(where: { !$0.isWhitespace }) == "{" {
      guard let object = try? JSONDecoder().decode(Pair.self, from: Data(line.utf8)) else {
        return invalid(number, "no JSON object with `reference` and `other`, two file names")
      }
      pair = object
    } else {
      let names = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard names.count == 2 else {
        return invalid(number, "not two file names with a tab between them")
      }
      pair = Pair(reference: names[0], other: names[1])
    }
    for name in [pair.reference, pair.other]
    where name.isEmpty || name.unicodeScalars.contains("\0") {
      return invalid(number, "a name that no file can have")
    }
    return .success(pair)
  }

  private static func invalid(_ line: Int, _ problem: String) -> Result<Pair, CommandFailure> {
    .failure(CommandFailure(.invalidData, "line \(line): \(problem)"))
  }
}
