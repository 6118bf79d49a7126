// SPDX-License-Identifier: MIT

import Foundation
import Testing

/// The Swift in the README and in the articles is compiled, run, and prints what it says.
///
/// The functions in `Snippets.swift` are written from the documents: after a change of these run
/// `OVERLAP_WRITE_SNIPPETS=1 swift test -c release --filter SnippetTests`, and then the tests again.
@Suite("The Swift in the documents")
struct SnippetTests {
  private static let root: String = {
    let own = URL(fileURLWithPath: #filePath)
    return own.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }()

  private static let documented = (try? DocumentedSnippet.all(root: root)) ?? []

  @Test("is what is compiled")
  func source() throws {
    let written = snippetSource(Self.documented)
    let path = Self.root + "/Tests/DocumentTests/Snippets.swift"
    if ProcessInfo.processInfo.environment["OVERLAP_WRITE_SNIPPETS"] != nil {
      try written.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let compiled = try String(contentsOfFile: path, encoding: .utf8)
    #expect(compiled == written, "a document was changed; see SnippetTests")
  }

  @Test("prints what it says", arguments: documented.map(\.functionName))
  func output(name: String) throws {
    let snippet = try #require(Self.documented.first { $0.functionName == name })
    let run = try #require(snippets[name], "a document was changed; see SnippetTests")
    var printed: [String] = []
    // The files that they name are found from the package's root.
    #expect(FileManager.default.changeCurrentDirectoryPath(Self.root))
    try run { values in
      printed.append(values.map { "\($0)" }.joined(separator: " "))
    }
    let silent = snippet.lines.filter { $0.drop { $0 == " " }.hasPrefix("print(") }.count
    #expect(printed.count == silent)
    let claims = Set(snippet.expected)
    for claim in snippet.expected {
      #expect(
        printed.contains { agrees($0, with: claim) }, "\(snippet.path): \(claim) of \(printed)")
    }
    #expect(claims.count <= printed.count)
  }

  /// Whether what was printed is what the document says: "…" stands for any end, a word and a colon before
  /// it for a remark, and whole floating-point numbers may be written as integers.
  private func agrees(_ printed: String, with claim: String) -> Bool {
    let plain = printed.replacing(#/(\d)\.0(?![0-9])/#) { $0.1 }
    let claim = claim.replacing(#/^[a-z]+: /#, with: "")
    for text in [printed, String(plain)] {
      if text == claim { return true }
      if claim.hasSuffix("…"), text.hasPrefix(claim.dropLast()) { return true }
    }
    return false
  }
}
