// SPDX-License-Identifier: MIT

import Testing

import Sessions

/// The small timeline in both of Final Cut Pro's formats.
@Suite struct FinalCutTests {
  @Test func writesFractionsOfSeconds() {
    #expect(
      SmallTimeline.text(.fcpxml) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE fcpxml>
        <fcpxml version="1.10">
          <resources>
            <format id="format1" frameDuration="1/25s" width="1920" height="1080"/>
            <asset id="asset1" name="B &amp; C.mov" start="36000s" duration="60s" hasVideo="1" format="format1" videoSources="1" hasAudio="1" audioSources="1" audioChannels="1" audioRate="48000">
              <media-rep kind="original-media" src="file:///m/B%20%26%20C.mov"/>
            </asset>
            <asset id="asset2" name="r.wav" start="0s" duration="60s" hasAudio="1" audioSources="1" audioChannels="2" audioRate="48000">
              <media-rep kind="original-media" src="file:///m/r.wav"/>
            </asset>
          </resources>
          <library>
            <event name="Small">
              <project name="Small">
                <sequence format="format1" duration="127/25s" tcStart="0s" tcFormat="NDF" audioLayout="stereo" audioRate="48k">
                  <spine>
                    <gap name="Gap" offset="0s" start="0s" duration="127/25s">
                      <asset-clip ref="asset1" lane="1" offset="1s" name="B &amp; C.mov" start="900013/25s" duration="4s" format="format1" tcFormat="NDF" videoRole="video.Cam" audioRole="dialogue.Cam"/>
                      <asset-clip ref="asset2" lane="-1" offset="3/25s" name="r.wav" start="6479/24000s" duration="124/25s" audioRole="dialogue.Rec">
                        <timeMap preservesPitch="0">
                          <timept time="0s" value="0s" interp="linear"/>
                          <timept time="29994001/500000s" value="60s" interp="linear"/>
                        </timeMap>
                      </asset-clip>
                    </gap>
                  </spine>
                </sequence>
              </project>
            </event>
          </library>
        </fcpxml>

        """)
  }

  @Test func writesLinkedFrames() {
    #expect(
      SmallTimeline.text(.xml, tracks: 0..<1) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE xmeml>
        <xmeml version="5">
          <sequence id="sequence-1">
            <name>Small</name>
            <duration>125</duration>
            <rate>
              <timebase>25</timebase>
              <ntsc>FALSE</ntsc>
            </rate>
            <timecode>
              <rate>
                <timebase>25</timebase>
                <ntsc>FALSE</ntsc>
              </rate>
              <string>00:00:00:00</string>
              <frame>0</frame>
              <displayformat>NDF</displayformat>
            </timecode>
            <media>
              <video>
                <format>
                  <samplecharacteristics>
                    <rate>
                      <timebase>25</timebase>
                      <ntsc>FALSE</ntsc>
                    </rate>
                    <width>1920</width>
                    <height>1080</height>
                  </samplecharacteristics>
                </format>
                <track>
                  <name>Cam</name>
                  <clipitem id="clipitem-1">
                    <name>B &amp; C.mov</name>
                    <enabled>TRUE</enabled>
                    <duration>1500</duration>
                    <rate>
                      <timebase>25</timebase>
                      <ntsc>FALSE</ntsc>
                    </rate>
                    <start>25</start>
                    <end>125</end>
                    <in>13</in>
                    <out>113</out>
                    <file id="file-1">
                      <name>B &amp; C.mov</name>
                      <pathurl>file://localhost/m/B%20%26%20C.mov</pathurl>
                      <rate>
                        <timebase>25</timebase>
                        <ntsc>FALSE</ntsc>
                      </rate>
                      <duration>1500</duration>
                      <timecode>
                        <rate>
                          <timebase>25</timebase>
                          <ntsc>FALSE</ntsc>
                        </rate>
                        <string>10:00:00:00</string>
                        <frame>900000</frame>
                        <displayformat>NDF</displayformat>
                      </timecode>
                      <media>
                        <video>
                          <samplecharacteristics>
                            <rate>
                              <timebase>25</timebase>
                              <ntsc>FALSE</ntsc>
                            </rate>
                            <width>1920</width>
                            <height>1080</height>
                          </samplecharacteristics>
                        </video>
                        <audio>
                          <samplecharacteristics>
                            <depth>16</depth>
                            <samplerate>48000</samplerate>
                          </samplecharacteristics>
                          <channelcount>1</channelcount>
                        </audio>
                      </media>
                    </file>
                    <link>
                      <linkclipref>clipitem-1</linkclipref>
                      <mediatype>video</mediatype>
                      <trackindex>1</trackindex>
                      <clipindex>1</clipindex>
                    </link>
                    <link>
                      <linkclipref>clipitem-2</linkclipref>
                      <mediatype>audio</mediatype>
                      <trackindex>1</trackindex>
                      <clipindex>1</clipindex>
                    </link>
                  </clipitem>
                </track>
              </video>
              <audio>
                <format>
                  <samplecharacteristics>
                    <depth>16</depth>
                    <samplerate>48000</samplerate>
                  </samplecharacteristics>
                </format>
                <track>
                  <name>Cam</name>
                  <clipitem id="clipitem-2">
                    <name>B &amp; C.mov</name>
                    <enabled>TRUE</enabled>
                    <duration>1500</duration>
                    <rate>
                      <timebase>25</timebase>
                      <ntsc>FALSE</ntsc>
                    </rate>
                    <start>25</start>
                    <end>125</end>
                    <in>13</in>
                    <out>113</out>
                    <file id="file-1"/>
                    <sourcetrack>
                      <mediatype>audio</mediatype>
                      <trackindex>1</trackindex>
                    </sourcetrack>
                    <link>
                      <linkclipref>clipitem-1</linkclipref>
                      <mediatype>video</mediatype>
                      <trackindex>1</trackindex>
                      <clipindex>1</clipindex>
                    </link>
                    <link>
                      <linkclipref>clipitem-2</linkclipref>
                      <mediatype>audio</mediatype>
                      <trackindex>1</trackindex>
                      <clipindex>1</clipindex>
                    </link>
                  </clipitem>
                </track>
              </audio>
            </media>
          </sequence>
        </xmeml>

        """)
  }
}
