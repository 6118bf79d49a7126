// SPDX-License-Identifier: MIT

/// A file to be written.
package struct TimelineDocument: Sendable, Equatable {
  package var path: String
  package var text: String

  package init(path: String, text: String) { (self.path, self.text) = (path, text) }
}

/// The paths of the documents of one export.
struct DocumentPaths {
  private let stem: String
  private let suffix: String
  private var taken: Set<String> = []

  /// The paths next to the one that was asked for.
  init(_ path: String) {
    let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
    let dot = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : $0 }
    stem = String(path[..<(dot ?? path.endIndex)])
    suffix = String(path[(dot ?? path.endIndex)...])
  }

  /// The path of a group, counted from 0, and of one of its tracks where it has a document of its
  /// own.
  mutating func next(group: Int, track: String? = nil) -> String {
    var name = stem
    if group > 0 { name += "-\(group + 1)" }
    if let track { name += "-" + NameText.filePart(track) }
    return NameText.unique(name, among: &taken) + suffix
  }
}
