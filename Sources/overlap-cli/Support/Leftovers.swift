// SPDX-License-Identifier: MIT

import Platform
import SignalFiles
import Synchronization

/// What must not outlive the process: programs that it runs, temporary files, files that are not
/// complete, and directories that nothing was written to.
enum Leftovers {
  /// Takes them away, from whatever thread; what others would leave after that waits for the end.
  static func remove() {
    isEnding.store(true, ordering: .sequentiallyConsistent)
    // First those that could still write.
    ChildProcess.endAll()
    TemporaryFile.removeAll()
    removeUnfinishedFiles()
    removeEmptyOutputDirectories()
  }

  /// Takes them away where the process ends by `exit`, too.
  static func removeAtExit() { atexit { Leftovers.remove() } }

  /// Whether they are being taken away. Whoever makes some looks here under the lock of their list:
  /// either it is not so yet, and what is made is on the list, or nothing is made any more.
  static var areRemoved: Bool { isEnding.load(ordering: .sequentiallyConsistent) }

  /// Waits for the end of this process, if it is at hand.
  static func waitIfEnding() { while areRemoved { pause() } }
}

private let isEnding = Atomic(false)
