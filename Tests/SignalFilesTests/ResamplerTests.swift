// SPDX-License-Identifier: MIT

import Platform
import SignalFiles
import Testing

@Suite("Resampling keeps a band-limited signal, and its place in time")
struct ResamplerTests {
  /// A sum of sinusoids, which has a value at every time.
  static func tone(_ seconds: Double) -> Double {
    let frequencies = [63.7, 440.0, 1234.5, 5000.1, 9876.5, 15_000.3]
    return frequencies.enumerated().reduce(0) { sum, entry in
      sum + sin(2 * .pi * entry.element * seconds + Double(entry.offset)) / 8
    }
  }

  static func sampled(_ rate: Double, seconds: Double) -> [Float] {
    (0..<Int((rate * seconds).rounded())).map { Float(tone(Double($0) / rate)) }
  }

  @Test(
    "The samples are those of the same signal at the other rate",
    arguments: [(44100.0, 48000.0), (48000, 44100), (44100, 96000), (48000, 50_000.5)])
  func accuracy(source: Double, target: Double) throws {
    let seconds = 1.0
    let result = try resample(Self.sampled(source, seconds: seconds), from: source, to: target)
    #expect(result.count == Int((target * seconds).rounded()))
    // At both ends the signal starts and stops, which is not band-limited.
    let margin = Int(0.05 * target)
    var noise = 0.0
    var slope = 0.0
    var power = 0.0
    for index in margin..<result.count - margin {
      let time = Double(index) / target
      let error = Double(result[index]) - Self.tone(time)
      let derivative = (Self.tone(time + 1e-7) - Self.tone(time - 1e-7)) / 2e-7
      noise = max(noise, abs(error))
      slope += error * derivative
      power += derivative * derivative
    }
    // The delay that explains the error best, in seconds: 1e-10 is 1/200 000 of a sample.
    #expect(abs(slope / power) < 1e-10)
    #expect(noise < 2e-6)
  }

  @Test("Equal rates, no samples, one sample")
  func degenerate() throws {
    #expect(try resample([1, 2, 3], from: 8000, to: 8000) == [1, 2, 3])
    #expect(try resample([], from: 8000, to: 16000) == [])
    #expect(try resample([1], from: 8000, to: 16000).count == 2)
    #expect(try resample([1, 1, 1], from: 16000, to: 8000).count == 2)
  }

  @Test("Rates that are none are refused", arguments: [0, -1, .nan, .infinity])
  func invalidRates(rate: Double) {
    #expect(throws: ResamplingError.self) { try resample([1, 2], from: rate, to: 8000) }
    #expect(throws: ResamplingError.self) { try resample([1, 2], from: 8000, to: rate) }
    #expect(throws: ResamplingError.self) { try resample([1, 2], from: rate, to: rate) }
  }

  @Test("A stream in blocks of any size gives the samples of the whole", arguments: [1, 63, 5000])
  func streaming(blockFrames: Int) throws {
    let channels = 2
    let mono = Self.sampled(44100, seconds: 0.2)
    let whole = try resample(mono, from: 44100, to: 48000)
    let stereo = mono.flatMap { [$0, -$0] }

    var resampler = try Resampler(from: 44100, to: 48000, channelCount: channels)
    var output = [Float](repeating: 0, count: 400 * channels)
    var result: [Float] = []
    var rest = stereo.span
    while !rest.isEmpty {
      let block = rest.extracting(first: blockFrames * channels)
      var target = output.mutableSpan
      let step = try resampler.process(block, into: &target)
      result += output[..<(step.produced * channels)]
      rest = rest.extracting(droppingFirst: step.consumed * channels)
    }
    while true {
      var target = output.mutableSpan
      let produced = try resampler.finish(into: &target)
      if produced == 0 { break }
      result += output[..<(produced * channels)]
    }
    #expect(result.count / channels == whole.count)
    for index in whole.indices {
      #expect(abs(result[2 * index] - whole[index]) < 1e-6)
      #expect(abs(result[2 * index + 1] + whole[index]) < 1e-6)
    }
  }
}
