// SPDX-License-Identifier: MIT

import Platform

/// Locks an open file for this process; false if another one has it for 2 s more, in which one that
/// has just been killed would have ended.
package func lockFile(_ descriptor: CInt) -> Bool {
  for _ in 0..<20 {
    // Where a system of files has no locks, there is nothing to wait for.
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK { return true }
    usleep(100_000)
  }
  return false
}
