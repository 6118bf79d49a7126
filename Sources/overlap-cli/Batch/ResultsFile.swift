// SPDX-License-Identifier: MIT

import Platform
import SignalFiles

/// Where the results of a batch go: standard output, or a file that may hold some already.
final class ResultsFile: Sendable {
  private let path: String?
  private let descriptor: CInt
  /// How many results of each key there were at first.
  let done: [BatchKey: Int]

  /// - Parameter path: Of the file; nil for standard output.
  init(path: String?) throws(CommandFailure) {
    self.path = path
    guard let path else {
      (descriptor, done) = (dup(STDOUT_FILENO), [:])
      return
    }
    let descriptor = unsafe open(path.systemName, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw CommandFailure(SignalFileError.cannotCreate(path: path, reason: systemMessage(errno)))
    }
    guard lockFile(descriptor) else {
      throw CommandFailure(
        .cannotCreateOutput, "\(path): another run writes to it; wait for its end, or end it")
    }
    (done, self.descriptor) = (try mendedResults(path, descriptor), descriptor)
  }

  deinit { close(descriptor) }

  /// Appends a line, or ends the process: results that nobody got are no success.
  func append(_ line: String) {
    guard let path else { return printResult(line) }
    if !write(line.printable + "\n", to: descriptor) {
      CommandFailure(SignalFileError.writeFailed(path: path, reason: systemMessage(errno))).end()
    }
  }
}

/// Takes the results that are there, and cuts off one that was not written to its end.
private func mendedResults(
  _ path: String, _ descriptor: CInt
) throws(CommandFailure) -> [BatchKey: Int] {
  var done: [BatchKey: Int] = [:]
  var reader = try LineReader(path: path)
  var whole = 0
  while let bytes = try reader.next(until: -1) {
    let isWhole = reader.position > whole + bytes.count
    let line = String(fileName: bytes)
    let members = jsonMembers(line) ?? []
    func text(_ key: String) -> String? {
      members.first { $0.key == key }.flatMap { $0.value.value() }
    }
    if isWhole, let reference = text("reference"), let other = text("other") {
      done[BatchKey(members, reference: reference, other: other), default: 0] += 1
      whole = reader.position
    } else if isWhole || !line.hasPrefix("{") {
      // Nothing of a file that is no list of results is cut off.
      throw CommandFailure(
        .invalidData, "\(path): holds something else than results of --batch; name another file")
    }
  }
  guard ftruncate(descriptor, off_t(whole)) == 0 else {
    throw CommandFailure(SignalFileError.writeFailed(path: path, reason: systemMessage(errno)))
  }
  return done
}
