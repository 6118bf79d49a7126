internal import Platform

/// The bytes that this process may use on top of what it has: the machine's, or fewer where its
/// address space is limited (`ulimit -v`).
package func availableMemory() -> Int {
  var limit = rlimit()
  #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
  #else
    let resource = RLIMIT_AS
  #endif
  guard unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < UInt64(Int.max) else {
    return physicalMemory
  }
  return max(0, min(physicalMemory, Int(limit.rlim_cur) - addressSpace()))
}

/// The bytes of the process's address space that are taken; 0 where the system does not tell.
private func addressSpace() -> Int {
  #if os(Linux)
    let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    // The first number is that of the pages (proc(5)).
    var pages = 0
    var byte: UInt8 = 0
    while unsafe read(descriptor, &byte, 1) == 1, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte {
      pages = 10 * pages + Int(byte - UInt8(ascii: "0"))
    }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  #else
    return 0
  #endif
}
