import Dispatch
import SignalFiles
import Subprocess
import Synchronization

/// Outside programs, found on PATH and started without a shell.
enum ExternalProgram {
  enum Outcome: Sendable {
    case missing
    /// It could not be run to its end: why.
    case failed(String)
    /// It ended by itself, or said too much: with its standard output, and its standard error.
    case ended(succeeded: Bool, output: [UInt8], messages: String)
  }

  /// Runs a program to its end, with at most so many bytes on its standard output.
  static func run(
    _ name: String, _ arguments: [String], input: [UInt8] = [], outputLimit: Int = 1 << 16
  ) -> Outcome {
    let result = LastOutcome()
    let isDone = DispatchSemaphore(value: 0)
    // The commands are synchronous: their thread waits for the one that the program is run from.
    Task.detached {
      let outcome = await run(name, arguments, input, outputLimit)
      result.outcome.withLock { $0 = outcome }
      isDone.signal()
    }
    let bar = ProgressBar("Waiting for \(name)")
    isDone.wait()
    bar.end()
    return result.outcome.withLock { $0 }
  }

  private static func run(
    _ name: String, _ arguments: [String], _ input: [UInt8], _ outputLimit: Int
  ) async -> Outcome {
    do {
      // By their bytes, which are passed on as C's strings: up to a zero.
      let record = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments.map { $0.fileNameBytes + [0] }),
        input: .array(input),
        output: .bytes(limit: outputLimit), error: .string(limit: 1 << 20))
      return .ended(
        succeeded: record.terminationStatus.isSuccess, output: record.standardOutput,
        messages: record.standardError)
    } catch let error as SubprocessError where error.code == .executableNotFound {
      return .missing
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      return .ended(succeeded: false, output: [], messages: "")
    } catch {
      return .failed("\(error)")
    }
  }
}

/// What a task leaves behind for the thread that waits for it.
private final class LastOutcome: Sendable {
  let outcome = Mutex(ExternalProgram.Outcome.failed("it never ran"))
}
