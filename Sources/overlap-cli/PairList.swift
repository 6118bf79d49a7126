import FoundationEssentials
import Glibc

/// The pairs of a batch: one a line, tab-separated or a JSON object with `reference` and `other`.
struct PairList {
  struct Pair: Decodable {
    var reference: String
    var other: String
  }

  /// The pairs, or what is wrong with their lines, one after the other; `-` is standard input.
  static func read(
    _ path: String, _ body: (Result<Pair, CommandFailure>) -> Void
  ) throws(CommandFailure) {
    if path != "-" {
      // `readLine` reads standard input: the file takes its place.
      let file = unsafe open(path, O_RDONLY)
      guard file >= 0 else {
        let code = errno
        let reason = unsafe String(cString: strerror(code))
        throw CommandFailure(
          code == ENOENT ? .noInput : .inputOutput, "\(path): cannot be opened (\(reason))")
      }
      dup2(file, STDIN_FILENO)
      close(file)
    }
    var number = 0
    while let line = readLine() {
      number += 1
      let text = line.last == "\r" ? String(line.dropLast()) : line
      if text.allSatisfy(\.isWhitespace) { continue }
      body(parse(text, number))
    }
  }

  private static func parse(_ line: String, _ number: Int) -> Result<Pair, CommandFailure> {
    if line.first == "{" {
      guard let pair = try? JSONDecoder().decode(Pair.self, from: Data(line.utf8)) else {
        return .failure(
          CommandFailure(
            .invalidData, "line \(number): no JSON object with `reference` and `other`"))
      }
      return .success(pair)
    }
    let names = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty else {
      return .failure(
        CommandFailure(.invalidData, "line \(number): not two file names with a tab between them"))
    }
    return .success(Pair(reference: names[0], other: names[1]))
  }
}
