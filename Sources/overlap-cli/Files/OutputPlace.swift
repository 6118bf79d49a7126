import Platform
import SignalFiles

/// Throws if no file can be made at a path, or if it is one of the inputs; what is there may be a link
/// elsewhere.
func checkOutput(_ path: String, sparing inputs: [String]) throws(CommandFailure) {
  if inputs.contains(where: { isSameFile(path, $0) }) {
    throw CommandFailure(
      .cannotCreateOutput, "\(path): is one of the inputs; choose another name")
  }
  if unsafe access(path.systemName, F_OK) == 0 { return }
  let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
  guard isWritableDirectory(directory) else {
    throw CommandFailure(SignalFileError.cannotCreate(path: path, reason: systemMessage(errno)))
  }
}

/// Makes a directory for copies, or throws if nothing can be written to it; returns whether it is new.
func makeOutputDirectory(_ directory: String) throws(CommandFailure) -> Bool {
  if unsafe mkdir(directory.systemName, 0o777) == 0 { return true }
  if errno == EEXIST, isWritableDirectory(directory) { return false }
  let reason = systemMessage(errno)
  throw CommandFailure(
    .cannotCreateOutput,
    "\(directory): no copies can be written there (\(reason)); choose another directory")
}
