// SPDX-License-Identifier: MIT

/// Names made to fit lines and files.
package enum NameText {
  /// The text in one line: control characters are spaces.
  package static func oneLine(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control
      let isSeparator = scalar == "\u{2028}" || scalar == "\u{2029}"
      result.unicodeScalars.append(isControl || isSeparator ? " " : scalar)
    }
    return result
  }

  /// The text as part of a file's name on any system.
  package static func filePart(_ text: String) -> String {
    // What Windows refuses in names, and with it what the others do.
    var result = String(
      oneLine(text).map { "/\\:*?\"<>|".contains($0) ? "-" : $0 })
    // File systems allow 255 bytes for the whole name; the share of a part is judged.
    while result.utf8.count > 100 { result.removeLast() }
    while let last = result.last, last == " " || last == "." { result.removeLast() }
    while let first = result.first, first == " " || first == "." { result.removeFirst() }
    return result.isEmpty ? "track" : result
  }

  /// The name, with a number at its end where it is taken already, whatever its case.
  package static func unique(
    _ name: String, among taken: inout Set<String>, separator: String = "-"
  ) -> String {
    var candidate = name
    var number = 2
    while !taken.insert(candidate.lowercased()).inserted {
      candidate = name + separator + String(number)
      number += 1
    }
    return candidate
  }
}
