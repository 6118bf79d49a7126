import Dispatch
import Platform
import SignalFiles
import Subprocess
import Synchronization

/// Outside programs, found on PATH and started without a shell.
enum ExternalProgram {
  enum Outcome: Sendable {
    case missing
    /// It could not be run to its end: why.
    case failed(String)
    /// It was ended, since its watcher had a reason to.
    case stopped(String)
    /// It ended by itself, or said too much: with its standard output.
    case ended(succeeded: Bool, output: [UInt8])
  }

  /// Looks after a program while it runs.
  protocol Watcher: Sendable {
    /// Takes a line of its standard error.
    func take(line: String)
    /// Asked once a second, after so many seconds without a line: why to end the program, if at all.
    func reasonToStop(silentFor seconds: Int) -> String?
    /// The part of the work that is done, where that is known.
    var progress: Double? { get }
  }

  /// Runs a program to its end, with at most so many bytes on its standard output.
  ///
  /// - Parameter title: What the bar says meanwhile.
  static func run(
    _ name: String, _ arguments: [String], input: [UInt8] = [], outputLimit: Int = 1 << 16,
    watcher: any Watcher = Patience(), title: String? = nil
  ) -> Outcome {
    let result = LastOutcome()
    let isDone = DispatchSemaphore(value: 0)
    // The commands are synchronous: their thread waits for the one that the program is run from.
    Task.detached {
      let outcome = await run(name, arguments, input, outputLimit, watcher)
      result.outcome.withLock { $0 = outcome }
      isDone.signal()
    }
    let bar = ProgressBar(title ?? "Waiting for \(name)")
    while isDone.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
      if let done = watcher.progress { bar.report(done) }
    }
    bar.end()
    return result.outcome.withLock { $0 }
  }

  private static func run(
    _ name: String, _ arguments: [String], _ input: [UInt8], _ outputLimit: Int,
    _ watcher: any Watcher
  ) async -> Outcome {
    let clock = Silence()
    do {
      // By their bytes, which are passed on as C's strings: up to a zero.
      // In a group of its own: Ctrl-C is for this process to answer.
      var platform = PlatformOptions()
      platform.processGroupID = 0
      let record = try await Subprocess.run(
        executable(name), arguments: Arguments(arguments.map { $0.fileNameBytes + [0] }),
        platformOptions: platform,
        input: .array(input), output: .bytes(limit: outputLimit), error: .sequence
      ) { execution in
        let guardian = Task {
          while !Task.isCancelled {
            try await Task.sleep(for: .seconds(1))
            if let reason = watcher.reasonToStop(silentFor: clock.tick()) {
              clock.stop(reason)
              try execution.send(signal: .kill)
              return
            }
          }
        }
        defer { guardian.cancel() }
        var line: [UInt8] = []
        for try await buffer in execution.standardError {
          clock.reset()
          for byte in unsafe buffer.withUnsafeBytes({ unsafe Array($0) }) {
            if byte != UInt8(ascii: "\n") {
              // Nobody reads further than this.
              if line.count < 4096 { line.append(byte) }
            } else {
              watcher.take(line: String(decoding: line, as: UTF8.self))
              line.removeAll(keepingCapacity: true)
            }
          }
        }
        if !line.isEmpty { watcher.take(line: String(decoding: line, as: UTF8.self)) }
      }
      if let reason = clock.reason { return .stopped(reason) }
      return .ended(
        succeeded: record.terminationStatus.isSuccess, output: record.standardOutput)
    } catch let error as SubprocessError where error.code == .executableNotFound {
      return .missing
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      return .ended(succeeded: false, output: [])
    } catch {
      return clock.reason.map { .stopped($0) } ?? .failed("\(error)")
    }
  }

  /// Where a program is: to look for it anew takes a process for every directory of PATH.
  private static func executable(_ name: String) async throws(SubprocessError) -> Executable {
    if let known = known.withLock({ $0[name] }) { return known }
    let found = Executable.path(
      try await Executable.name(name).resolveExecutablePath(in: .inherit))
    known.withLock { $0[name] = found }
    return found
  }

  private static let known = Mutex<[String: Executable]>([:])

  /// Ends a program that has said nothing for two minutes. Judged: what is asked of programs here is
  /// a matter of a second, and disks sleep for some.
  struct Patience: Watcher {
    static var seconds: Int { 120 }

    func take(line: String) {}

    func reasonToStop(silentFor seconds: Int) -> String? {
      seconds < Self.seconds ? nil : "no sign of life for \(Self.seconds) s"
    }
  }
}

extension ExternalProgram.Watcher {
  var progress: Double? { nil }
}

/// How long a program has been silent, and why it was ended.
private final class Silence: Sendable {
  private let state = Mutex((seconds: 0, reason: String?.none))

  var reason: String? { state.withLock(\.reason) }

  func reset() { state.withLock { $0.seconds = 0 } }

  func tick() -> Int {
    state.withLock {
      $0.seconds += 1
      return $0.seconds
    }
  }

  func stop(_ reason: String) { state.withLock { $0.reason = reason } }
}

/// What a task leaves behind for the thread that waits for it.
private final class LastOutcome: Sendable {
  let outcome = Mutex(ExternalProgram.Outcome.failed("it never ran"))
}
