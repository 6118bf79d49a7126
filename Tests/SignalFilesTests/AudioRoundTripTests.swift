// SPDX-License-Identifier: MIT

import Platform
import SignalFiles
import TestSupport
import Testing

@Suite("Audio files give back what was written")
struct AudioRoundTripTests {
  let files = TemporaryFiles()

  @Test(
    "Integer and floating-point formats keep every sample exactly",
    arguments: ["wav", "aiff", "au", "caf", "w64", "flac"],
    [SampleFormat.pcm16, .pcm24, .pcm32, .float32, .float64])
  func exact(kind: String, samples: SampleFormat) throws {
    for channels in [1, 2, 3] {
      let path = files.path("sound.\(kind)")
      let signal = exactSamples(frames: 5000, channels: channels)
      try writeAudio(signal, to: path, sampleRate: 48000, channels: channels, as: samples)
      let recording = try AudioRecording(path: path)
      #expect(recording.sampleRate == 48000)
      #expect(recording.channels.count == channels)
      #expect(interleaved(recording) == signal)
      #expect(files.names == ["sound.\(kind)"])
    }
  }

  @Test("24 bits hold what 16 cannot", arguments: ["wav", "flac"])
  func twentyFourBits(kind: String) throws {
    let signal = (0..<1000).map { (index: Int) -> Float in
      let level = (index * 104729) % (1 << 24) - (1 << 23)
      return Float(level) / Float(1 << 23)
    }
    try writeAudio(signal, to: files.path("sound.\(kind)"), channels: 1, as: .pcm24)
    #expect(try AudioRecording(path: files.path("sound.\(kind)")).channels == [signal])
  }

  @Test(
    "Compressed formats keep the rate, the channels, the length and nearly the samples",
    arguments: ["ogg", "opus"])
  func lossy(kind: String) throws {
    let signal = (0..<48000).map { 0.5 * Float(sin(2 * .pi * Double($0 / 2) * 440 / 48000)) }
    try writeAudio(signal, to: files.path("sound.\(kind)"), sampleRate: 48000)
    let recording = try AudioRecording(path: files.path("sound.\(kind)"))
    #expect(recording.sampleRate == 48000)
    #expect(recording.channels.count == 2)
    #expect(recording.frameCount == 24000)
    let error = zip(interleaved(recording), signal).reduce(0) { sum, pair in
      sum + (pair.0 - pair.1) * (pair.0 - pair.1)
    }
    #expect((error / Float(signal.count)).squareRoot() < 0.05)
  }

  @Test("Integer samples are rounded to the nearest and limited to full scale, and that is counted")
  func limiting() throws {
    var writer = try AudioWriter(
      path: files.path("sound.wav"), sampleRate: 8000, channelCount: 1, samples: .pcm16)
    try writer.write([0.6 / 32768, 1, -1, 1.5, -1.5, .infinity, -.infinity, .nan, 0.5].span)
    #expect(writer.clippedSampleCount == 6)
    try writer.finish()
    let top: Float = 32767 / 32768
    #expect(
      try AudioRecording(path: files.path("sound.wav")).channels
        == [[1 / 32768, top, -1, top, -1, top, -1, 0, 0.5]])
  }

  @Test("The same samples give the same bytes", arguments: ["wav", "aiff", "flac", "caf"])
  func deterministic(kind: String) throws {
    let signal = exactSamples(frames: 3000, channels: 2)
    for name in ["a", "b"] {
      try writeAudio(signal, to: files.path("\(name).\(kind)"), as: .float32)
    }
    #expect(files.bytes("a.\(kind)") == files.bytes("b.\(kind)"))
  }

  @Test("Texts are kept", arguments: ["wav", "flac", "ogg"])
  func tags(kind: String) throws {
    let tags: [AudioTag: String] = [
      .title: "Rehearsal", .artist: "Ænima", .date: "2024-05-01",
    ]
    let path = files.path("sound.\(kind)")
    try writeAudio(exactSamples(frames: 2000, channels: 2), to: path, tags: tags)
    let reader = try AudioReader(path: path)
    #expect(reader.tags[.title] == "Rehearsal")
    #expect(reader.tags[.artist] == "Ænima")
    #expect(reader.tags[.date] == "2024-05-01")
  }

  @Test("A recording can be read by channel, or as the mean of its channels")
  func selection() throws {
    let signal = exactSamples(frames: 40000, channels: 3)
    let path = files.path("sound.wav")
    try writeAudio(signal, to: path, channels: 3)
    for channel in 0..<3 {
      #expect(
        try AudioRecording(path: path, channels: .channel(channel + 1)).channels
          == [stride(from: channel, to: signal.count, by: 3).map { signal[$0] }])
    }
    let mean = stride(from: 0, to: signal.count, by: 3).map { (first: Int) -> Float in
      let sum: Float = signal[first] + signal[first + 1] + signal[first + 2]
      return sum * (1 / 3)
    }
    #expect(try AudioRecording(path: path, channels: .mix).channels == [mean])
    for missing in [0, 4] {
      #expect(throws: SignalFileError.self) {
        try AudioRecording(path: path, channels: .channel(missing))
      }
    }
  }

  @Test("Reading by blocks gives the same frames, whatever the block", arguments: [2, 3, 7, 4096])
  func blocks(size: Int) throws {
    let signal = exactSamples(frames: 2500, channels: 2)
    try writeAudio(signal, to: files.path("sound.flac"))
    var reader = try AudioReader(path: files.path("sound.flac"))
    #expect(reader.frameCount == 2500)
    #expect(reader.format == AudioFormat(.flac, .pcm16))
    var block = [Float](repeating: 0, count: size)
    var all: [Float] = []
    while true {
      var target = block.mutableSpan
      let count = try reader.read(into: &target)
      if count == 0 { break }
      all += block[..<(count * 2)]
    }
    #expect(all == signal)
  }
}
