// SPDX-License-Identifier: MIT

import Foundation
import Testing

/// What the libraries offer is a list that is read before it grows: `public-symbols.txt`.
@Suite("Public symbols") struct PublicSymbolsTests {
  static let modules = [
    "FourierTransform", "Convolution", "Alignment", "ImageMatching", "CorrelationLayers",
    "Overlap", "SignalFiles",
  ]

  /// To write the list anew, set `OVERLAP_WRITE_PUBLIC_SYMBOLS` and run this test.
  @Test func noneSlipsInUnseen() throws {
    let found = try Self.modules.flatMap { module in
      try symbols(of: module).map { "\(module) \($0)" }
    }
    let list = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("public-symbols.txt")
    if ProcessInfo.processInfo.environment["OVERLAP_WRITE_PUBLIC_SYMBOLS"] != nil {
      try (found.joined(separator: "\n") + "\n").write(to: list, atomically: true, encoding: .utf8)
    }
    let known = try String(contentsOf: list, encoding: .utf8).split(separator: "\n").map(
      String.init)
    #expect(Set(found).subtracting(known).sorted() == [], "public, and not in the list")
    #expect(Set(known).subtracting(found).sorted() == [], "in the list, and no longer public")
  }

  @Test func aPageHoldsThem() throws {
    let found = try Self.modules.flatMap(symbols)
    let kinds = found.map { $0.split(separator: " ")[0] }
    let types = kinds.count { ["struct", "class", "enum", "protocol"].contains($0) }
    let members = kinds.count { $0 != "enum.case" } - types
    #expect(types <= 75)
    // Three dimensions have the calls, the values and the plan that two have: 34 members.
    #expect(members <= 385)
  }

  /// The public symbols of a module, a kind and a name each, without those that the compiler makes.
  private func symbols(of module: String) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("overlap-symbols-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try extractSymbolGraphs(of: module, into: folder)
    let graphs = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return try graphs.flatMap { file in
      try JSONDecoder().decode(SymbolGraph.self, from: Data(contentsOf: file)).symbols.filter {
        // An extension of another module's type has a page, and its members are listed.
        $0.kind.identifier != "swift.extension"
      }.map {
        let kind = $0.kind.identifier.replacing("swift.", with: "")
        return "\(kind) \($0.pathComponents.joined(separator: "."))"
      }
    }.filter { !$0.hasSuffix(".init(from:)") && !$0.hasSuffix(".init(rawValue:)") }.sorted()
  }

  private func extractSymbolGraphs(of module: String, into folder: URL) throws {
    let products = try #require(productFolder)
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let process = Process()
    process.executableURL = package.appendingPathComponent(".ci/extract-symbols")
    process.arguments = [products.path, module, folder.path]
    let problems = Pipe()
    process.standardError = problems
    try process.run()
    let text = problems.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(
      process.terminationStatus == 0,
      "no symbol graph of \(module): \(String(decoding: text, as: UTF8.self))")
  }

  /// The folder that this test was built into.
  private var productFolder: URL? {
    CommandLine.arguments.map { URL(fileURLWithPath: $0) }
      .map { $0.pathExtension == "xctest" ? $0.deletingLastPathComponent() : $0 }
      .first {
        FileManager.default.fileExists(atPath: $0.appendingPathComponent("Modules").path)
      }
      ?? Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }.first {
        FileManager.default.fileExists(atPath: $0.appendingPathComponent("Modules").path)
      }
  }
}

private struct SymbolGraph: Decodable {
  struct Symbol: Decodable {
    struct Kind: Decodable { var identifier: String }
    var kind: Kind
    var pathComponents: [String]
  }
  var symbols: [Symbol]
}
