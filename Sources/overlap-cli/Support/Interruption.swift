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
    OutOfMemory.handle { byteCount in
      removeUnfinishedFiles()
      let problem = memoryProblem(byteCount: byteCount, available: availableMemory())
      CommandFailure(.invalidData, "the work \(problem); \(memoryAdvice)").end()
    }
    let queue = DispatchQueue(label: "interruption")
    // What whoever started the process wants ignored, as `nohup` does, stays so.
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        clearProgress()
        TemporaryFile.removeAll()
        removeUnfinishedFiles()
        // As if nothing had been in between.
        signal(number, SIG_DFL)
        kill(getpid(), number)
      }
      source.activate()
      sources.append(source)
    }
  }
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
