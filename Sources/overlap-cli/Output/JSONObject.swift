// SPDX-License-Identifier: MIT

/// A value as it is written in JSON.
protocol JSONValue {
  var json: String { get }
}

/// A JSON object on one line, with its keys in the order given, which Foundation's encoder loses.
struct JSONObject: JSONValue, ExpressibleByDictionaryLiteral {
  private(set) var members: [(key: String, value: any JSONValue)]

  init(_ members: [(String, any JSONValue)]) { self.members = members }

  init(dictionaryLiteral members: (String, any JSONValue)...) { self.members = members }

  mutating func add(_ key: String, _ value: any JSONValue) { members.append((key, value)) }

  mutating func removeLast() { members.removeLast() }

  var json: String {
    "{" + members.map { "\($0.key.json): \($0.value.json)" }.joined(separator: ", ") + "}"
  }
}

extension JSONValue where Self: CustomStringConvertible {
  var json: String { description }
}

extension Bool: JSONValue {}
extension Int: JSONValue {}

extension Double: JSONValue {
  /// As many digits as tell it from its neighbours; what is no number is null.
  var json: String { isFinite ? description : "null" }
}

extension Optional: JSONValue where Wrapped: JSONValue {
  var json: String { self?.json ?? "null" }
}

extension Array: JSONValue where Element: JSONValue {
  var json: String { "[\(map(\.json).joined(separator: ", "))]" }
}

extension String: JSONValue {
  var json: String {
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
