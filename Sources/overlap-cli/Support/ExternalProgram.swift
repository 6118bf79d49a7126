// SPDX-License-Identifier: MIT

import ComputeSupport
import Platform
import SignalFiles
import Synchronization

/// Outside programs, found on PATH and started without a shell.
///
/// On the caller's own thread, with three pipes: where the system has no threads or few descriptors left,
/// that is an error as any other. This is why it is not swift-subprocess 1.0, which also ends the process
/// where a program ends without having read its input.
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
    /// Takes a line of its standard error, and tells whether the work goes on by it.
    func take(line: String) -> Bool
    /// Asked once a second, after so many seconds without a line that tells of progress: why to end the
    /// program, if at all.
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
    var process: ChildProcess
    do throws(ChildProcess.Failure) {
      process = try ChildProcess(name, arguments)
    } catch {
      return error.code == ENOENT ? .missing : .failed(systemMessage(error.code))
    }
    let bar = ProgressBar(title ?? "Waiting for \(name)")
    let outcome = follow(&process, input, outputLimit, watcher, bar)
    bar.end()
    // The end of a program that is ended with this process says nothing of its own.
    Leftovers.waitIfEnding()
    return outcome
  }

  private static func follow(
    _ process: inout ChildProcess, _ input: [UInt8], _ outputLimit: Int,
    _ watcher: any Watcher, _ bar: borrowing ProgressBar
  ) -> Outcome {
    var rest = input[...]
    var output: [UInt8] = []
    var lines = LineCutter(most: 4096)
    let clock = ContinuousClock()
    var (heard, asked) = (clock.now, clock.now)
    var unheard = 0
    while process.isOpen {
      let event = process.exchange(&rest)
      output += event.output
      if output.count > outputLimit { return .ended(succeeded: false, output: []) }
      unheard += event.errors.count
      for line in lines.cut(event.errors) where watcher.take(line: line) {
        (heard, unheard) = (clock.now, 0)
      }
      if unheard > mostMessages { return .stopped("it prints without end") }
      if let done = watcher.progress { bar.report(done) }
      guard clock.now - asked >= .seconds(1) else { continue }
      asked = clock.now
      if let reason = watcher.reasonToStop(silentFor: Int((asked - heard).components.seconds)) {
        return .stopped(reason)
      }
    }
    if let line = lines.end() { _ = watcher.take(line: line) }
    switch process.end() {
    case .exited(let status): return .ended(succeeded: status == 0, output: output)
    case .signalled(let number): return .failed("it was ended by signal \(number)")
    }
  }

  /// In bytes, without a line of progress among them. Judged: a hundred thousand errors.
  private static var mostMessages: Int { 1 << 24 }

  /// Ends a program that has said nothing for half a minute. Judged: what is asked of programs here is
  /// a matter of a second, and disks that sleep need up to fifteen.
  struct Patience: Watcher {
    static var seconds: Int { 30 }

    func take(line: String) -> Bool { false }

    func reasonToStop(silentFor seconds: Int) -> String? {
      seconds < Self.seconds ? nil : "no sign of life for \(Self.seconds) s"
    }
  }
}

extension ExternalProgram.Watcher {
  var progress: Double? { nil }
}

/// Cuts bytes that come piece by piece into lines, with so many bytes of each at most.
private struct LineCutter {
  var most: Int
  private var line: [UInt8] = []

  init(most: Int) { self.most = most }

  mutating func cut(_ bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        lines.append(String(decoding: line, as: UTF8.self))
        line.removeAll(keepingCapacity: true)
      } else if line.count < most {
        line.append(byte)
      }
    }
    return lines
  }

  /// The last line, where it has no end.
  func end() -> String? { line.isEmpty ? nil : String(decoding: line, as: UTF8.self) }
}
