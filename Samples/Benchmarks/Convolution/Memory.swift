// SPDX-License-Identifier: MIT

import ArgumentParser
import BenchmarkSupport
import Convolution
import Foundation

/// Measures the memory that a case takes beside its inputs and its result.
struct Memory: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Do the work of a case once, and print the peak of memory.")

  struct Result: Encodable {
    var name: String
    var method: String
    /// The inputs and the result, in bytes.
    var data: Int
    /// The growth of the largest resident size from before the inputs were made, in bytes.
    var peak: Int
  }

  @Argument(help: "The case.")
  var name: String

  @OptionGroup var options: MethodOptions

  func run() throws {
    guard let entry = try cases(named: [name]).first else { return }
    let before = try peakResidentBytes()
    _ = entry.prepare(threads: options.threads).count(options.method.method)
    let job = entry.job
    try printLine(
      Result(
        name: name, method: options.method.rawValue,
        data: (job.signal + job.kernel + job.resultCount) * job.dtype.byteCount,
        peak: try peakResidentBytes() - before))
  }

  /// The largest resident size of this process so far.
  private func peakResidentBytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      if let kilobytes = Int(line.split(whereSeparator: { $0 == " " || $0 == "\t" })[1]) {
        return kilobytes * 1024
      }
    }
    throw ValidationError("this system does not tell the size of a process")
  }
}
