// SPDX-License-Identifier: MIT

internal import Platform

extension Tuning {
  /// Where the numbers of a tuning are from.
  package struct Origin: Sendable, Equatable {
    /// The processor that they are true for, and how many of it there are.
    package let processor: String
    /// The day on which they were measured.
    package let date: String
    /// What measured them.
    package let command: String

    /// That of what is measured here and today.
    package static var here: Origin {
      var now = time(nil)
      var day = unsafe tm()
      var text = [CChar](repeating: 0, count: 16)
      unsafe gmtime_r(&now, &day)
      let count = unsafe strftime(&text, text.count, "%F", &day)
      let date = String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return Origin(processor: machineName, date: date, command: "overlap tune")
    }
  }
}

/// The processor's name and its number of cores.
private var machineName: String {
  var name = "unknown processor"
  // Lines such as "model name : AMD EPYC 9654"; the file has no size to be read whole by.
  if let file = unsafe fopen("/proc/cpuinfo", "r") {
    var line = [CChar](repeating: 0, count: 256)
    while unsafe fgets(&line, CInt(line.count), file) != nil {
      let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let text = String(decoding: bytes, as: UTF8.self)
      if text.hasPrefix("model name"), let value = text.split(separator: ":").last {
        name = value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        break
      }
    }
    unsafe fclose(file)
  }
  return "\(name), \(sysconf(Int32(_SC_NPROCESSORS_CONF))) cores"
}
