// SPDX-License-Identifier: MIT

import Testing

import Sessions

/// Facts of media files that no device has, and a damaged file may tell.
@Suite struct DamagedFactsTests {
  private func texts(_ timeline: Timeline) -> [String] {
    TimelineFormat.allCases.flatMap { $0.documents(for: [timeline], at: "a").map(\.text) }
  }

  @Test func thousandsOfChannelsAreNotThousandsOfTracks() {
    var timeline = SmallTimeline.timeline
    for count in [-1, 0, 65_535, .max] {
      timeline.media[1].sound?.channelCount = count
      for text in texts(timeline) { #expect(text.utf8.count < 2_000_000, "\(count) channels") }
    }
  }

  @Test func ratesWithoutACommonUnitHaveASum() {
    let first = Ratio(
      ticks: 100_000_000, rate: FrameRate(numerator: 2_147_483_629, denominator: 121_234_567))
    let second = Ratio(
      ticks: 200_000_000, rate: FrameRate(numerator: 2_147_483_587, denominator: 97_654_321))
    let sum = (first + second).seconds
    #expect(abs(sum - first.seconds - second.seconds) < 1e-5)
  }

  @Test func ratesOfAnySizeHaveRoom() {
    for (numerator, denominator) in [(Int.max, 1), (Int.max, Int.max / 25), (1, Int.max)] {
      let rate = FrameRate(numerator: numerator, denominator: denominator)
      #expect(rate.numerator <= 1 << 31 && 1...(1 << 31) ~= rate.denominator)
      _ = (rate.isSlowed, rate.isNamed, rate.nominal, rate.droppedNumbers)
      var timeline = SmallTimeline.timeline
      timeline.media[0].picture?.frameRate = rate
      _ = texts(timeline)
    }
    let mean = FrameRate(numerator: Int.max, denominator: Int.max / 25)
    #expect(abs(mean.perSecond - 25) < 1e-6)
  }
}
