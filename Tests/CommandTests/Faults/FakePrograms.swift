// SPDX-License-Identifier: MIT

import Foundation
import TestSupport

extension TemporaryFiles {
  /// Puts shell scripts in the place of programs: what PATH has to be for that.
  ///
  /// - Parameter scripts: The lines of each, by the program's name.
  func pathWith(_ scripts: [String: String]) throws -> String {
    for (name, lines) in scripts {
      let script = write(Array("#!/bin/bash\n\(lines)\n".utf8), name)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
    }
    return directory + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
  }
}

/// Runs a line of bash in which `$overlap` is the command; what is in `environment` counts.
func shell(_ line: String, directory: String, environment: [String: String] = [:]) throws
  -> CommandResult
{
  let settings = environment.map { "\($0.key)=\($0.value)" }
  return try run(
    "env",
    ["-C", directory] + settings + ["overlap=\(try commandPath())", "bash", "-c", line])
}
