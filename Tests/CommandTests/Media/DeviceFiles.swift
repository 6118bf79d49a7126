// SPDX-License-Identifier: MIT

import Foundation
import TestSupport

/// A file as some device or program writes it, made of a second and a half of noise at 48 kHz.
struct DeviceFile: Sendable, CustomStringConvertible {
  /// Its name.
  var name: String
  /// What ffmpeg is to do between its inputs and the name.
  var options: [String]
  /// By how much events come later in it than in the noise, in seconds.
  var delay: Double
  /// In seconds.
  var tolerance: Double
  /// How the sound lies in the input, relative to the picture.
  var offset = "0"
  var hasPicture = false
  /// Words of its notes.
  var note: String?

  var description: String { name }

  /// Makes files in a directory, all by one run of ffmpeg.
  static func make(
    _ devices: [DeviceFile], of sound: String, in directory: String
  ) throws -> CommandResult {
    var inputs = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=3.5"]
    var outputs: [String] = []
    for (index, offset) in Set(devices.map(\.offset)).enumerated() {
      inputs += ["-itsoffset", offset, "-i", sound]
      for device in devices where device.offset == offset {
        outputs +=
          (device.hasPicture ? ["-map", "0:v"] : []) + ["-map", "\(index + 1):a"] + device.options
          + ["file:" + directory + "/" + device.name]
      }
    }
    return try run("ffmpeg", ["-nostdin", "-v", "error", "-y"] + inputs + outputs)
  }
}

/// A container that holds the sound's samples, or counts in them.
private let exact = 2e-6
/// One that counts in milliseconds.
private let coarse = 1e-3

/// The number of samples that encoders put before the sound, at 48 kHz.
private enum Priming {
  static let aac = 1024.0 / 48_000
  /// LAME: 576 samples, and 529 of the decoder.
  static let mp3 = 1105.0 / 48_000
  static let mp2 = 481.0 / 48_000
  static let ac3 = 256.0 / 48_000
  static let dts = 512.0 / 48_000
  static let opus = 312.0 / 48_000
  static let wma = 2048.0 / 48_000
}

extension DeviceFile {
  private static let h264 = ["-c:v", "libx264", "-preset", "ultrafast"]

  private static func sound(
    _ name: String, _ codec: String, _ delay: Double = 0, _ tolerance: Double = exact,
    filter: String = "anull", note: String? = nil
  ) -> DeviceFile {
    DeviceFile(
      name: name, options: ["-af", filter, "-strict", "-2", "-c:a", codec], delay: delay,
      tolerance: tolerance, note: note)
  }

  /// Sound from all sides, and none for the subwoofer.
  private static let surround = "pan=5.1|FL=c0|FR=c0|FC=c0|LFE=0*c0|BL=c0|BR=c0"
  /// Sound from the right (AmbiX: W, Y, Z, X): the mean of the channels is nothing.
  private static let ambisonic = "pan=4.0|c0=c0|c1=-1*c0|c2=0*c0|c3=0*c0"

  private static func video(
    _ name: String, _ options: [String], _ offset: String, _ delay: Double, _ tolerance: Double,
    note: String? = nil
  ) -> DeviceFile {
    DeviceFile(
      name: name, options: options, delay: delay, tolerance: tolerance, offset: offset,
      hasPicture: true, note: note)
  }

  /// Sound alone. Where a container hides what the encoder put before the sound, that is no delay;
  /// where it cannot, it is there for every player.
  static let sounds: [DeviceFile] = [
    sound("apple.m4a", "aac"), sound("lossless.m4a", "alac"), sound("mp3.mp4", "libmp3lame"),
    sound("opus.mp4", "libopus"), sound("ac3.mp4", "ac3"), sound("quicktime.mov", "pcm_s24be"),
    sound("adpcm.mov", "adpcm_ima_qt"), sound("song.mp3", "libmp3lame"),
    sound("song.opus", "libopus"), sound("song.ogg", "libvorbis"), sound("song.flac", "flac"),
    sound("song.wv", "wavpack"), sound("song.tta", "tta"), sound("song.aiff", "pcm_s16be"),
    sound("song.caf", "alac"), sound("song.au", "pcm_s16be"), sound("song.w64", "pcm_s24le"),
    sound("song.mka", "flac"), sound("pcm.mka", "pcm_s16le"),
    sound("opus.webm", "libopus", 0, coarse), sound("mp3.mkv", "libmp3lame", Priming.mp3, coarse),
    sound("ac3.mka", "ac3", Priming.ac3, coarse), sound("mp3.avi", "libmp3lame", Priming.mp3),
    sound("call.wma", "wmav2", Priming.wma, coarse), sound("old.rm", "ac3", Priming.ac3, coarse),
    sound("broadcast.gxf", "pcm_s16le"), sound("pcm.nut", "pcm_s16le"),
    sound("ac3.ts", "ac3", Priming.ac3), sound("opus.ts", "libopus", Priming.opus),
    sound("bluray.m2ts", "pcm_bluray"), sound("dvd.vob", "ac3", Priming.ac3),
    sound("bare.aac", "aac", Priming.aac, note: "has no clock"),
    sound("bare.ac3", "ac3", Priming.ac3, note: "has no clock"),
    sound("bare.eac3", "eac3", Priming.ac3, note: "has no clock"),
    sound("bare.dts", "dca", Priming.dts, note: "has no clock"),
    sound("bare.mp2", "mp2", Priming.mp2), sound("lossless.thd", "truehd"),
    sound("surround.m4a", "aac", filter: surround), sound("surround.mov", "ac3", filter: surround),
    sound("surround.mka", "flac", filter: surround),
    sound("surround.wav", "pcm_s24le", filter: surround),
    sound("surround.opus", "libopus", filter: surround),
    sound("ambisonic.wav", "pcm_f32le", filter: ambisonic, note: "channel 1 is used"),
    sound("ambisonic.mka", "pcm_s24le", filter: ambisonic, note: "channel 1 is used"),
    sound("ambisonic.flac", "flac", filter: ambisonic, note: "channel 1 is used"),
    sound(
      "opposite.m4a", "alac", filter: "pan=stereo|c0=c0|c1=-1*c0", note: "channel 1 is used"),
    sound("dead.m4a", "aac", filter: "pan=stereo|c0=c0|c1=0*c0"),
    DeviceFile(
      name: "fragments.mp4", options: ["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"],
      delay: Priming.aac, tolerance: exact),
  ]

