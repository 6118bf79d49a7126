// SPDX-License-Identifier: MIT

import Testing

import Sessions

/// The small timeline in the formats of lines.
@Suite struct LineFormatTests {
  @Test func writesAListForEachTrack() {
    #expect(
      SmallTimeline.text(.edl) == """
        TITLE: Small\r
        FCM: NON-DROP FRAME\r
        001  BC       B     C        10:00:00:13 10:00:04:13 00:00:01:00 00:00:05:00\r
        * FROM CLIP NAME: B & C.mov\r
        * SOURCE FILE: /m/B & C.mov\r
        TITLE: Small\r
        FCM: NON-DROP FRAME\r
        001  R        AA    C        00:00:00:07 00:00:05:06 00:00:00:03 00:00:05:02\r
        * FROM CLIP NAME: r.wav\r
        * SOURCE FILE: /m/r.wav\r
        * SPEED NOT APPLIED: 1.0002\r

        """)
  }

  @Test func writesReaperItems() {
    #expect(
      SmallTimeline.text(.rpp) == """
        <REAPER_PROJECT 0.1 "6.0" 0
          SAMPLERATE 48000 1 0
          <TRACK
            NAME "Cam"
            <ITEM
              POSITION 1
              LENGTH 4
              LOOP 0
              NAME "B & C.mov"
              SOFFS 0.51
              PLAYRATE 1 0 0 -1
              <SOURCE VIDEO
                FILE "/m/B & C.mov"
              >
            >
          >
          <TRACK
            NAME "Rec"
            <ITEM
              POSITION 0.1
              LENGTH 5
              LOOP 0
              NAME "r.wav"
              SOFFS 0.25
              PLAYRATE 1.0002 0 0 -1
              <SOURCE WAVE
                FILE "/m/r.wav"
              >
            >
          >
        >

        """)
  }

  @Test func writesWholeFiles() {
    #expect(
      SmallTimeline.text(.lof) == """
        # Small
        # Offsets are 0.15 s later than on the time line.
        # From 0.51 s to 4.51 s:
        file "/m/B & C.mov" offset 0.64
        # From 0.25 s to 5.251 s, at a speed of 1.0002 that is not applied:
        file "/m/r.wav" offset 0

        """)
  }

  @Test func writesLabels() {
    #expect(
      SmallTimeline.text(.txt) == """
        1	5	Cam: B & C.mov
        0.1	5.1	Rec: r.wav

        """)
  }

  @Test func writesATable() {
    #expect(
      SmallTimeline.text(.csv) == """
        group,track,file,start_seconds,duration_seconds,source_start_seconds,speed\r
        1,Cam,/m/B & C.mov,1,4,0.51,1\r
        1,Rec,/m/r.wav,0.1,5,0.25,1.0002\r

        """)
  }
}
