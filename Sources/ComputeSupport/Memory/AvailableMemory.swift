// SPDX-License-Identifier: MIT

internal import Platform
internal import Synchronization

/// The bytes that this process may use on top of what it has: those that the machine has left, or fewer
/// where its container, its address space (`ulimit -v`) or its user, by ``limitMemory(to:)``, allows
/// fewer.
package func availableMemory() -> Int {
  let process = ProcessMemory()
  let own = userLimit.load(ordering: .relaxed)
  let limits = [
    machineMemory(),
    ControlGroup.limited.map(\.available).min() ?? .max,
    addressLimit().map { $0 - process.address - addressReserve } ?? .max,
    own == .max ? .max : own - process.resident,
  ]
  return max(0, limits.min() ?? 0)
}

/// Lets this process use so many bytes in all, what it has included.
package func limitMemory(to byteCount: Int) {
  userLimit.store(byteCount, ordering: .relaxed)
}

/// Whether ``limitMemory(to:)`` was called.
package var hasMemoryLimit: Bool { userLimit.load(ordering: .relaxed) != .max }

private let userLimit = Atomic(Int.max)

/// What is left of a limited address space for all that is too small to be asked about, and for the
/// stacks of threads. Judged.
private let addressReserve = 1 << 25

/// The bytes of addresses that this process may have (`ulimit -v`); nil where that is not limited.
package func addressLimit() -> Int? {
  var limit = rlimit()
  #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
  #else
    let resource = RLIMIT_AS
  #endif
  guard unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < UInt64(Int.max) else {
    return nil
  }
  return Int(limit.rlim_cur)
}

/// The bytes that can be had without taking them from other processes, or all where the system does not
/// tell.
private func machineMemory() -> Int {
  // In kilobytes (proc(5)).
  SystemText("/proc/meminfo")?.number(after: "MemAvailable:").map { $0 << 10 } ?? physicalMemory
}

/// What this process has; 0 where the system does not tell.
private struct ProcessMemory {
  /// Of its address space, in bytes.
  var address = 0
  /// In memory, in bytes.
  var resident = 0

  init() {
    // In pages (proc(5)).
    guard let text = SystemText("/proc/self/statm"), let pages = text.number(after: ""),
      let resident = text.number(after: " ")
    else { return }
    let size = sysconf(Int32(_SC_PAGESIZE))
    (address, self.resident) = (pages * size, resident * size)
  }
}
