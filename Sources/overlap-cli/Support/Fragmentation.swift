// SPDX-License-Identifier: MIT

import Platform

/// Keeps the GNU C Library from growing with the number of different lengths that are allocated.
///
/// It takes long blocks from the system and gives them back, but for those below a limit that rises
/// to the longest block that was ever freed (mallopt(3), `M_MMAP_THRESHOLD`): from then on they come
/// from heaps, where each new length finds the holes of others too short. Setting the limit keeps it.
/// Each thread may have a heap of its own, for which 64 MB of addresses are set aside (`M_ARENA_MAX`):
/// more than work at a time are of no use.
func limitFragmentation(jobs: Int) {
  typealias Setter = @convention(c) (_ parameter: CInt, _ value: CInt) -> CInt
  // Other C libraries do not have it, nor the fault.
  guard let address = unsafe dlsym(nil, "mallopt") else { return }
  let set = unsafe unsafeBitCast(address, to: Setter.self)
  let (mappingThreshold, heapCount): (CInt, CInt) = (-3, -8)
  // A fault for each page of a new mapping: at 128 KB, the limit at first, the system takes 0.06 s of a
  // pair of 20 s at 16 kHz, here 0.01 s.
  _ = set(mappingThreshold, 1 << 20)
  _ = set(heapCount, CInt(clamping: jobs))
}