  /// A picture, and sound that starts with it, before it or after it; with `OVERLAP_TEST_ALL` in the
  /// environment each container meets four offsets, and else the two that say most.
  static let videos: [DeviceFile] =
    offsets.flatMap { offset, delay in
      // Whose sound comes before the picture start with the sound, and what is before it.
      let isLate = delay > 0
      let note = isLate ? "starts at" : nil
      func shown(_ priming: Double) -> Double { isLate ? delay : priming }
      return [
        // MP4 cuts off what comes before its zero. ffmpeg writes when sound starts in milliseconds.
        video(
          "phone\(offset).mp4", h264 + ["-c:a", "aac"], offset, delay, isLate ? coarse : exact,
          note: note),
        video(
          "camera\(offset).mov", h264 + ["-c:a", "pcm_s16le"], offset, delay, exact, note: note),
        video(
          "screen\(offset).mkv", h264 + ["-c:a", "aac"], offset, shown(Priming.aac), coarse,
          note: note),
        video(
          "pcm\(offset).mkv", h264 + ["-c:a", "pcm_s16le"], offset, shown(0), exact, note: note),
        video(
          "tv\(offset).ts", h264 + ["-c:a", "aac"], offset, shown(Priming.aac), exact * 10,
          note: note),
        video(
          "dvd\(offset).mpg", ["-c:v", "mpeg2video", "-r", "25", "-c:a", "mp2"], offset,
          shown(Priming.mp2), exact * 10, note: note),
        video(
          "stream\(offset).flv", ["-c:v", "flv", "-ar", "44100", "-c:a", "libmp3lame"], offset,
          shown(1105.0 / 44_100), coarse, note: note),
        video(
          "windows\(offset).wmv", ["-c:v", "wmv2", "-c:a", "wmav2"], offset, shown(Priming.wma),
          coarse,
          note: note),
        video(
          "film\(offset).ogv", ["-c:v", "libtheora", "-c:a", "libvorbis"], offset, delay, exact,
          note: note),
        video(
          "pcm\(offset).nut", ["-c:v", "mpeg4", "-c:a", "pcm_s16le"], offset, shown(0), exact,
          note: note),
      ]
    } + [
      video("camera.avi", ["-c:v", "mpeg4", "-c:a", "pcm_s16le"], "0", 0, exact),
      video(
        "broadcast.mxf", ["-c:v", "mpeg2video", "-r", "25", "-c:a", "pcm_s16le"], "0", 0, exact),
      video("old.3gp", ["-c:v", "h263", "-s", "176x144", "-c:a", "aac"], "0", 0, exact),
      video(
        "page.webm", ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis"], "0.08", 0.08,
        coarse),
    ]

  private static let offsets: [(String, Double)] =
    [("1.5", 1.5), ("-0.08", -0.08)]
    + (ProcessInfo.processInfo.environment["OVERLAP_TEST_ALL"] == nil
      ? [] : [("0", 0), ("0.08", 0.08)])

  /// Sound of which half a second in the middle never came.
  static let gaps: [DeviceFile] = [
    video("gap.mp4", h264 + lost + ["-c:a", "aac"], "0", 0, exact, note: "leave out 0.512 s"),
    video(
      "gap.mkv", h264 + lost + ["-c:a", "pcm_s16le"], "0", 0, exact, note: "leave out 0.512 s"),
    video(
      "gap.ts", h264 + lost + ["-c:a", "aac"], "0", Priming.aac, exact * 10,
      note: "leave out 0.512 s"),
    video(
      "gap.webm", ["-c:v", "libvpx", "-deadline", "realtime"] + lost + ["-c:a", "libopus"], "0",
      0, coarse, note: "leave out 0.51"),
  ]

  private static let lost = ["-af", "aselect='not(between(t,0.5,1.01))'"]
}
