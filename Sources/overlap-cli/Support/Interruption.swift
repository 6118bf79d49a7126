// SPDX-License-Identifier: MIT

import ComputeSupport
import Platform
import SignalFiles

/// Sees to it that nothing is left behind where the process ends before its work does, from outside or
/// for want of memory. To be called before there is a second thread.
func tidyUpAtAnyEnd() {
  // A last resort: what is known to be large is looked at before.
  OutOfMemory.handle { shortage in CommandFailure(shortage).end() }
  if addressLimit() != nil {
    limitFragmentation(jobs: 1)
    endOrderlyWithoutMemory()
  }
  Leftovers.removeAtExit()
  // Writing tells of them by an error: a pipe that nobody reads, a file that may not grow.
  for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
  // What whoever started the process wants ignored, as `nohup` does, stays so.
  let numbers = [SIGINT, SIGTERM, SIGHUP, SIGQUIT].filter { !isIgnored($0) }
  var signals = sigset_t()
  _ = unsafe sigemptyset(&signals)
  for number in numbers { _ = unsafe sigaddset(&signals, number) }
  // Held back from all threads, they wait for one that takes them. Where the system has no thread for
  // that, they end the process as ever.
  _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  let isTaken = ThreadSupply.start { [signals] in
    while true {
      var signals = signals
      var number: CInt = 0
      guard unsafe sigwait(&signals, &number) == 0 else { continue }
      if !EndRequest.pass(number) { endProcess(by: number) }
    }
  }
  if !isTaken { _ = unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
}

/// Ends the process by a signal, as if nothing had been in between.
func endProcess(by number: CInt) -> Never {
  clearProgress()
  Leftovers.remove()
  signal(number, SIG_DFL)
  // Threads hear of no signal else.
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
