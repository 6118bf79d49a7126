// SPDX-License-Identifier: MIT

/// A control group of Linux that limits the memory of its processes, as containers do it.
///
/// See the kernel's documents "Control Group v2" (`memory.max`, `memory.current`, `memory.stat`) and
/// "Memory Resource Controller" for the first version.
struct ControlGroup {
  private let usagePath: String
  private let statisticsPath: String
  /// The entry of what could be given up at once: files that nobody used lately.
  private let reclaimable: String
  /// In bytes.
  private let limit: Int

  /// Those that hold this process, where they have limits.
  static let limited: [ControlGroup] = {
    guard let own = SystemText("/proc/self/cgroup") else { return [] }
    return own.lines.flatMap { line -> [ControlGroup] in
      // "0::/path" in version 2, "4:memory:/path" in version 1.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let isOld = fields[1].split(separator: ",").contains("memory")
      guard isOld || (fields[0] == "0" && fields[1].isEmpty) else { return [] }
      let root = isOld ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup"
      // A limit of any that it is in counts. In a container the path may be one of the system around it:
      // the root is there.
      var names = fields[2].split(separator: "/")
      var groups: [ControlGroup] = []
      while true {
        let path = root + names.map { "/" + $0 }.joined()
        if let group = ControlGroup(path, isOld: isOld) { groups.append(group) }
        if names.popLast() == nil { return groups }
      }
    }
  }()

  /// nil where there is no limit.
  private init?(_ path: String, isOld: Bool) {
    usagePath = path + (isOld ? "/memory.usage_in_bytes" : "/memory.current")
    statisticsPath = path + "/memory.stat"
    reclaimable = isOld ? "total_inactive_file " : "inactive_file "
    // "max" in version 2 is no number; in version 1 it is one that no machine has.
    guard
      let limit = SystemText(path + (isOld ? "/memory.limit_in_bytes" : "/memory.max"))?
        .number(after: ""), limit < 1 << 60
    else { return nil }
    self.limit = limit
  }

  /// The bytes that its processes may still take.
  var available: Int {
    let usage = SystemText(usagePath)?.number(after: "") ?? 0
    let spare = SystemText(statisticsPath)?.number(after: "\n" + reclaimable) ?? 0
    return limit - max(0, usage - spare)
  }
}
