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
func overlap(_ arguments: [String], cache: String = "/nowhere") throws -> CommandResult {
  let process = Process()
  // The tests' own executable lies in the directory of the products.
  let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  let products = URL(fileURLWithPath: own).deletingLastPathComponent()
  process.executableURL = products.appendingPathComponent("overlap")
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(
    ["XDG_CACHE_HOME": cache], uniquingKeysWith: { $1 })
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
