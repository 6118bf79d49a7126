// SPDX-License-Identifier: MIT

import Platform
import SignalFiles
import Synchronization

/// Throws if no file can be made at a path, or if it leads to one of the inputs; what is there may be a
/// link elsewhere.
///
/// - Parameter mayReplace: Whether it may be an input by that input's own name: whoever names both alike
///   means it. Another name for it is a mistake.
func checkOutput(
  _ path: String, sparing inputs: [String], mayReplace: Bool = false
) throws(CommandFailure) {
  if inputs.contains(where: {
    isSameFile(path, $0) && !(mayReplace && isSameName(path, $0))
  }) {
    throw CommandFailure(
      .cannotCreateOutput, "\(path): is one of the inputs; choose another name")
  }
  if unsafe access(path.systemName, F_OK) == 0 { return }
  guard isWritableDirectory(directoryAndName(path).directory) else {
    throw CommandFailure(SignalFileError.cannotCreate(path: path, reason: systemMessage(errno)))
  }
}

/// Makes a directory for copies, or throws if nothing can be written to it. One that is new is taken
/// away by ``removeEmptyOutputDirectories()`` if nothing was.
func makeOutputDirectory(_ directory: String) throws(CommandFailure) {
  if unsafe mkdir(directory.systemName, 0o777) == 0 {
    newDirectories.withLock { $0.append(directory) }
    return
  }
  if errno == EEXIST, isWritableDirectory(directory) { return }
  let reason = systemMessage(errno)
  throw CommandFailure(
    .cannotCreateOutput,
    "\(directory): no copies can be written there (\(reason)); choose another directory")
}

/// Takes away the directories that this process made, and then had nothing for.
func removeEmptyOutputDirectories() {
  // One with something in it stays.
  newDirectories.withLock { for directory in $0 { unsafe rmdir(directory.systemName) } }
}

private let newDirectories = Mutex<[String]>([])
