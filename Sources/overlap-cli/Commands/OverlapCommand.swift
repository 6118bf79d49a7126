// SPDX-License-Identifier: MIT

import ArgumentParser
import Platform
import SignalFiles

/// The `overlap` command: parses, calls the library, prints.
@main
struct OverlapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overlap",
    abstract: "Line up recordings, to a fraction of a sample.",
    discussion: """
      To start with:

        overlap align camera.wav phone.m4a
        overlap session card-a card-b recorder --timeline cut.fcpxml
        overlap convolve speech.wav hall.flac -o speech-in-hall.wav
      """,
    version: Version.number,
    groupedSubcommands: [
      CommandGroup(
        name: "Recordings",
        subcommands: [
          AlignCommand.self, SessionCommand.self, GroupCommand.self, IndexCommand.self,
          FindCommand.self, LatencyCommand.self, ProbeCommand.self,
        ]),
      CommandGroup(
        name: "Filters and correlations",
        subcommands: [
          ConvolveCommand.self, CorrelateCommand.self, PlanCommand.self, TuneCommand.self,
        ]),
      CommandGroup(name: "Pictures", subcommands: [MatchCommand.self, RegisterCommand.self]),
      CommandGroup(
        name: "Layers of networks",
        subcommands: [
          CorrelationLayerCommand.self, ConvolutionLayerCommand.self,
          TransposedConvolutionLayerCommand.self,
        ]),
    ])

  static func main() {
    holdStandardStreams()
    tidyUpAtAnyEnd()
    // Unlike the standard library's, these keep names that are not UTF-8.
    let arguments = unsafe UnsafeBufferPointer(
      start: CommandLine.unsafeArgv, count: Int(CommandLine.argc)
    ).dropFirst().compactMap { argument in unsafe argument.map { unsafe String(systemName: $0) } }
    // The parser knows the version in plain text alone.
    if Set(arguments) == ["--version", "--json"] {
      printResult(Version.object)
      return
    }
    if let mistake = unknownCommand(arguments) ?? strangeName(arguments) {
      CommandFailure(.usage, mistake).end()
    }
    do {
      var command = try parseAsRoot(arguments)
      // Whatever takes long moves something on the terminal.
      let bar = ProgressBar("overlap \(type(of: command).configuration.commandName ?? "")")
      try withSilencedStandardError { try command.run() }
      bar.end()
    } catch let failure as CommandFailure {
      failure.end()
    } catch let error as SignalFileError {
      CommandFailure(error).end()
    } catch {
      // What the argument parser itself has to say: help, or a mistake.
      guard exitCode(for: error) != .success else {
        // Help, a version, or completions: a result as any other.
        printResult(fullMessage(for: error))
        return
      }
      CommandFailure(.usage, usageMessage(error)).end()
    }
  }

  /// What there is to say where the command, or the one after `help`, is none: the parser takes
  /// such a word for an argument too many, or prints help about everything.
  private static func unknownCommand(_ arguments: [String]) -> String? {
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    let asked = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
    guard let given = asked, !given.hasPrefix("-"), !(names + ["help"]).contains(given) else {
      return nil
    }
    return "There is no command '\(given)'. "
      + (suggestion(given, among: names + ["help"] + standardOptions)
        ?? "The commands are \(names.joined(separator: ", ")).")
      + " See 'overlap --help' for more information."
  }

  /// What there is to say about names that the parser would not take for those of files.
  private static func strangeName(_ arguments: [String]) -> String? {
    let arguments = arguments.prefix { $0 != "--" }
    if arguments.contains("") { return "An argument is empty, where a file needs a name." }
    // Letters after one dash are options each, of which `h` asks for help.
    let file = arguments.first { argument in
      guard argument.hasPrefix("-"), !argument.hasPrefix("--"), Double(argument) == nil else {
        return false
      }
      return unsafe access(argument.systemName, F_OK) == 0
    }
    return file.map { "'\($0)' looks like an option: for the file of that name write './\($0)'." }
  }

  /// Those that the parser knows without being told, and does not suggest.
  private static let standardOptions = ["--help", "--version"]

  private static func suggestion(_ given: String, among names: [String]) -> String? {
    // Who writes an option without its dashes, or with them, means it.
    func distance(_ name: String) -> Int {
      edits(String(name.drop { $0 == "-" }), String(given.drop { $0 == "-" }))
    }
    guard let nearest = names.min(by: { distance($0) < distance($1) }),
      distance(nearest) <= min(3, given.count / 2)
    else { return nil }
    return "Did you mean '\(nearest)'?"
  }

  /// A mistake in the arguments in one line, with what the option takes and where to read on.
  private static func usageMessage(_ error: any Error) -> String {
    var message = message(for: error).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let lines = fullMessage(for: error).split(separator: "\n").map { $0.drop { $0 == " " } }
    // The parser has the help of the option that is wrong, after its name and two spaces.
    let help = lines.first { $0.hasPrefix("Help:") }?.dropFirst(5).drop { $0 == " " }
    if let help, let gap = help.firstRange(of: "  "), !message.contains("lease provide one of") {
      let text = help[gap.upperBound...].drop { $0 == " " }
      message += " (" + (text.last == "." ? text.dropLast() : text) + ")"
    }
    if message.hasPrefix("Unknown option '--"), message.last == "'",
      let advice = suggestion(String(message.dropFirst(16).dropLast()), among: standardOptions)
    {
      message += ". " + advice
    }
    guard let advice = lines.last(where: { $0.contains("--help'") }) else { return message }
    let isSentence = message.last.map { ".?!".contains($0) } ?? false
    return message + (isSentence ? " " : ". ") + advice
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
