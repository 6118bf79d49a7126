import ArgumentParser
import SignalFiles

private let version = "0.9.0"

/// The `overlap` command: parses, calls the library, prints.
@main
struct OverlapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overlap",
    abstract: "Line up recordings, to a fraction of a sample.",
    version: version,
    subcommands: [
      AlignCommand.self, ConvolveCommand.self, CorrelateCommand.self, MatchCommand.self,
      RegisterCommand.self, PlanCommand.self, TuneCommand.self, CorrelationLayerCommand.self,
      ConvolutionLayerCommand.self, TransposedConvolutionLayerCommand.self,
    ])

  static func main() {
    holdStandardStreams()
    // Unlike the standard library's, these keep names that are not UTF-8.
    let arguments = unsafe UnsafeBufferPointer(
      start: CommandLine.unsafeArgv, count: Int(CommandLine.argc)
    ).dropFirst().compactMap { argument in unsafe argument.map { unsafe String(systemName: $0) } }
    // The parser knows the version in plain text alone.
    if Set(arguments) == ["--version", "--json"] {
      printResult(["version": version] as JSONObject)
      return
    }
    do {
      var command = try parseAsRoot(arguments)
      try withSilencedStandardError { try command.run() }
    } catch let failure as CommandFailure {
      failure.end()
    } catch let error as SignalFileError {
      CommandFailure(error).end()
    } catch {
      // What the argument parser itself has to say: help, or a mistake.
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      CommandFailure(.usage, usageMessage(error, arguments)).end()
    }
  }

  /// A mistake in the arguments in one line, with what was meant and where to read on.
  private static func usageMessage(_ error: any Error, _ arguments: [String]) -> String {
    let advice = fullMessage(for: error).split(separator: "\n").last { $0.contains("--help'") }
    let message = message(for: error).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard let advice else { return message }
    let isSentence = message.last.map { ".?!".contains($0) } ?? false
    return message + (isSentence ? " " : ". ") + suggestion(arguments) + advice.drop { $0 == " " }
  }

  /// The command that is called nearly as the first argument is: the parser suggests options alone.
  private static func suggestion(_ arguments: [String]) -> String {
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    guard let given = arguments.first, !given.hasPrefix("-"), !names.contains(given),
      let nearest = names.min(by: { edits($0, given) < edits($1, given) }),
      edits(nearest, given) <= min(3, given.count / 2)
    else { return "" }
    return "Did you mean '\(nearest)'? "
  }
}

/// How many characters to insert, delete or replace make one word of another (Levenshtein).
private func edits(_ first: String, _ second: String) -> Int {
  var row = Array(0...second.count)
  for (i, a) in first.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in second.enumerated() {
      let replaced = diagonal + (a == b ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[second.count]
}
