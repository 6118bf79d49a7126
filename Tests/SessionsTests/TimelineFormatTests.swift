// SPDX-License-Identifier: MIT

import Testing

import Sessions

@Suite struct TimelineFormatTests {
  @Test func readsTheEndsOfPaths() {
    for format in TimelineFormat.allCases {
      #expect(TimelineFormat(path: "/a.b/c." + format.rawValue.uppercased()) == format)
    }
    for path in ["", "otio", "/a.otio/b", "a.wav", "a."] {
      #expect(TimelineFormat(path: path) == nil)
    }
  }

  private func timeline(_ tracks: [String]) -> Timeline {
    Timeline(
      name: "t", frameRate: FrameRate(numerator: 25), sampleRate: 48_000,
      media: [.init(path: "/a.wav", duration: 10)],
      tracks: tracks.map {
        .init(name: $0, clips: [.init(media: 0, start: 0, duration: 1, sourceStart: 0)])
      })
  }

  @Test func namesGroupsAndTracks() {
    let groups = [timeline(["A/1", "a-1"]), timeline(["only"]), timeline(["A/1", "B"])]
    func paths(_ format: TimelineFormat, _ path: String) -> [String] {
      format.documents(for: groups, at: path).map(\.path)
    }
    #expect(paths(.otio, "x.y/n.otio") == ["x.y/n.otio", "x.y/n-2.otio", "x.y/n-3.otio"])
    #expect(
      paths(.edl, "/n.EDL") == [
        "/n-A-1.EDL", "/n-a-1-2.EDL", "/n-2.EDL", "/n-3-A-1.EDL", "/n-3-B.EDL",
      ])
    #expect(paths(.csv, "n.csv") == ["n.csv"])
    #expect(TimelineFormat.mlt.documents(for: [], at: "n.mlt").isEmpty)
  }

  @Test func countsGroupsInTheTable() throws {
    let document = try #require(
      TimelineFormat.csv.documents(for: [timeline(["A"]), timeline(["B"])], at: "n.csv").first)
    #expect(
      document.text == """
        group,track,file,start_seconds,duration_seconds,source_start_seconds,speed\r
        1,A,/a.wav,0,1,0,1\r
        2,B,/a.wav,0,1,0,1\r

        """)
  }

  /// Numbers that are not finite, or too large, files that are not there, clips without length.
  @Test(arguments: TimelineFormat.allCases)
  func leavesOutWhatNothingCanPlay(format: TimelineFormat) {
    var broken = timeline(["A"])
    let good = broken.tracks[0].clips
    let speeds: [Double] = [.nan, 0, -1, .infinity]
    broken.tracks[0].clips += speeds.map {
      .init(media: 0, start: 2, duration: 1, sourceStart: 0, speed: $0)
    }
    let times: [Double] = [.nan, .infinity, -.infinity, 1e300]
    broken.tracks[0].clips += times.flatMap { time in
      [
        .init(media: 0, start: time, duration: 1, sourceStart: 0),
        .init(media: 0, start: 2, duration: time, sourceStart: 0),
        .init(media: 0, start: 2, duration: 1, sourceStart: time),
      ]
    }
    broken.tracks[0].clips += [
      .init(media: 1, start: 2, duration: 1, sourceStart: 0),
      .init(media: -1, start: 2, duration: 1, sourceStart: 0),
      .init(media: 0, start: 2, duration: 0, sourceStart: 0),
      .init(media: 0, start: 2, duration: -1, sourceStart: 0),
    ]
    var whole = broken
    whole.tracks[0].clips = good
    #expect(
      format.documents(for: [broken], at: "a") == format.documents(for: [whole], at: "a"))
    whole.tracks = []
    #expect(format.documents(for: [whole], at: "a").count == 1)
  }

  /// Nothing of an editor's time line is before its beginning.
  @Test func movesEverythingAfterZero() {
    var early = timeline(["A", "B"])
    early.tracks[0].clips[0].start = -0.95
    let text = TimelineFormat.rpp.documents(for: [early], at: "a")[0].text
    #expect(text.contains("POSITION 0.01\n") && text.contains("POSITION 0.96\n"))
    #expect(TimelineFormat.csv.documents(for: [early], at: "a")[0].text.contains(",-0.95,"))
  }
}
