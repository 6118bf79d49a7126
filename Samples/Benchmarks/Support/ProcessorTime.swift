// SPDX-License-Identifier: MIT

import Foundation

/// The seconds of the processor that `work`, done `calls` times on this thread alone, takes each time.
///
/// Unlike those of a clock they do not grow while the machine runs something else; on one that nobody else
/// uses both are the same.
///
/// - Parameter work: returns something that depends on its results, so that it cannot be left out.
public func processorSeconds(calls: Int, _ work: () throws -> Int) rethrows -> Double {
  let start = processorTime()
  var sum = 0
  for _ in 0..<calls { sum &+= try work() }
  let time = processorTime() - start
  precondition(sum >= 0)
  return time / Double(calls)
}

/// What all threads of this process have had of the processors so far, in seconds.
private func processorTime() -> Double {
  var time = timespec()
  // The call writes `time` and keeps nothing of it.
  guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else {
    preconditionFailure("this system has no clock of a process's time")
  }
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
