// SPDX-License-Identifier: MIT

import Testing

import Sessions

/// The small timeline in both dialects of MLT.
@Suite struct MLTTests {
  @Test func writesForShotcut() {
    #expect(
      SmallTimeline.text(.mlt) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <mlt LC_NUMERIC="C" title="Small" producer="timeline">
          <profile description="automatic" width="1920" height="1080" progressive="1" sample_aspect_num="1" sample_aspect_den="1" display_aspect_num="1920" display_aspect_den="1080" frame_rate_num="25000000" frame_rate_den="1000000" colorspace="709"/>
          <producer id="producer0" in="0" out="1499">
            <property name="length">1500</property>
            <property name="eof">pause</property>
            <property name="resource">/m/B &amp; C.mov</property>
            <property name="mlt_service">avformat-novalidate</property>
            <property name="shotcut:caption">B &amp; C.mov</property>
          </producer>
          <producer id="producer1" in="0" out="1498">
            <property name="length">1499</property>
            <property name="eof">pause</property>
            <property name="resource">1.0002:/m/r.wav</property>
            <property name="mlt_service">timewarp</property>
            <property name="warp_speed">1.0002</property>
            <property name="warp_resource">/m/r.wav</property>
            <property name="warp_pitch">0</property>
            <property name="shotcut:caption">r.wav</property>
          </producer>
          <playlist id="main_bin">
            <property name="xml_retain">1</property>
            <entry producer="producer0" in="0" out="1499"/>
            <entry producer="producer1" in="0" out="1498"/>
          </playlist>
          <producer id="black_track" in="0" out="126">
            <property name="length">127</property>
            <property name="eof">pause</property>
            <property name="resource">black</property>
            <property name="mlt_service">color</property>
          </producer>
          <playlist id="background">
            <entry producer="black_track" in="0" out="126"/>
          </playlist>
          <playlist id="playlist0">
            <property name="shotcut:video">1</property>
            <property name="shotcut:name">Cam</property>
            <blank length="25"/>
            <entry producer="producer0" in="13" out="112"/>
          </playlist>
          <playlist id="playlist1">
            <property name="shotcut:audio">1</property>
            <property name="shotcut:name">Rec</property>
            <blank length="3"/>
            <entry producer="producer1" in="7" out="130"/>
          </playlist>
          <tractor id="timeline" in="0" out="126">
            <property name="shotcut">1</property>
            <track producer="background"/>
            <track producer="playlist0"/>
            <track producer="playlist1" hide="video"/>
            <transition id="mix1">
              <property name="a_track">0</property>
              <property name="b_track">1</property>
              <property name="mlt_service">mix</property>
              <property name="always_active">1</property>
              <property name="sum">1</property>
            </transition>
            <transition id="mix2">
              <property name="a_track">0</property>
              <property name="b_track">2</property>
              <property name="mlt_service">mix</property>
              <property name="always_active">1</property>
              <property name="sum">1</property>
            </transition>
          </tractor>
        </mlt>

        """)
  }

  @Test func writesForKdenlive() {
    #expect(
      SmallTimeline.text(.kdenlive) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <mlt LC_NUMERIC="C" title="Small" producer="main_bin">
          <profile description="automatic" width="1920" height="1080" progressive="1" sample_aspect_num="1" sample_aspect_den="1" display_aspect_num="1920" display_aspect_den="1080" frame_rate_num="25" frame_rate_den="1" colorspace="709"/>
          <producer id="producer0" in="0" out="1499">
            <property name="length">1500</property>
            <property name="eof">pause</property>
            <property name="resource">/m/B &amp; C.mov</property>
            <property name="mlt_service">avformat-novalidate</property>
            <property name="kdenlive:clipname">B &amp; C.mov</property>
            <property name="kdenlive:folderid">-1</property>
            <property name="kdenlive:id">4</property>
          </producer>
          <producer id="producer1" in="0" out="1499">
            <property name="length">1500</property>
            <property name="eof">pause</property>
            <property name="resource">/m/r.wav</property>
            <property name="mlt_service">avformat-novalidate</property>
            <property name="kdenlive:clipname">r.wav</property>
            <property name="kdenlive:folderid">-1</property>
            <property name="kdenlive:id">5</property>
          </producer>
          <producer id="producer2" in="0" out="1498">
            <property name="length">1499</property>
            <property name="eof">pause</property>
            <property name="resource">1.0002:/m/r.wav</property>
            <property name="mlt_service">timewarp</property>
            <property name="warp_speed">1.0002</property>
            <property name="warp_resource">/m/r.wav</property>
            <property name="warp_pitch">0</property>
            <property name="kdenlive:clipname">r.wav</property>
            <property name="kdenlive:folderid">-1</property>
            <property name="kdenlive:id">5</property>
          </producer>
          <playlist id="main_bin">
            <property name="kdenlive:docproperties.decimalPoint">.</property>
            <property name="kdenlive:docproperties.version">0.98</property>
            <property name="xml_retain">1</property>
            <entry producer="producer0" in="0" out="1499">
              <property name="kdenlive:id">4</property>
            </entry>
            <entry producer="producer1" in="0" out="1499">
              <property name="kdenlive:id">5</property>
            </entry>
          </playlist>
          <producer id="black_track" in="0" out="126">
            <property name="length">127</property>
            <property name="eof">pause</property>
            <property name="resource">black</property>
            <property name="mlt_service">color</property>
          </producer>
          <playlist id="playlist0">
            <property name="kdenlive:audio_track">1</property>
            <blank length="3"/>
            <entry producer="producer2" in="7" out="130">
              <property name="kdenlive:id">5</property>
            </entry>
          </playlist>
          <playlist id="playlist1">
            <property name="kdenlive:audio_track">1</property>
          </playlist>
          <tractor id="tractor0">
            <property name="kdenlive:audio_track">1</property>
            <property name="kdenlive:track_name">Rec</property>
            <track producer="playlist0" hide="video"/>
            <track producer="playlist1" hide="video"/>
          </tractor>
          <playlist id="playlist2">
            <property name="kdenlive:audio_track">1</property>
            <blank length="25"/>
            <entry producer="producer0" in="13" out="112">
              <property name="kdenlive:id">4</property>
            </entry>
          </playlist>
          <playlist id="playlist3">
            <property name="kdenlive:audio_track">1</property>
          </playlist>
          <tractor id="tractor1">
            <property name="kdenlive:audio_track">1</property>
            <property name="kdenlive:track_name">Cam</property>
            <track producer="playlist2" hide="video"/>
            <track producer="playlist3" hide="video"/>
          </tractor>
          <playlist id="playlist4">
            <blank length="25"/>
            <entry producer="producer0" in="13" out="112">
              <property name="kdenlive:id">4</property>
            </entry>
          </playlist>
          <playlist id="playlist5"/>
          <tractor id="tractor2">
            <property name="kdenlive:track_name">Cam</property>
            <track producer="playlist4" hide="audio"/>
            <track producer="playlist5" hide="audio"/>
          </tractor>
          <tractor id="timeline" in="0" out="126" global_feed="1">
            <track producer="black_track"/>
            <track producer="tractor0"/>
            <track producer="tractor1"/>
            <track producer="tractor2"/>
            <transition id="mix1">
              <property name="a_track">0</property>
              <property name="b_track">1</property>
              <property name="mlt_service">mix</property>
              <property name="always_active">1</property>
              <property name="sum">1</property>
              <property name="internal_added">237</property>
            </transition>
            <transition id="mix2">
              <property name="a_track">0</property>
              <property name="b_track">2</property>
              <property name="mlt_service">mix</property>
              <property name="always_active">1</property>
              <property name="sum">1</property>
              <property name="internal_added">237</property>
            </transition>
            <transition id="mix3">
              <property name="a_track">0</property>
              <property name="b_track">3</property>
              <property name="mlt_service">mix</property>
              <property name="always_active">1</property>
              <property name="sum">1</property>
              <property name="internal_added">237</property>
            </transition>
          </tractor>
        </mlt>

        """)
  }
}
