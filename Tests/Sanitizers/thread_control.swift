// SPDX-License-Identifier: MIT

// Threads that contend for a lock and, with an argument, also write to a variable without one.
import Dispatch
import Synchronization

let lists = Mutex<[Int: [Int]]>([:])
nonisolated(unsafe) var unguarded = 0
let isWrong = CommandLine.arguments.count > 1

DispatchQueue.concurrentPerform(iterations: 8) { _ in
  for turn in 0..<3000 {
    lists.withLock { lists in
      lists[turn % 7, default: []].append(turn)
      if lists[turn % 7, default: []].count > 5 { lists[turn % 7] = [] }
    }
    if isWrong { unguarded += 1 }
  }
}
print(lists.withLock { $0.count }, unguarded)
