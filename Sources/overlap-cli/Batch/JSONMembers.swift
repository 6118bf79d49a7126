// SPDX-License-Identifier: MIT

import FoundationEssentials

/// A value that is in JSON already.
struct JSONText: JSONValue {
  var json: String

  /// The value as a Swift one; nil where it is of another kind.
  func value<Value: Decodable>(_ type: Value.Type = Value.self) -> Value? {
    try? JSONDecoder().decode(type, from: Data(json.utf8))
  }
}

/// The members of the JSON object in `line`, each value as it is written, in their order, which
/// Foundation's decoder loses; nil if it is no object. Of members of one name the last one counts.
func jsonMembers(_ line: String) -> [(key: String, value: JSONText)]? {
  guard JSONText(json: line).value([String: AnyJSON].self) != nil else { return nil }
  var members: [(key: String, value: JSONText)] = []
  var key = ""
  var token: [UInt8] = []
  var (depth, isInString, isEscaped) = (0, false, false)
  // What is valid can be cut at the outermost colons and commas.
  for byte in line.utf8 {
    if isInString {
      isInString = isEscaped || byte != UInt8(ascii: "\"")
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      token.append(byte)
      continue
    }
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): continue
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      depth += 1
      if depth == 1 { continue }
    case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
    default: break
    }
    if depth == 1, byte == UInt8(ascii: ":") {
      key = JSONText(json: String(decoding: token, as: UTF8.self)).value() ?? ""
      token = []
    } else if depth == 0 || (depth == 1 && byte == UInt8(ascii: ",")) {
      if !token.isEmpty {
        members.removeAll { $0.key == key }
        members.append((key, JSONText(json: String(decoding: token, as: UTF8.self))))
      }
      token = []
    } else {
      token.append(byte)
    }
  }
  return members
}

/// Any value: it is read to its end, so that what is wrong in it is found.
private struct AnyJSON: Decodable {
  struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      for key in object.allKeys { _ = try object.decode(AnyJSON.self, forKey: key) }
    } else if var array = try? decoder.unkeyedContainer() {
      while !array.isAtEnd { _ = try array.decode(AnyJSON.self) }
    } else {
      let value = try decoder.singleValueContainer()
      if value.decodeNil() || (try? value.decode(Bool.self)) != nil { return }
      if (try? value.decode(String.self)) == nil { _ = try value.decode(Double.self) }
    }
  }
}
