import Synchronization
import Testing

@testable import Convolution

/// Threads that help callers with their work.
@Suite struct HelperThreadsTests {
  /// Every piece is done once, whoever does it, however many calls there are at a time.
  @Test(arguments: [1, 2, 7]) func everyPieceIsDoneOnce(most: Int) async {
    let helpers = HelperThreads(most: most)
    await withTaskGroup(of: Int.self) { group in
      for caller in 0..<6 {
        group.addTask {
          var total = 0
          for count in 0..<200 {
            let next = Atomic<Int>(0)
            let sum = Atomic<Int>(0)
            helpers.run(helpers: 1 + caller % 3) {
              while true {
                let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard piece < count else { return }
                sum.wrappingAdd(piece + 1, ordering: .relaxed)
              }
            }
            total += sum.load(ordering: .relaxed) - count * (count + 1) / 2
          }
          return total
        }
      }
      for await difference in group { #expect(difference == 0) }
    }
  }

  /// Work may itself ask for help, and gets done whether or not there is any.
  @Test func workWithinWork() {
    let helpers = HelperThreads(most: 2)
    let count = Atomic<Int>(0)
    let outer = Atomic<Int>(0)
    helpers.run(helpers: 2) {
      while outer.wrappingAdd(1, ordering: .relaxed).oldValue < 50 {
        let inner = Atomic<Int>(0)
        helpers.run(helpers: 2) {
          while inner.wrappingAdd(1, ordering: .relaxed).oldValue < 20 {
            count.wrappingAdd(1, ordering: .relaxed)
          }
        }
      }
    }
    #expect(count.load(ordering: .relaxed) == 1000)
  }

  /// A helper takes part while the caller is still at work: each waits here for the other.
  @Test func helpersWorkBesideTheCaller() {
    let present = Atomic<Int>(0)
    HelperThreads(most: 1).run(helpers: 1) {
      present.wrappingAdd(1, ordering: .relaxed)
      while present.load(ordering: .relaxed) < 2 {}
    }
    #expect(present.load(ordering: .relaxed) == 2)
  }
}
