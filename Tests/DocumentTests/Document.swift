// SPDX-License-Identifier: MIT

import Foundation

/// The Swift of a document: what stands between "```swift" and "```".
struct DocumentedSnippet {
  /// Of the document, from the package's root on.
  var path: String
  /// From 1 on, within the document.
  var number: Int
  var lines: [String]

  var imports: [String] { lines.filter { $0.hasPrefix("import ") } }

  /// What it says that it prints, in its order: what stands behind `print(…)  // `.
  var expected: [String] {
    lines.compactMap { line in
      let text = line.drop { $0 == " " }
      guard text.hasPrefix("print("), let mark = text.range(of: ")  // ") else { return nil }
      return String(text[mark.upperBound...])
    }
  }

  /// The name of the function that it becomes.
  var functionName: String {
    let name = path.split(separator: "/").last?.split(separator: ".").first ?? ""
    let isAbbreviation = name.allSatisfy(\.isUppercase)
    return (isAbbreviation ? name.lowercased() : name.prefix(1).lowercased() + name.dropFirst())
      + "\(number)"
  }

  /// All snippets of the documents of the package at `root`.
  static func all(root: String) throws -> [DocumentedSnippet] {
    try documents(root: root).flatMap { path in
      let text = try String(contentsOfFile: root + "/" + path, encoding: .utf8)
      return snippets(in: text, of: path)
    }
  }

  /// The README, and what is in the catalogues of all modules.
  private static func documents(root: String) throws -> [String] {
    let files = FileManager.default.enumerator(atPath: root + "/Sources")
    let articles = (files?.compactMap { $0 as? String } ?? [])
      .filter { $0.contains(".docc/") && $0.hasSuffix(".md") }
    return ["README.md"] + articles.map { "Sources/" + $0 }.sorted()
  }

  private static func snippets(in text: String, of path: String) -> [DocumentedSnippet] {
    var result: [DocumentedSnippet] = []
    var open: [String]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line == "```", let lines = open {
        result.append(DocumentedSnippet(path: path, number: result.count + 1, lines: lines))
        open = nil
      } else if line == "```swift" {
        open = []
      } else {
        open?.append(line)
      }
    }
    return result
  }
}

/// The source of all snippets as functions, each of which takes what prints.
func snippetSource(_ snippets: [DocumentedSnippet]) -> String {
  var lines = ["// SPDX-License-Identifier: MIT", ""]
  lines += ["// Written from the documents by SnippetTests, which tells how."]
  lines += ["// swift-format-ignore-file", ""]
  lines += Set(snippets.flatMap(\.imports)).sorted()
  lines += ["", "let snippets: [String: @Sendable ((Any...) -> Void) throws -> Void] = ["]
  lines += snippets.map { "  \"\($0.functionName)\": \($0.functionName)," }
  lines.append("]")
  for snippet in snippets {
    let head = "private func \(snippet.functionName)(_ print: (Any...) -> Void) throws {"
    lines += ["", "@Sendable " + head]
    lines += snippet.lines.filter { !$0.hasPrefix("import ") }.map { $0.isEmpty ? "" : "  " + $0 }
    lines.append("}")
  }
  return lines.joined(separator: "\n") + "\n"
}
