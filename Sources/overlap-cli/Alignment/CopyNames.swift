// SPDX-License-Identifier: MIT

import SignalFiles

/// A name for the copy of each file, in one directory: the file's own, and where several have the
/// same, with what tells their folders apart before it, as `A-C0001.wav` of the card `A/DCIM`.
///
/// Files of the same path have a number as well. A name depends on the list alone.
///
/// - Parameter pictures: Which of them are copied with their picture: into files of QuickTime.
func copyNames(of files: [String], withPictures pictures: Set<Int> = []) -> [String] {
  let places = files.indices.map {
    FilePlace(path: files[$0], hasPicture: pictures.contains($0))
  }
  var names = places.map(\.name)
  for (name, indices) in Dictionary(grouping: names.indices, by: { folded(names[$0]) })
  where indices.count > 1 && !name.isEmpty {
    let prefixes = distinctions(indices.map { places[$0].folders })
    for (index, prefix) in zip(indices, prefixes) {
      names[index] = (prefix + [places[index].name]).joined(separator: "-")
    }
  }
  var taken: Set<String> = []
  return names.map { name in
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    var candidate = name
    var number = 2
    while !taken.insert(folded(candidate)).inserted {
      candidate = "\(name[..<dot])-\(number)\(name[dot...])"
      number += 1
    }
    return candidate
  }
}

/// What of each list of folders tells it from the others: from the innermost outwards, as many as it
/// takes, without those that all share.
private func distinctions(_ folders: [[String]]) -> [[String]] {
  var depth = 0
  let deepest = folders.map(\.count).max() ?? 0
  while depth < deepest, Set(folders.map { $0.suffix(depth) }).count < Set(folders).count {
    depth += 1
  }
  var results = [[String]](repeating: [], count: folders.count)
  for level in stride(from: depth, to: 0, by: -1) {
    let names = folders.map { $0.count >= level ? $0[$0.count - level] : "" }
    guard Set(names).count > 1 else { continue }
    for (index, name) in names.enumerated() where !name.isEmpty { results[index].append(name) }
  }
  return results
}

/// Names that many file systems take for the same are equal.
private func folded(_ name: String) -> String { name.lowercased() }

private struct FilePlace {
  /// From the root on, without symbolic links.
  let folders: [String]
  /// That of the copy: what cannot be written in its own kind becomes WAV.
  let name: String

  init(path: String, hasPicture: Bool) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? "."
    folders = (resolvedPath(folder) ?? folder).split(separator: "/").map(String.init)
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    if hasPicture {
      let base = name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
      self.name = (base.isEmpty ? name[...] : base) + ".mov"
    } else {
      self.name = AudioFormat(path: name) == nil ? name + ".wav" : name
    }
  }
}
