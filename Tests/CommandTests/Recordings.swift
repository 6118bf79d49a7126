// SPDX-License-Identifier: MIT

import SignalFiles
import TestSupport

// Files for the command to read.
extension TemporaryFiles {
  /// Writes a recording of one channel.
  func write(
    _ samples: [Float], _ name: String, rate: Int = 8000, as kind: SampleFormat = .float32
  ) throws -> String {
    try write(channels: [samples], name, rate: rate, as: kind)
  }

  /// Writes a recording of several channels.
  func write(
    channels: [[Float]], _ name: String, rate: Int = 8000, as kind: SampleFormat = .float32,
    tags: [AudioTag: String] = [:]
  ) throws -> String {
    try AudioRecording(channels: channels, sampleRate: rate)
      .write(to: path(name), samples: kind, tags: tags)
    return path(name)
  }

  /// Writes an array.
  func write<Element: NumPyElement>(
    _ shape: [Int], _ elements: [Element], _ name: String
  ) throws -> String {
    try NumPyArray(shape: shape, elements).write(to: path(name))
    return path(name)
  }

  /// Reads an array.
  func read(_ name: String) throws -> NumPyArray { try NumPyArray(path: path(name)) }
}

/// White noise with a standard deviation of 0.1.
func noise(_ count: Int, seed: UInt64) -> [Float] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in Float(0.1 * generator.normal()) }
}

/// A sound with another besides, `gain` times as loud.
func mixed(_ sound: ArraySlice<Float>, _ other: [Float], _ gain: Float) -> [Float] {
  zip(sound, other).map { first, second in 0.7 * (first + gain * second) }
}

/// A sound in two files, a reference and another in which everything comes 1000 samples later, an
/// eighth of a second.
final class TwoRecordings {
  let files = TemporaryFiles()
  /// What is in the other.
  let sound: [Float]
  let reference: String
  let other: String

  /// - Parameters:
  ///   - count: How many samples the other has.
  ///   - kind: How it keeps them.
  init(of count: Int, seed: UInt64, as kind: SampleFormat = .float32) {
    sound = noise(count, seed: seed)
    do {
      reference = try files.write(Array(sound.dropFirst(1000)), "reference.wav")
      other = try files.write(sound, "other.wav", as: kind)
    } catch {
      preconditionFailure("no recordings: \(error)")
    }
  }
}

/// A suite that begins with two recordings.
protocol OfTwoRecordings {
  var recordings: TwoRecordings { get }
}

extension OfTwoRecordings {
  var files: TemporaryFiles { recordings.files }
  var sound: [Float] { recordings.sound }
  var reference: String { recordings.reference }
  var other: String { recordings.other }
}
