// SPDX-License-Identifier: MIT

// A filter in the callback of a sound card: each block of samples goes in, and its results come out at
// once, by a kernel of two seconds. Here a loop stands for the sound card.

import Convolution
import Foundation

/// What belongs to the thread that the sound card calls: a filter for each channel.
final class LiveFilter {
  private var filters: [StreamingFilter<Float>]

  init(kernels: [[Float]]) throws {
    filters = try kernels.map { try StreamingFilter(kernel: $0) }
  }

  /// The callback: takes no lock and no memory, and never waits.
  func process(channel: Int, _ input: Span<Float>, into output: inout MutableSpan<Float>) {
    do {
      try filters[channel].push(input, into: &output)
    } catch {
      // Only if the two blocks differ in length.
      for index in output.indices { output[index] = 0 }
    }
  }
}

/// Noise, always the same.
func noise(_ count: Int, seed: UInt32) -> [Float] {
  var state = seed
  return (0..<count).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return Float(state >> 8) / Float(1 << 23) - 1
  }
}

let rate = 48_000
/// Noise that dies away: two seconds of it.
func room(seed: UInt32) -> [Float] {
  var samples = noise(2 * rate, seed: seed)
  for index in samples.indices { samples[index] *= 0.02 * exp(-4 * Float(index) / Float(rate)) }
  return samples
}
let kernels = [room(seed: 1), room(seed: 2)]
let sound = (0..<2).map { noise(rate, seed: UInt32($0 + 10)) }
let filter = try LiveFilter(kernels: kernels)

/// The sound card: it asks for blocks of `count` samples of each channel, and plays what it gets.
func played(_ sound: [[Float]], by filter: LiveFilter, count: Int) -> [[Float]] {
  var played = [[Float]](repeating: [], count: sound.count)
  var output = [Float](repeating: 0, count: count)
  for start in stride(from: 0, through: sound[0].count - count, by: count) {
    for channel in sound.indices {
      let samples = sound[channel]
      let input = samples.span.extracting(start..<start + count)
      var target = output.mutableSpan
      filter.process(channel: channel, input, into: &target)
      played[channel] += output
    }
  }
  return played
}
let heard = played(sound, by: filter, count: 256)

for channel in 0..<2 {
  let whole = convolve(sound[channel], kernels[channel])
  let difference = zip(heard[channel], whole).map { abs($0 - $1) }.max() ?? 1
  print("channel \(channel): \(heard[channel].count) samples, ", terminator: "")
  print("as the whole convolution to a millionth: \(difference < 1e-6)")
}
