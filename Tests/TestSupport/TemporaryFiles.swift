// SPDX-License-Identifier: MIT

import Foundation

/// A directory of its own for one test, removed with all in it when the value ends.
public final class TemporaryFiles {
  /// The path of the directory.
  public let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("overlap-test-\(UUID().uuidString)").path

  /// Makes the directory.
  public init() {
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: false)
    } catch {
      preconditionFailure("no temporary directory: \(error)")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  /// The path of a file of that name in the directory.
  public func path(_ name: String) -> String { directory + "/" + name }

  /// The names of the files in the directory.
  public var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: directory).sorted()) ?? []
  }

  /// Creates a file of the given bytes.
  public func write(_ bytes: [UInt8], _ name: String) -> String {
    let isWritten = FileManager.default.createFile(atPath: path(name), contents: Data(bytes))
    precondition(isWritten, "cannot write \(name)")
    return path(name)
  }

  /// The bytes of a file.
  public func bytes(_ name: String) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path(name)) else {
      preconditionFailure("cannot read \(name)")
    }
    return Array(data)
  }
}
