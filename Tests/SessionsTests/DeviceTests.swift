// SPDX-License-Identifier: MIT

import Sessions
import Testing

@Suite("Devices of a session")
struct DeviceTests {
  private func take(
    _ path: String, model: String? = nil, duration: Double = 60, stamp: TakeStamp? = nil
  ) -> Take {
    var directories = path.split(separator: "/").map(String.init)
    let name = directories.removeLast()
    return Take(
      directories: directories, name: name, model: model, duration: duration, stamp: stamp)
  }

  @Test("are the first directories in which files differ")
  func directories() {
    let found = DeviceAssignment([
      take("shoot/cam/DCIM/100/1.mp4"), take("shoot/cam/DCIM/101/2.mp4"),
      take("shoot/zoom/1.wav"), take("shoot/notes.wav"),
    ])
    #expect(found.devices == [0, 0, 1, 2])
    #expect(found.names == ["cam", "zoom", "notes"])
  }

  @Test("are told apart by their models within a directory")
  func models() {
    let found = DeviceAssignment([
      take("s/phones/1.mp4", model: "A"), take("s/phones/2.mp4", model: "B"),
      take("s/phones/3.mp4", model: "A"), take("s/cam/1.mp4", model: "C"), take("s/cam/1.wav"),
    ])
    #expect(found.devices == [0, 1, 0, 2, 2])
    #expect(found.names == ["phones (A)", "phones (B)", "cam"])
  }

  @Test("have a file each where all lie beside one another")
  func flat() {
    let found = DeviceAssignment([
      take("s/a.wav"), take("s/b.wav"), take("s/a.mp3"), take("s/c.mp4", model: "X"),
      take("s/d.mp4", model: "X"),
    ])
    #expect(found.devices == [0, 1, 2, 3, 4])
    #expect(found.names == ["a", "b", "a 2", "X", "X 2"])
    #expect(DeviceAssignment([]).names == [])
  }

  @Test("are several where takes overlap")
  func overlapping() {
    var found = DeviceAssignment([
      take("s/p/1.wav"), take("s/p/2.wav"), take("s/p/3.wav"), take("s/p/4.wav"),
      take("s/q/1.wav"),
    ])
    let grown = found.separate([(0, 0, 60), (0, 59.95, 100), (0, 30, 90), (1, 30, 40), (0, 0, 9)])
    #expect(grown == ["p"])
    #expect(found.devices == [0, 0, 2, 0, 1])
    #expect(found.names == ["p", "q", "p 2"])
    #expect(found.separate([(0, 0, 60), (0, 60, 100), (0, 30, 90), nil, nil]) == [])
  }

  @Test("say when a take was made, in several ways")
  func stamps() {
    let rate = FrameRate(numerator: 30_000, denominator: 1001)
    func stamp(_ timecode: String?, _ created: String? = nil) -> TakeStamp? {
      TakeStamp(timecode: timecode, rate: rate, created: created)
    }
    #expect(stamp(nil) == nil && stamp("nonsense", "yesterday") == nil)
    #expect(stamp("00:00:10:15")?.time == 315.0 * 1001 / 30_000)
    // With dropped numbers an hour of time code is an hour but for 3.6 ms.
    let hour = stamp("01:00:00;00")?.time ?? 0
    #expect(abs(hour - 3600) < 0.004)
    #expect(TakeStamp(timecode: "10:22:33.250", rate: nil, created: nil)?.time == 37_353.25)
    for text in ["2024-05-13T10:22:33.000000Z", "2024-05-13T10-22-33", "2024:05:13 10:22:33"] {
      #expect(stamp(nil, text) == TakeStamp(source: .creation, time: 1_715_595_753))
    }
    #expect(stamp(nil, "1970-01-01T00:00:00Z")?.time == 0)
    #expect(stamp(nil, "2000-02-29T00:00:00Z")?.time == 951_782_400)
    #expect(stamp(nil, "2024-13-01T00:00:00Z") == nil)
    // Two takes around midnight are not a day apart.
    let late = TakeStamp(timecode: "23:59:50.000", rate: nil, created: "2024-05-13T23:59:51Z")
    let early = TakeStamp(timecode: "00:00:10.000", rate: nil, created: "2024-05-14T00:00:11Z")
    #expect((early?.time ?? 0) - (late?.time ?? 0) == 20)
  }

  @Test("have clocks whose stamps are of starts or of ends")
  func clocks() throws {
    let durations = [60.0, 200, 30]
    let starts = [0.0, 100, 400]
    for isOfEnds in [false, true] {
      let placed = zip(starts, durations).map { start, duration -> DeviceClock.Placed in
        let time = 5000 + start + (isOfEnds ? duration : 0)
        return (TakeStamp(source: .creation, time: time.rounded()), start, duration)
      }
      let clock = try #require(DeviceClock(placed))
      #expect(placed.allSatisfy { clock.discrepancy($0) == nil })
      let next = TakeStamp(source: .creation, time: 5600 + (isOfEnds ? 50 : 0))
      let (time, error) = try #require(clock.start(of: next, duration: 50))
      #expect(abs(time - 600) < 1 && error < 3)
      var wrong = placed[0]
      wrong.start += 20
      #expect(try abs(#require(clock.discrepancy(wrong)) + 20) < 2)
    }
    // One take does not tell which.
    let one = try #require(DeviceClock([(TakeStamp(source: .creation, time: 9000), 0, 100)]))
    let (_, error) = try #require(
      one.start(of: TakeStamp(source: .creation, time: 9500), duration: 100))
    #expect(error > 50)
    #expect(one.start(of: TakeStamp(source: .timecode, time: 9500), duration: 100) == nil)
    #expect(DeviceClock([]) == nil)
  }

  @Test("cannot record two takes at once that their stamps keep apart")
  func apart() {
    func made(_ time: Double, _ duration: Double, _ source: TakeStamp.Source) -> Take {
      take("a/b.wav", duration: duration, stamp: TakeStamp(source: source, time: time))
    }
    #expect(DeviceClock.areApart(made(0, 10, .timecode), made(10.5, 10, .timecode)))
    #expect(!DeviceClock.areApart(made(0, 10, .timecode), made(9.5, 10, .timecode)))
    #expect(!DeviceClock.areApart(made(9.5, 10, .timecode), made(0, 10, .timecode)))
    // Of ends the later take may begin long before its stamp.
    #expect(!DeviceClock.areApart(made(0, 10, .creation), made(50, 60, .creation)))
    #expect(DeviceClock.areApart(made(0, 10, .creation), made(70, 60, .creation)))
    #expect(!DeviceClock.areApart(made(0, 10, .creation), made(70, 60, .timecode)))
    #expect(!DeviceClock.areApart(take("a/c.wav"), made(70, 60, .timecode)))
  }
}
