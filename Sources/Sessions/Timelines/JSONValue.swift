// SPDX-License-Identifier: MIT

/// A value of JSON (RFC 8259) whose objects keep the order of their members.
package enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case members([(name: String, value: JSONValue)])

  package static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .members(members.map { ($0.key, $0.value) })
  }

  /// The whole document, indented, with a line feed at the end.
  package var document: String {
    var lines = ""
    write(to: &lines, indentation: "")
    return lines + "\n"
  }

  private func write(to lines: inout String, indentation: String) {
    let inner = indentation + "  "
    switch self {
    case .null: lines += "null"
    case .bool(let value): lines += value ? "true" : "false"
    case .number(let value): lines += value.isFinite ? value.description : "null"
    case .string(let value): lines += Self.quoted(value)
    case .array(let values) where values.isEmpty: lines += "[]"
    case .array(let values):
      for (index, value) in values.enumerated() {
        lines += (index == 0 ? "[\n" : ",\n") + inner
        value.write(to: &lines, indentation: inner)
      }
      lines += "\n" + indentation + "]"
    case .members(let members) where members.isEmpty: lines += "{}"
    case .members(let members):
      for (index, member) in members.enumerated() {
        lines += (index == 0 ? "{\n" : ",\n") + inner + Self.quoted(member.name) + ": "
        member.value.write(to: &lines, indentation: inner)
      }
      lines += "\n" + indentation + "}"
    }
  }

  /// The text in quotes, with escapes for what a string may not hold (RFC 8259, 7).
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension JSONValue: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
}
