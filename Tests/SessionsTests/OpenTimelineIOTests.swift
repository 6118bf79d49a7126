// SPDX-License-Identifier: MIT

import Testing

import Sessions

/// The recorder of the small timeline, to the sample, with its warp.
@Suite struct OpenTimelineIOTests {
  @Test func writesSoundToTheSample() {
    #expect(
      SmallTimeline.text(.otio, tracks: 1..<2) == """
        {
          "OTIO_SCHEMA": "Timeline.1",
          "name": "Small",
          "metadata": {},
          "global_start_time": null,
          "tracks": {
            "OTIO_SCHEMA": "Stack.1",
            "name": "tracks",
            "metadata": {},
            "source_range": null,
            "effects": [],
            "markers": [],
            "enabled": true,
            "children": [
              {
                "OTIO_SCHEMA": "Track.1",
                "name": "Rec",
                "metadata": {},
                "source_range": null,
                "effects": [],
                "markers": [],
                "enabled": true,
                "kind": "Audio",
                "children": [
                  {
                    "OTIO_SCHEMA": "Gap.1",
                    "name": "",
                    "metadata": {},
                    "source_range": {
                      "OTIO_SCHEMA": "TimeRange.1",
                      "start_time": {
                        "OTIO_SCHEMA": "RationalTime.1",
                        "rate": 48000.0,
                        "value": 0.0
                      },
                      "duration": {
                        "OTIO_SCHEMA": "RationalTime.1",
                        "rate": 48000.0,
                        "value": 4800.0
                      }
                    },
                    "effects": [],
                    "markers": [],
                    "enabled": true
                  },
                  {
                    "OTIO_SCHEMA": "Clip.2",
                    "name": "r.wav",
                    "metadata": {},
                    "source_range": {
                      "OTIO_SCHEMA": "TimeRange.1",
                      "start_time": {
                        "OTIO_SCHEMA": "RationalTime.1",
                        "rate": 48000.0,
                        "value": 12000.0
                      },
                      "duration": {
                        "OTIO_SCHEMA": "RationalTime.1",
                        "rate": 48000.0,
                        "value": 240000.0
                      }
                    },
                    "effects": [
                      {
                        "OTIO_SCHEMA": "LinearTimeWarp.1",
                        "name": "",
                        "metadata": {},
                        "effect_name": "LinearTimeWarp",
                        "enabled": true,
                        "time_scalar": 1.0002
                      }
                    ],
                    "markers": [],
                    "enabled": true,
                    "media_references": {
                      "DEFAULT_MEDIA": {
                        "OTIO_SCHEMA": "ExternalReference.1",
                        "name": "r.wav",
                        "metadata": {},
                        "target_url": "file:///m/r.wav",
                        "available_range": {
                          "OTIO_SCHEMA": "TimeRange.1",
                          "start_time": {
                            "OTIO_SCHEMA": "RationalTime.1",
                            "rate": 48000.0,
                            "value": 0.0
                          },
                          "duration": {
                            "OTIO_SCHEMA": "RationalTime.1",
                            "rate": 48000.0,
                            "value": 2880000.0
                          }
                        },
                        "available_image_bounds": null
                      }
                    },
                    "active_media_reference_key": "DEFAULT_MEDIA"
                  }
                ]
              }
            ]
          }
        }

        """)
  }
}
