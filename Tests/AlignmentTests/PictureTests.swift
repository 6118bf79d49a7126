// SPDX-License-Identifier: MIT

import Alignment
import TestSupport
import Testing

@Suite("What pictures of an alignment show")
struct PictureTests {
  @Test("an envelope has the extremes of every stretch", arguments: [1, 7, 100, 1000, 5000])
  func envelopes(columnCount: Int) throws {
    let samples = whiteNoise(1000, seed: 61)
    let source = ArraySource(samples, sampleRate: 100)
    // Samples 200 to 700, and from before the start to after the end.
    for (start, end, range) in [(2.0, 7.0, 200..<701), (-5, 50, 0..<1000)] {
      let columns = try minMaxEnvelope(of: source, from: start, to: end, columnCount: columnCount)
      #expect(columns.count == min(columnCount, range.count))
      #expect(columns.map(\.lowest).min() == samples[range].min())
      #expect(columns.map(\.highest).max() == samples[range].max())
      for (index, column) in columns.enumerated() {
        let from = range.lowerBound + index * range.count / columns.count
        let to = range.lowerBound + (index + 1) * range.count / columns.count
        #expect(column.lowest == samples[from..<to].min())
        #expect(column.highest == samples[from..<to].max())
        #expect(abs(column.position - Double(from + to - 1) / 200) < 1e-9)
      }
    }
    #expect(try minMaxEnvelope(of: source, from: 20, to: 30).isEmpty)
  }

  @Test("a trace covers every lag, and its peak is at the delay and above the threshold")
  func traces() throws {
    let sound = whiteNoise(20_000, seed: 62)
    let reference = ArraySource(Array(sound.dropFirst(700)), sampleRate: 8000)
    let other = ArraySource(sound.map { -$0 }, sampleRate: 8000)
    let trace = try correlationTrace(of: other, from: reference, near: 0.0875)
    #expect(trace.columns.count == 1000)
    #expect(abs(try #require(trace.columns.first).position + 19_299.0 / 8000) < 0.01)
    #expect(abs(try #require(trace.columns.last).position - 19_999.0 / 8000) < 0.01)
    let limit = trace.height(falseAlarmProbability: 1e-6)
    #expect((7...9).contains(limit))
    // Upside down, the peak is a trough.
    let lowest = try #require(trace.nearby.min { $0.lowest < $1.lowest })
    #expect(Double(-lowest.lowest) > 3 * limit)
    #expect(abs(lowest.position - 0.0875) < 1e-4)
    #expect(trace.nearby.allSatisfy { abs($0.position - 0.0875) < 0.011 })
    #expect(trace.columns.map(\.lowest).min() == lowest.lowest)
    // Elsewhere chance stays below it.
    for column in trace.columns where abs(column.position - 0.0875) > 0.01 {
      #expect(Double(max(-column.lowest, column.highest)) < limit)
    }
    let narrow = try correlationTrace(
      of: other, from: reference, near: 5, options: DelaySearchOptions(maximumDelay: 0.1))
    #expect(narrow.columns.allSatisfy { abs($0.position) <= 0.1001 })
    #expect(narrow.nearby.isEmpty)
  }
}
