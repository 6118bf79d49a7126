// SPDX-License-Identifier: MIT

/// An element of XML 1.0 with its attributes and either text or children.
package struct MarkupElement: Sendable {
  package let name: String
  package var attributes: [(name: String, value: String)]
  package var text: String?
  package var children: [MarkupElement]

  package init(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:],
    _ children: [MarkupElement] = []
  ) {
    self.name = name
    self.attributes = attributes.map { ($0.key, $0.value) }
    self.text = nil
    self.children = children
  }

  package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
    self.init(name, attributes)
    self.text = text
  }

  /// The whole document, with it as the root.
  package func document(type: String? = nil) -> String {
    var lines = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    if let type { lines += "<!DOCTYPE \(type)>\n" }
    write(to: &lines, indentation: "")
    return lines
  }

  private func write(to lines: inout String, indentation: String) {
    lines += indentation + "<" + name
    for (name, value) in attributes { lines += " \(name)=\"\(Self.escaped(value))\"" }
    if let text {
      lines += ">" + Self.escaped(text) + "</\(name)>\n"
    } else if children.isEmpty {
      lines += "/>\n"
    } else {
      lines += ">\n"
      for child in children { child.write(to: &lines, indentation: indentation + "  ") }
      lines += indentation + "</\(name)>\n"
    }
  }

  /// The text with references for what has a meaning or would be normalized (XML 1.0, 2.4 and
  /// 3.3.3), and U+FFFD for what no document may hold (XML 1.0, 2.2).
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\r", "\t": result += "&#\(scalar.value);"
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
