// SPDX-License-Identifier: MIT

internal import Platform

/// The number of processors: what "all cores" means.
package let processorCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

/// The bytes of memory that the machine has.
package let physicalMemory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))

/// The threads that a request for `threads` gets: one for each processor if there is none, at least
/// 1. Every `threads` parameter of the package means this, and no result's bits depend on it.
package func threadCount(_ threads: Int?) -> Int {
  // Far more than any machine has processors; it keeps arrays of per-thread scratch small.
  ThreadSupply.limited(min(max(threads ?? processorCount, 1), 1024))
}
