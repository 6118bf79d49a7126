// SPDX-License-Identifier: MIT

/// Which takes were made by one device.
///
/// Of takes in several directories the first directory in which they differ is that of a device, as cards
/// and recorders are copied: all below it is of one device, or of as many as say different models. Of takes
/// beside one another, each is of a device of its own.
package struct DeviceAssignment: Sendable {
  /// The number of each take's device, from 0 on in the order of their takes.
  package private(set) var devices: [Int] = []
  /// The devices' names, no two alike.
  package private(set) var names: [String] = []

  package init(_ takes: [Take]) {
    let depth = Self.commonDepth(takes)
    let folders = takes.map { take in
      take.directories.count > depth ? take.directories[depth] : nil
    }
    var models: [String: [String]] = [:]
    for (take, folder) in zip(takes, folders) {
      guard let folder, let model = take.model else { continue }
      if !(models[folder] ?? []).contains(model) { models[folder, default: []].append(model) }
    }
    var numbers: [[String]: Int] = [:]
    for (take, folder) in zip(takes, folders) {
      guard let folder else {
        devices.append(names.count)
        names.append(distinct(take.model ?? stem(take.name)))
        continue
      }
      let own = models[folder] ?? []
      // What says no model is of the only one that is known, or of one that says none.
      let model = own.count > 1 ? take.model ?? "" : ""
      if let known = numbers[[folder, model]] {
        devices.append(known)
      } else {
        numbers[[folder, model]] = names.count
        devices.append(names.count)
        names.append(distinct(model.isEmpty ? folder : "\(folder) (\(model))"))
      }
    }
  }

  /// The number of directories that all takes are in.
  private static func commonDepth(_ takes: [Take]) -> Int {
    guard let first = takes.first?.directories else { return 0 }
    return takes.dropFirst().reduce(first.count) { depth, take in
      zip(first.prefix(depth), take.directories).prefix { $0 == $1 }.count
    }
  }

  private func stem(_ name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// The name, with a number behind it where there is one like it already.
  private func distinct(_ name: String) -> String {
    if !names.contains(name) { return name }
    var number = 2
    while names.contains("\(name) \(number)") { number += 1 }
    return "\(name) \(number)"
  }

  /// Takes takes that overlap for those of several devices: `intervals` are their places on the time lines
  /// of their groups, nil for those without one.
  ///
  /// - Returns: The devices, by the names that they had, of which there are more now.
  package mutating func separate(
    _ intervals: [(group: Int, start: Double, end: Double)?]
  ) -> [String] {
    var grown: [String] = []
    for device in names.indices {
      let own = devices.indices.filter { devices[$0] == device && intervals[$0] != nil }
      let sorted = own.sorted {
        guard let first = intervals[$0], let second = intervals[$1] else { return false }
        return (first.group, first.start, $0) < (second.group, second.start, $1)
      }
      // The ends of what each part of the device recorded last.
      var parts: [(device: Int, group: Int, end: Double)] = [(device, -1, 0)]
      for take in sorted {
        guard let interval = intervals[take] else { continue }
        let free = parts.firstIndex { part in
          part.group != interval.group || part.end <= interval.start + Self.tolerance
        }
        let place = free ?? parts.count
        if free == nil {
          parts.append((names.count, interval.group, interval.end))
          names.append(distinct(names[device]))
        }
        parts[place].group = interval.group
        parts[place].end = interval.end
        devices[take] = parts[place].device
      }
      if parts.count > 1 { grown.append(names[device]) }
    }
    return grown
  }

  /// In seconds: takes that follow one another without a gap may seem to overlap by so much. Judged: more than
  /// the errors of places and of lengths, less than any take.
  private static var tolerance: Double { 0.1 }
}
