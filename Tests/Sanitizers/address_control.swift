// SPDX-License-Identifier: MIT

// Memory that is freed or, with an argument, lost.
let isWrong = CommandLine.arguments.count > 1

@inline(never) func use(_ count: Int) -> Int {
  let memory = UnsafeMutablePointer<Int>.allocate(capacity: count)
  memory.initialize(repeating: count, count: count)
  defer { if !isWrong { memory.deallocate() } }
  return memory[count / 2]
}

print((1...100).reduce(0) { $0 + use(100 * $1) })
