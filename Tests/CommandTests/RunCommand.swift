import Foundation

/// What a run of the built `overlap` command gave.
struct CommandResult {
  var status: Int32
  var output: String
  var errors: String
}

/// Runs the `overlap` command that was built with the tests.
func overlap(_ arguments: String...) throws -> CommandResult { try overlap(arguments) }

/// Runs the `overlap` command that was built with the tests.
func overlap(_ arguments: [String]) throws -> CommandResult {
  let process = Process()
  // The tests' own executable lies in the directory of the products.
  let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  let products = URL(fileURLWithPath: own).deletingLastPathComponent()
  process.executableURL = products.appendingPathComponent("overlap")
  process.arguments = arguments
  let (output, errors) = (Pipe(), Pipe())
  process.standardOutput = output
  process.standardError = errors
  process.standardInput = FileHandle.nullDevice
  try process.run()
  // Neither stream of these commands can fill a pipe.
  let outputData = output.fileHandleForReading.readDataToEndOfFile()
  let errorData = errors.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return CommandResult(
    status: process.terminationStatus, output: String(decoding: outputData, as: UTF8.self),
    errors: String(decoding: errorData, as: UTF8.self))
}
