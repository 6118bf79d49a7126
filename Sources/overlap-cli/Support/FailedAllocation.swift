// SPDX-License-Identifier: MIT

import ComputeSupport
import Platform
import SignalFiles
import Synchronization

/// Ends the process with a line where an allocation fails that nobody asked about: Swift's runtime then
/// ends it by a trap, and the C++ library of some that are used by an abort.
func endOrderlyWithoutMemory() {
  _ = errorStream
  let spare = unsafe mmap(nil, spareSize, PROT_READ, anonymousMemory, -1, 0)
  spareAddress.store(UInt(bitPattern: spare), ordering: .relaxed)
  for number in [SIGABRT, SIGILL, SIGTRAP] {
    signal(number) { number in
      // Once; and other traps are none of memory.
      signal(number, SIG_DFL)
      let probe = unsafe mmap(nil, 4 * spareSize, PROT_READ, anonymousMemory, -1, 0)
      guard unsafe probe == MAP_FAILED else { return }
      unsafe munmap(
        UnsafeMutableRawPointer(bitPattern: spareAddress.load(ordering: .relaxed)), spareSize)
      CommandFailure(.invalidData, "the work needs more memory than it may have; \(memoryAdvice)")
        .end()
    }
  }
}

private let anonymousMemory = MAP_PRIVATE | CInt(MAP_ANON)
/// In bytes: what the end itself takes. Judged.
private let spareSize = 1 << 22
private let spareAddress = Atomic<UInt>(0)
