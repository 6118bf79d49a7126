import Foundation
import SignalFiles
import TestSupport

/// Files for the command to read, in a directory that goes when the value ends.
final class Recordings {
  let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("overlap-command-\(UUID().uuidString)").path

  init() throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  func path(_ name: String) -> String { directory + "/" + name }

  /// Writes a file of one channel.
  func write(
    _ samples: [Float], _ name: String, rate: Int = 8000, as kind: AudioFormat.Samples = .float32
  ) throws -> String {
    try write(channels: [samples], name, rate: rate, as: kind)
  }

  /// Writes a file of several channels.
  func write(
    channels: [[Float]], _ name: String, rate: Int = 8000, as kind: AudioFormat.Samples = .float32,
    metadata: AudioMetadata = AudioMetadata()
  ) throws -> String {
    let frames = channels[0].indices.flatMap { frame in channels.map { $0[frame] } }
    var writer = try AudioWriter(
      path: path(name), sampleRate: rate, channelCount: channels.count, samples: kind,
      metadata: metadata, frameCount: channels[0].count)
    try writer.write(frames.span)
    try writer.finish()
    return path(name)
  }

  func write(bytes: [UInt8], _ name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }
}

/// White noise with a standard deviation of 0.1.
func noise(_ count: Int, seed: UInt64) -> [Float] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in Float(0.1 * generator.normal()) }
}
