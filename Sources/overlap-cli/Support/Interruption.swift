import ComputeSupport
import Dispatch
import Platform
import SignalFiles

/// What is tidied up where the process ends before its work does, from outside or for want of memory:
/// the bar, and files that are not complete.
struct Interruption {
  /// They work as long as they are kept.
  private var sources: [any DispatchSourceSignal] = []

  init() {
    // A last resort: what is known to be large is looked at before.
    OutOfMemory.handle { shortage in
      removeUnfinishedFiles()
      CommandFailure(shortage).end()
    }
    let queue = DispatchQueue(label: "interruption")
    // What whoever started the process wants ignored, as `nohup` does, stays so.
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if !EndRequest.pass(number) { endProcess(by: number) }
      }
      source.activate()
      sources.append(source)
    }
  }
}

/// Ends the process by a signal, as if nothing had been in between.
func endProcess(by number: CInt) -> Never {
  clearProgress()
  TemporaryFile.removeAll()
  removeUnfinishedFiles()
  signal(number, SIG_DFL)
  // Threads that Dispatch has used hear of no signal.
  var own = sigset_t()
  _ = unsafe sigemptyset(&own)
  _ = unsafe sigaddset(&own, number)
  _ = unsafe pthread_sigmask(SIG_UNBLOCK, &own, nil)
  kill(getpid(), number)
  while true { pause() }
}

private func isIgnored(_ number: CInt) -> Bool {
  var action = sigaction()
  guard unsafe sigaction(number, nil, &action) == 0 else { return false }
  #if canImport(Glibc)
    let handler = unsafe action.__sigaction_handler.sa_handler
  #elseif canImport(Musl)
    let handler = unsafe action.__sa_handler.sa_handler
  #else
    let handler = unsafe action.__sigaction_u.__sa_handler
  #endif
  // The same address as SIG_IGN's, which is 1 everywhere.
  return unsafe unsafeBitCast(handler, to: Int.self) == 1
}
