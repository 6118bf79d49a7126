// SPDX-License-Identifier: MIT

import Platform
import SignalFiles
import Synchronization

/// A program that runs in a process of its own, with pipes for its standard streams; ended, and all
/// that it has started, where the value ends.
struct ChildProcess: ~Copyable {
  struct Failure: Error {
    /// The system's number of what is wrong: ENOENT where there is no such program.
    var code: CInt
  }

  enum End {
    case exited(status: CInt)
    case signalled(CInt)
  }

  /// What came out of it.
  struct Event {
    var output: [UInt8] = []
    var errors: [UInt8] = []
  }

  private let number: pid_t
  private var input: CInt?
  private var output: CInt?
  private var errors: CInt?
  private var status: CInt?

  /// Starts the program `name` of PATH.
  init(_ name: String, _ arguments: [String]) throws(Failure) {
    // One after another: no other program gets the pipes of this one, and whoever ends all of them
    // knows of it.
    let started = try running.withLock {
      running throws(Failure) -> (pid_t, CInt, CInt, CInt)? in
      if Leftovers.areRemoved { return nil }
      let input = try PipeEnds()
      let output = try PipeEnds()
      let errors = try PipeEnds()
      let number = try spawn(
        [name] + arguments, streams: [input.reading, output.writing, errors.writing])
      running.insert(number)
      return (number, input.keepWriting(), output.keepReading(), errors.keepReading())
    }
    guard let started else {
      Leftovers.waitIfEnding()
      preconditionFailure("the process has not ended")
    }
    (number, input, output, errors) = started
  }

  deinit {
    for case let descriptor? in [input, output, errors] { Platform.close(descriptor) }
    if status == nil {
      kill(-number, SIGKILL)
      var status: CInt = 0
      while unsafe waitpid(number, &status, 0) < 0, errno == EINTR {}
    }
    running.withLock { [number] in _ = $0.remove(number) }
  }

  /// Whether it runs, or there is something of it to be read.
  var isOpen: Bool {
    mutating get { output != nil || errors != nil || !hasEnded }
  }

  /// Gives it some of `rest`, and takes what it says, after a tenth of a second at the latest.
  mutating func exchange(_ rest: inout ArraySlice<UInt8>) -> Event {
    if rest.isEmpty { Self.close(&input) }
    // The end of one that says nothing more is not seen by poll(2), and mostly at hand.
    let milliseconds: CInt = output == nil && errors == nil ? 2 : 100
    // What is negative is not looked at (poll(2)).
    var sources = [
      pollfd(fd: input ?? -1, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: output ?? -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errors ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    let count = unsafe poll(&sources, nfds_t(sources.count), milliseconds)
    guard count > 0 else {
      // A process that it has left behind may hold its streams.
      if count == 0, hasEnded {
        Self.close(&output)
        Self.close(&errors)
      }
      return Event()
    }
    if sources[0].revents != 0 { give(&rest) }
    var event = Event()
    if sources[1].revents != 0 { event.output = Self.take(&output) }
    if sources[2].revents != 0 { event.errors = Self.take(&errors) }
    return event
  }

  /// Waits for its end.
  mutating func end() -> End {
    var status = status ?? 0
    if self.status == nil {
      while unsafe waitpid(number, &status, 0) < 0, errno == EINTR {}
      self.status = status
    }
    // As <sys/wait.h> has it, whose macros Swift does not see.
    let signal = status & 0x7F
    return signal == 0 ? .exited(status: (status >> 8) & 0xFF) : .signalled(signal)
  }

  private var hasEnded: Bool {
    mutating get {
      guard status == nil else { return true }
      var status: CInt = 0
      guard unsafe waitpid(number, &status, WNOHANG) == number else { return false }
      self.status = status
      return true
    }
  }

  private mutating func give(_ rest: inout ArraySlice<UInt8>) {
    guard let input else { return }
    let count = unsafe rest.withUnsafeBytes { unsafe write(input, $0.baseAddress, $0.count) }
    if count > 0 { rest = rest.dropFirst(count) }
    // It may end without having read all, and be right to.
    if count < 0, errno != EAGAIN, errno != EINTR { rest = [] }
  }

  private static func take(_ stream: inout CInt?) -> [UInt8] {
    guard let descriptor = stream else { return [] }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, $0.count)
    }
    if count < 0, errno == EAGAIN || errno == EINTR { return [] }
    if count <= 0 { close(&stream) }
    return Array(bytes.prefix(max(0, count)))
  }

  private static func close(_ stream: inout CInt?) {
    guard let descriptor = stream.take() else { return }
    _ = Platform.close(descriptor)
  }
}

extension ChildProcess {
  /// Ends all programs that run, and what they have started: each is in a group of its own.
  static func endAll() { running.withLock { for number in $0 { kill(-number, SIGKILL) } } }
}

/// The numbers of the processes that run.
private let running = Mutex<Set<pid_t>>([])

/// Two ends that no other program gets.
private struct PipeEnds: ~Copyable {
  let reading: CInt
  let writing: CInt
  private var kept: CInt?

  init() throws(ChildProcess.Failure) {
    var ends: [CInt] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw ChildProcess.Failure(code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit { for end in [reading, writing] where end != kept { close(end) } }

  /// The end for reading alone, which never waits.
  consuming func keepReading() -> CInt { keep(reading) }

  /// The end for writing alone, which never waits.
  consuming func keepWriting() -> CInt { keep(writing) }

  private consuming func keep(_ end: CInt) -> CInt {
    _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
    kept = end
    return end
  }
}

/// Starts a program with these standard streams, in a group of its own: Ctrl-C is for this process to
/// answer. It gets no other descriptor and no signal that is ignored or held back.
private func spawn(
  _ words: [String], streams: [CInt]
) throws(ChildProcess.Failure) -> pid_t {
  #if canImport(Darwin)
    var (actions, attributes): (posix_spawn_file_actions_t?, posix_spawnattr_t?) = (nil, nil)
    let flags = POSIX_SPAWN_CLOEXEC_DEFAULT
  #else
    var (actions, attributes) = unsafe (posix_spawn_file_actions_t(), posix_spawnattr_t())
    let flags: CInt = 0
  #endif
  _ = unsafe posix_spawn_file_actions_init(&actions)
  defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
  for (number, descriptor) in streams.enumerated() {
    _ = unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, CInt(number))
  }
  _ = unsafe posix_spawnattr_init(&attributes)
  defer { _ = unsafe posix_spawnattr_destroy(&attributes) }
  var signals = sigset_t()
  _ = unsafe sigemptyset(&signals)
  _ = unsafe posix_spawnattr_setsigmask(&attributes, &signals)
  _ = unsafe sigfillset(&signals)
  for number in [SIGKILL, SIGSTOP] { _ = unsafe sigdelset(&signals, number) }
  _ = unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
  _ = unsafe posix_spawnattr_setpgroup(&attributes, 0)
  _ = unsafe posix_spawnattr_setflags(
    &attributes,
    CShort(
      CInt(POSIX_SPAWN_SETPGROUP) | CInt(POSIX_SPAWN_SETSIGDEF) | CInt(POSIX_SPAWN_SETSIGMASK)
        | CInt(flags)))
  // By their bytes, as C's strings.
  var arguments = unsafe words.map { unsafe strdup($0.systemName) } + [nil]
  defer { unsafe arguments.forEach { unsafe free($0) } }
  var number: pid_t = 0
  let code = unsafe posix_spawnp(
    &number, words[0].systemName, &actions, &attributes, &arguments, environ)
  guard code == 0 else { throw ChildProcess.Failure(code: code) }
  return number
}
