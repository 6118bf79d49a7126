// SPDX-License-Identifier: MIT

import ArgumentParser

/// A number of bytes, as in 512M or 2G: K, M, G and T are powers of 1024.
struct ByteSize: ExpressibleByArgument {
  var count: Int

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = argument.dropFirst(digits.count).uppercased()
    let units = ["", "K", "M", "G", "T"]
    let power = units.firstIndex { unit == $0 || unit == "\($0)B" || unit == "\($0)IB" }
    guard let value = Double(digits), let power else { return nil }
    let bytes = (0..<power).reduce(value) { value, _ in 1024 * value }
    guard bytes < 0x1p62 else { return nil }
    count = Int(bytes)
  }
}
