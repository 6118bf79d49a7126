// SPDX-License-Identifier: MIT

import Testing

import Sessions

@Suite struct TimecodeTests {
  private let drop30 = FrameRate(numerator: 30000, denominator: 1001, isDropFrame: true)
  private let drop60 = FrameRate(numerator: 60000, denominator: 1001, isDropFrame: true)

  /// The pictures on both sides of each place where numbers are dropped or are not.
  @Test(arguments: [
    (0, "00:00:00;00"), (1799, "00:00:59;29"), (1800, "00:01:00;02"), (3597, "00:01:59;29"),
    (3598, "00:02:00;02"), (17_981, "00:09:59;29"), (17_982, "00:10:00;00"),
    (19_781, "00:10:59;29"), (19_782, "00:11:00;02"), (107_891, "00:59:59;29"),
    (107_892, "01:00:00;00"), (109_691, "01:00:59;29"), (109_692, "01:01:00;02"),
    (2_589_407, "23:59:59;29"),
  ]) func drops2Of30(frames: Int, text: String) throws {
    #expect(Timecode.text(frames: frames, rate: drop30) == text)
    #expect(try #require(Timecode.parse(text, rate: drop30)).frames == frames)
  }

  @Test(arguments: [
    (3599, "00:00:59;59"), (3600, "00:01:00;04"), (35_963, "00:09:59;59"),
    (35_964, "00:10:00;00"), (215_784, "01:00:00;00"),
  ]) func drops4Of60(frames: Int, text: String) throws {
    #expect(Timecode.text(frames: frames, rate: drop60) == text)
    #expect(try #require(Timecode.parse(text, rate: drop60)).frames == frames)
  }

  /// All numbers of an hour, counted one by one.
  @Test func dropsTheSameAsCounting() {
    var frames = 0
    for minute in 0..<61 {
      for frame in 0..<1800 where minute % 10 == 0 || frame >= 2 {
        let text = Timecode.text(frames: frames, rate: drop30)
        let fields = text.split { ":;".contains($0) }.compactMap { Int($0) }
        let expected = [minute / 60, minute % 60, frame / 30, frame % 30]
        if fields != expected { Issue.record("\(frames): \(text)") }
        frames += 1
      }
    }
  }

  @Test func countsAllOfOtherRates() throws {
    let film = FrameRate(numerator: 24000, denominator: 1001)
    #expect(Timecode.text(frames: 86_400, rate: film) == "01:00:00:00")
    let pal = FrameRate(numerator: 25, isDropFrame: true)
    #expect(Timecode.text(frames: 1500, rate: pal) == "00:01:00:00")
    // A day has no number for its end: it begins again.
    #expect(Timecode.text(frames: 2_160_000, rate: pal) == "00:00:00:00")
    #expect(Timecode.text(frames: -1, rate: pal) == "23:59:59:24")
    let parsed = try #require(Timecode.parse("10:00:00:00", rate: drop30))
    #expect(parsed.frames == 1_080_000 && !parsed.rate.isDropFrame)
  }

  @Test(arguments: [
    "", "1:2:3", "00:00:00:25", "24:00:00:00", "aa:00:00:00", "00:60:00:00", "1:2:3:",
  ]) func refusesOtherText(text: String) {
    #expect(Timecode.parse(text, rate: FrameRate(numerator: 25)) == nil)
  }

  @Test func addsAsFractions() {
    let ntsc = FrameRate(numerator: 30000, denominator: 1001)
    #expect(Ratio(ticks: 1, rate: ntsc).text == "1001/30000s")
    #expect(Ratio(ticks: 30, rate: ntsc).text == "1001/1000s")
    #expect(Ratio(ticks: 90_000, rate: ntsc).text == "3003s")
    #expect(Ratio(ticks: 0, rate: ntsc).text == "0s")
    let sample = Ratio(ticks: 1, rate: FrameRate(numerator: 48_000))
    #expect((Ratio(ticks: 1, rate: ntsc) + sample).text == "2671/80000s")
    #expect((Ratio(ticks: 3, rate: FrameRate(numerator: 25)) + sample).text == "5761/48000s")
    #expect(FrameRate(numerator: 24000, denominator: 1001).perSecond == 23.976023976023978)
  }
}
