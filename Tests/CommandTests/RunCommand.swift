// SPDX-License-Identifier: MIT

import Foundation

/// What a run of the built `overlap` command gave.
struct CommandResult {
  var status: Int32
  var output: String
  var errors: String
}

/// Runs the `overlap` command that was built with the tests.
///
/// - Parameter cache: the directory for `XDG_CACHE_HOME`; not the user's own, whatever is in it.
func overlap(_ arguments: String..., cache: String = "/nowhere") throws -> CommandResult {
  try overlap(arguments, cache: cache)
}

/// Runs the `overlap` command that was built with the tests.
///
/// - Parameters:
///   - path: what PATH is to be; nil for what it is.
///   - input: what comes on its standard input.
///   - directory: where it runs.
func overlap(
  _ arguments: [String], cache: String = "/nowhere", path: String? = nil, input: String? = nil,
  directory: String? = nil
) throws -> CommandResult {
  try run(
    URL(fileURLWithPath: commandPath()), arguments,
    environment: ["XDG_CACHE_HOME": cache].merging(
      path.map { ["PATH": $0] } ?? [:], uniquingKeysWith: { $1 }), input: input,
    directory: directory)
}

/// The `overlap` command that was built with the tests.
func commandPath() throws -> String {
  // The tests' own executable lies in the directory of the products.
  let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  return URL(fileURLWithPath: own).deletingLastPathComponent()
    .appendingPathComponent("overlap").path
}

/// Runs a program that is on PATH.
func run(_ program: String, _ arguments: [String]) throws -> CommandResult {
  try run(URL(fileURLWithPath: "/usr/bin/env"), [program] + arguments)
}

private func run(
  _ executable: URL, _ arguments: [String], environment: [String: String] = [:],
  input: String? = nil, directory: String? = nil
) throws -> CommandResult {
  let process = Process()
  process.executableURL = executable
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(
    environment, uniquingKeysWith: { $1 })
  if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
  let (output, errors) = (Pipe(), Pipe())
  process.standardOutput = output
  process.standardError = errors
  let source = Pipe()
  process.standardInput = input == nil ? FileHandle.nullDevice : source
  try process.run()
  if let input {
    source.fileHandleForWriting.write(Data(input.utf8))
    try source.fileHandleForWriting.close()
  }
  // Neither stream of these commands can fill a pipe.
  let outputData = output.fileHandleForReading.readDataToEndOfFile()
  let errorData = errors.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return CommandResult(
    status: process.terminationStatus, output: String(decoding: outputData, as: UTF8.self),
    errors: String(decoding: errorData, as: UTF8.self))
}
