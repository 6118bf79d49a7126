/// A JSON object on one line, with its keys in the order in which they were added.
struct JSONObject {
  private var members: [String] = []

  mutating func add(_ key: String, _ value: String) {
    members.append("\(quoted(key)): \(quoted(value))")
  }

  mutating func add(_ key: String, _ value: Bool) {
    members.append("\(quoted(key)): \(value)")
  }

  mutating func add(_ key: String, _ value: Int?) {
    members.append("\(quoted(key)): \(value.map(String.init) ?? "null")")
  }

  /// Adds a number, in as many digits as tell it from its neighbours; what is no number is null.
  mutating func add(_ key: String, _ value: Double?) {
    let number = value.flatMap { $0.isFinite ? $0.description : nil }
    members.append("\(quoted(key)): \(number ?? "null")")
  }

  mutating func add(_ key: String, _ value: JSONObject) {
    members.append("\(quoted(key)): \(value.line)")
  }

  mutating func add(_ key: String, _ value: JSONNumbers) {
    switch value {
    case .number(let number): add(key, number)
    case .numbers(let numbers):
      members.append("\(quoted(key)): [\(numbers.map(String.init).joined(separator: ", "))]")
    }
  }

  mutating func add(_ key: String, _ values: [JSONObject]) {
    members.append("\(quoted(key)): [\(values.map(\.line).joined(separator: ", "))]")
  }

  mutating func add(_ key: String, _ values: [String]) {
    members.append("\(quoted(key)): [\(values.map(quoted).joined(separator: ", "))]")
  }

  var line: String { "{" + members.joined(separator: ", ") + "}" }
}

/// A whole number, or one for each dimension.
enum JSONNumbers {
  case number(Int)
  case numbers([Int])
}

/// A JSON string.
private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
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
