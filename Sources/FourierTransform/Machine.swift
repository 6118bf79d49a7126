#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The number of processors: what "all cores" means.
package let processorCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

/// The bytes of memory that the machine has.
package let physicalMemory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
