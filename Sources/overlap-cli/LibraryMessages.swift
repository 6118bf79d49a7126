import Glibc
import Synchronization

/// Standard error while files are read: the command's own messages reach it, those of libraries do not.
///
/// libmpg123, by which libsndfile decodes MP3, prints lines of its own about every frame that is cut
/// off or damaged, and libsndfile has no setting that keeps it quiet. What is wrong with a file is
/// told in one line.
enum LibraryMessages {
  /// Where the command's own messages go: standard error as it was at first.
  static let descriptor: CInt = {
    let copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
    return copy >= 0 ? copy : STDERR_FILENO
  }()

  /// How many files are being read.
  private static let readers = Mutex(0)

  /// Drops what libraries print from now on; each call needs one of ``restore()``.
  static func suppress() {
    readers.withLock { count in
      count += 1
      guard count == 1, descriptor != STDERR_FILENO else { return }
      let nowhere = unsafe open("/dev/null", O_WRONLY | O_CLOEXEC)
      guard nowhere >= 0 else { return }
      dup2(nowhere, STDERR_FILENO)
      close(nowhere)
    }
  }

  /// Undoes ``suppress()``.
  static func restore() {
    readers.withLock { count in
      count -= 1
      if count == 0, descriptor != STDERR_FILENO { dup2(descriptor, STDERR_FILENO) }
    }
  }
}
