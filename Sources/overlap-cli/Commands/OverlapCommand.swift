import ArgumentParser
import SignalFiles

/// The `overlap` command: parses, calls the library, prints.
@main
struct OverlapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overlap",
    abstract: "Line up recordings, to a fraction of a sample.",
    subcommands: [
      AlignCommand.self, ConvolveCommand.self, CorrelateCommand.self, MatchCommand.self,
      RegisterCommand.self, PlanCommand.self, TuneCommand.self, CorrelationLayerCommand.self,
      ConvolutionLayerCommand.self, TransposedConvolutionLayerCommand.self,
    ])

  /// Runs the command and ends the process with the exit status of its outcome.
  static func main() {
    holdStandardStreams()
    do {
      var command = try parseAsRoot(givenArguments())
      try withoutMessagesOfLibraries { try command.run() }
    } catch let failure as CommandFailure {
      failure.end()
    } catch let error as SignalFileError {
      CommandFailure(error).end()
    } catch {
      // What the argument parser itself has to say: help, or a mistake.
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      CommandFailure(.usage, usageMessage(error)).end()
    }
  }

  /// A mistake in the arguments in one line, with where to read on.
  private static func usageMessage(_ error: any Error) -> String {
    let advice = fullMessage(for: error).split(separator: "\n").last { $0.contains("--help'") }
    let message = message(for: error).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard let advice else { return message }
    let isSentence = message.last.map { ".?!".contains($0) } ?? false
    return message + (isSentence ? " " : ". ") + advice.drop { $0 == " " }
  }
}
