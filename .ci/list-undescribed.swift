// SPDX-License-Identifier: MIT

// Prints the public symbols in the graphs of a folder that have no description of their own, and
// fails if there are any: swift .ci/list-undescribed.swift FOLDER
import Foundation

struct SymbolGraph: Decodable {
  struct Symbol: Decodable {
    struct Kind: Decodable { var identifier: String }
    struct Location: Decodable { var uri: String }
    struct Description: Decodable {
      struct Line: Decodable { var text: String }
      /// Where it was written: another module's is inherited from a protocol.
      var module: String?
      var lines: [Line]
    }
    var kind: Kind
    var pathComponents: [String]
    /// What the compiler makes has none.
    var location: Location?
    var docComment: Description?
  }
  struct Module: Decodable { var name: String }
  var module: Module
  var symbols: [Symbol]
}

let folder = URL(fileURLWithPath: CommandLine.arguments[1])
let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
var (count, undescribed) = (0, [String]())
for file in files {
  let graph = try JSONDecoder().decode(SymbolGraph.self, from: Data(contentsOf: file))
  for symbol in graph.symbols
  where symbol.location != nil && symbol.kind.identifier != "swift.extension" {
    count += 1
    let isOwn = (symbol.docComment?.module ?? graph.module.name) == graph.module.name
    let text = symbol.docComment?.lines.map(\.text).joined() ?? ""
    if !isOwn || text.allSatisfy(\.isWhitespace) {
      undescribed.append(symbol.pathComponents.joined(separator: "."))
    }
  }
}
for name in undescribed.sorted() { print("\(name) is public and has no description") }
if count == 0 { print("\(folder.path) has no public symbols") }
exit(undescribed.isEmpty && count > 0 ? 0 : 1)
