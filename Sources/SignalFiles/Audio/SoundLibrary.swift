// SPDX-License-Identifier: MIT

import CSndfile
import Platform
import Synchronization

/// Opening of files by libsndfile, one at a time: all threads share the variable of its errors.
enum SoundLibrary {
  /// Why a file could not be opened.
  struct Failure: Error {
    /// One of `SF_ERR_…`, or a more special number.
    var code: Int
    var reason: String
  }

  private static let lock = Mutex<Void>(())

  /// Opens `descriptor`, which stays the caller's.
  @unsafe static func open(
    _ descriptor: CInt, mode: Int, _ info: inout SF_INFO
  ) throws(Failure) -> OpaquePointer {
    // libsndfile closes a descriptor that it fails to open, even if asked not to: it gets a copy.
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else {
      throw Failure(code: Int(SF_ERR_SYSTEM), reason: systemMessage(errno))
    }
    return unsafe try open { unsafe sf_open_fd(copy, CInt(mode), &info, CInt(SF_TRUE)) }
  }

  /// Runs `body`, which calls one of libsndfile's functions that open.
  @unsafe static func open(_ body: () -> OpaquePointer?) throws(Failure) -> OpaquePointer {
    try unsafe lock.withLock { _ throws(Failure) in
      guard let handle = unsafe body() else {
        let reason = unsafe message(String(cString: sf_strerror(nil)))
        throw Failure(code: Int(sf_error(nil)), reason: reason)
      }
      return unsafe handle
    }
  }

  /// A message of libsndfile's without its lead-in and full stop, to stand within a sentence.
  static func message(_ text: String) -> String {
    var text = text
    for leadIn in ["Error : ", "System error : "] where text.hasPrefix(leadIn) {
      text.removeFirst(leadIn.count)
    }
    while text.last == "." || text.last == " " { text.removeLast() }
    return text
  }
}
