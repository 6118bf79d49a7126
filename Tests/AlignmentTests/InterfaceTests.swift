// SPDX-License-Identifier: MIT

import Alignment
import Foundation
import FourierTransform
import Synchronization
import TestSupport
import Testing

@Suite("What a user of alignment types")
struct AlignmentInterfaceTests {
  private let sound = whiteNoise(9000, seed: 21)

  @Test("arrays of either precision, slices and spans are samples alike")
  func samples() throws {
    let reference = Array(sound.dropFirst(600))
    let found = try estimateDelay(of: sound, from: reference, sampleRate: 8000)
    #expect(abs(found.delay - 0.075) < 1e-9)
    #expect(
      try estimateDelay(of: sound[...], from: sound.dropFirst(600), sampleRate: 8000) == found)
    #expect(
      try estimateDelay(of: sound.span, from: ContiguousArray(reference), sampleRate: 8000)
        == found)
    #expect(
      try estimateDelay(
        of: sound.map { Double($0) }, from: reference.map { Double($0) }, sampleRate: 8000)
        == found)
  }

  @Test("results are the same after they were encoded and decoded, and say what they are")
  func encoding() throws {
    var found = try estimateDelay(of: sound, from: Array(sound.dropFirst(600)), sampleRate: 8000)
    #expect(found.description.hasPrefix("delay 0.075 s, standard error "))
    found.drift = ClockDrift(
      rate: 2e-5, standardError: 1e-7, delayAtStart: 0.07, standardErrorAtStart: 1e-6,
      segments: [ClockDrift.Segment(time: 1, delay: 0.07, standardError: 1e-6)])
    #expect(found.description.contains("clock 20.0 ppm, standard error 0.1 ppm"))
    #expect(found.delayAtStart == 0.07 && found.standardErrorAtStart == 1e-6)
    #expect(found.delayInSamples(at: 8000) == 560)
    #expect(try decoded(found) == found)
    let link = GroupAlignment.Link(first: 0, second: 1, estimate: found)
    let group = GroupAlignment(count: 3, links: [link])
    #expect(try decoded(group) == group)
    #expect(group.description.split(separator: "\n").count == 3)
    #expect(group.description.hasSuffix("recording 2: no reliable link"))
    let match = try estimateDelay(
      ofBestOf: [ArraySource(sound, sampleRate: 8000)],
      from: [ArraySource(sound, sampleRate: 8000)])
    #expect(try decoded(match) == match)
    let options = DelaySearchOptions(
      maximumDelay: 2, weighting: .smoothedCoherence, band: 100...900)
    #expect(try decoded(options) == options)
  }

  private func decoded<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
  }

  @Test("an aligned recording is put on the reference's time line by one call")
  func warp() throws {
    let found = try estimateDelay(
      of: sound, from: Array(sound.dropFirst(600)), sampleRate: 8000)
    let warp = TimeWarp(aligning: found, inputRate: 8000, outputRate: 8000)
    let aligned = warp.apply(to: sound, count: 8000)
    for index in aligned.indices { #expect(abs(aligned[index] - sound[600 + index]) < 1e-4) }

    // By the sources, whose rates may differ.
    let other = ArraySource(sound, sampleRate: 8000)
    let reference = ArraySource(sound, sampleRate: 16_000)
    let bySources = TimeWarp(aligning: found, of: other, from: reference)
    let byRates = TimeWarp(aligning: found, inputRate: 8000, outputRate: 16_000)
    #expect(bySources.apply(to: sound, count: 900) == byRates.apply(to: sound, count: 900))
    let exchanged = TimeWarp(aligning: found, of: reference, from: other)
    #expect(exchanged.apply(to: sound, count: 900) != byRates.apply(to: sound, count: 900))
  }

  @Test("errors that say the same are equal, and threads below 1 count as 1")
  func errors() throws {
    #expect(AlignmentError.silent(role: .other) == .silent(role: .other))
    #expect(AlignmentError.silent(role: .other) != .silent(role: .reference))
    struct Failure: Error {}
    #expect(
      AlignmentError.sourceFailed(role: .other, Failure())
        == .sourceFailed(role: .other, Failure()))
    let found = try estimateDelay(of: sound, from: sound, sampleRate: 8000)
    for threads in [-1, 0, 1, 3] {
      #expect(
        try estimateDelay(
          of: sound, from: sound, sampleRate: 8000, options: DelaySearchOptions(threads: threads))
          == found)
    }
  }
}

@Suite("Long work of alignment")
struct AlignmentCancellationTests {
  @Test("is told by its stages, and ends when its task is cancelled")
  func stages() async throws {
    let sound = whiteNoise(9000, seed: 22)
    let sources = [0, 300, 700].map { ArraySource(sound[$0..<$0 + 8000], sampleRate: 8000) }
    let fractions = Mutex<[Double]>([])
    let group = try await runCancellable(progress: { part in
      fractions.withLock { $0.append(part) }
    }) {
      try alignGroup(sources)
    }
    #expect(group.members.allSatisfy { $0 != nil })
    let told = fractions.withLock { $0 }
    #expect(told.count == 15 && told == told.sorted() && told.last == 1)
    let cancelled = Task {
      try await runCancellable { () -> Int in
        // Nothing ends it but its task.
        while true { _ = try alignGroup(sources) }
      }
    }
    cancelled.cancel()
    await #expect(throws: CancellationError.self) { try await cancelled.value }
  }
}
