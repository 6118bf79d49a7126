// SPDX-License-Identifier: MIT

import Dispatch
import Foundation
import Synchronization
import Testing

import ComputeSupport

/// How work is shared: every piece once, whoever comes to help and whenever.
@Suite struct SharedWorkTests {
  @Test(arguments: [0, 1, 2, 3, 7, 100], [1, 2, 3, 8])
  func everyPieceIsDoneOnce(pieces: Int, workers: Int) {
    let done = Counters(pieces)
    shareWork(pieces, among: workers) { _, next in
      while let piece = next() { done.add(piece) }
    }
    #expect(done.values == [Int](repeating: 1, count: pieces))
  }

  @Test func noTwoThreadsAreTheSameWorker() {
    let calls = Counters(4)
    for _ in 0..<200 {
      let busy = Counters(4)
      shareWork(20, among: 4) { worker, next in
        calls.add(worker)
        while next() != nil {
          // Its memory would be another thread's too, if this were not alone.
          #expect(busy.add(worker) == 1)
          busy.add(worker, -1)
        }
      }
    }
    // The caller takes part in all.
    #expect(calls.values[0] == 200)
    #expect(calls.values.dropFirst().allSatisfy { $0 <= 200 })
  }

  /// Pieces that wait for each other can only be done by two threads at a time.
  @Test(.enabled(if: processorCount > 1)) func anotherThreadHelps() {
    for _ in 0..<20 {
      let started = Counters(1)
      let met = Counters(2)
      shareWork(2, among: 2) { _, next in
        while let piece = next() {
          started.add(0)
          // The other tests' work may keep the other thread busy for long.
          let deadline = ContinuousClock.now + .seconds(900)
          while started.values[0] < 2 && ContinuousClock.now < deadline {
            Thread.sleep(forTimeInterval: 1e-4)
          }
          met.add(piece, started.values[0] == 2 ? 1 : 0)
        }
      }
      #expect(met.values == [1, 1])
    }
  }

  /// Whether the caller or the helper is done first, and by so much that it goes to sleep.
  @Test(arguments: [0, 1]) func theCallWaitsForASlowPiece(slow: Int) {
    for _ in 0..<20 {
      let done = Counters(2)
      shareWork(2, among: 2) { _, next in
        while let piece = next() {
          let end = ContinuousClock.now + (piece == slow ? .milliseconds(2) : .zero)
          while ContinuousClock.now < end {}
          done.add(piece)
        }
      }
      #expect(done.values == [1, 1])
    }
  }

  @Test func piecesShareTheirOwnWork() {
    let done = Counters(6 * 50)
    shareWork(6, among: 3) { _, next in
      while let outer = next() {
        shareWork(50, among: 3) { _, next in
          while let inner = next() { done.add(50 * outer + inner) }
        }
      }
    }
    #expect(done.values == [Int](repeating: 1, count: 300))
  }

  @Test func manyThreadsShareWorkAtATime() {
    let done = Counters(8 * 10)
    DispatchQueue.concurrentPerform(iterations: 8) { caller in
      for _ in 0..<50 {
        shareWork(10, among: 2) { _, next in
          while let piece = next() { done.add(10 * caller + piece) }
        }
      }
    }
    #expect(done.values == [Int](repeating: 50, count: 80))
  }
}

/// Numbers that several threads count with.
private final class Counters: Sendable {
  private let counts: Mutex<[Int]>

  init(_ count: Int) { counts = Mutex([Int](repeating: 0, count: count)) }

  var values: [Int] { counts.withLock { $0 } }

  @discardableResult func add(_ index: Int, _ amount: Int = 1) -> Int {
    counts.withLock {
      $0[index] += amount
      return $0[index]
    }
  }
}
