// SPDX-License-Identifier: MIT

import Alignment
import Platform
import SignalFiles

/// The sounds of a report: some seconds of two recordings, without and with the alignment, as FLAC in
/// base 64.
struct ReportSounds {
  private(set) var texts: [String] = []
  private var byteCount = 0
  private let limit: Int
  /// In how many places a pair can be listened to that places a recording, and any other.
  let placeCounts: (placing: Int, other: Int)

  /// In seconds: some words, or a bar. Judged.
  static var duration: Double { 3 }
  /// In each pair at most. Judged.
  static var placeCount: Int { 3 }
  /// For speech, and to hear whether two sounds fit.
  private static var sampleRate: Int { 12_000 }
  /// Of each sample below the loudest: 56 dB. FLAC keeps no more.
  private static var bits: Int { 10 }
  /// Bytes of the three sounds of a place, of which FLAC saves a third.
  private static var placeByteCount: Double {
    3 * duration * Double(sampleRate) * Double(bits) / 8 * 2 / 3 * 4 / 3
  }

  /// - Parameters:
  ///   - placingCount: The number of pairs that place a recording.
  ///   - otherCount: That of the other pairs.
  init(placingCount: Int, otherCount: Int, recordingCount: Int) {
    // A page of ten recordings has less than 5 MB with all else, a large one less than 15.
    limit = min(max(recordingCount, 10), 30) * 420_000
    let most = Int(Double(limit) / Self.placeByteCount)
    let choices = [(3, 3), (3, 2), (3, 1), (2, 1), (1, 1), (1, 0)]
    placeCounts =
      choices.first { $0.0 * placingCount + $0.1 * otherCount <= most } ?? (1, 0)
  }

  /// Adds what is heard from a time of the reference's file on; nil where there is nothing.
  mutating func add(
    _ time: Double, _ found: PairAlignment, _ reference: RecordingSource, _ other: RecordingSource
  ) throws(CommandFailure) -> JSONObject? {
    guard byteCount < limit, let aligned = found.estimate.map.otherTime(at: time) else {
      return nil
    }
    let starts = (found.compared.reference.track.start, found.compared.other.track.start)
    let speed = 1 + (found.estimate.map.stretches.last { $0.start <= time }?.rate ?? 0)
    let first = try excerpt(reference, from: time - starts.0)
    let after = try excerpt(other, from: aligned - starts.1, speed: speed)
    let before = try excerpt(other, from: time - starts.1)
    guard let first, let after else { return nil }
    return [
      "at": time, "duration": Self.duration, "reference": try add(first), "after": try add(after),
      "before": try before.map { samples throws(CommandFailure) in try add(samples) },
    ]
  }

  /// Samples from a time of a source on, at the rate of the page; nil where it has none there.
  private func excerpt(
    _ source: RecordingSource, from start: Double, speed: Double = 1
  ) throws(CommandFailure) -> [Float]? {
    let rate = source.sampleRate
    let count = Int(Self.duration * Double(Self.sampleRate))
    let warp = TimeWarp(start: start * rate, step: speed * rate / Double(Self.sampleRate))
    let needed = warp.inputRange(for: 0..<count)
    let inside = needed.clamped(to: 0..<source.frameCount)
    guard !inside.isEmpty else { return nil }
    var input = [Float](repeating: 0, count: needed.count)
    do {
      var all = input.mutableSpan
      var part = all._mutatingExtracting(
        inside.lowerBound - needed.lowerBound..<inside.upperBound - needed.lowerBound)
      try source.read(at: inside.lowerBound, into: &part)
    } catch let error as SignalFileError {
      throw CommandFailure(error)
    } catch {
      return nil
    }
    var result = [Float](repeating: 0, count: count)
    var target = result.mutableSpan
    warp.apply(input.span, outputs: 0..<count, into: &target)
    return result
  }

  /// The number of a sound among all.
  private mutating func add(_ samples: [Float]) throws(CommandFailure) -> Int {
    let bytes: [UInt8]
    do throws(SignalFileError) {
      bytes = try flac(samples)
    } catch {
      throw CommandFailure(error)
    }
    let text = base64(bytes)
    byteCount += text.utf8.count
    texts.append(text)
    return texts.count - 1
  }

  private func flac(_ samples: [Float]) throws(SignalFileError) -> [UInt8] {
    let loudest = samples.reduce(0) { max($0, abs($1)) }
    // The page makes sounds equally loud: of quiet ones fewer bits would be left.
    let gain = loudest > 0 && loudest.isFinite ? 0.5 / loudest : 0
    let steps = Float(1 << (Self.bits - 1))
    let (path, descriptor) = try TemporaryFile.make(suffix: ".flac")
    close(descriptor)
    defer { TemporaryFile.remove(path) }
    var writer = try AudioWriter(
      path: path, sampleRate: Self.sampleRate, channelCount: 1, samples: .pcm16)
    let rounded = samples.map { ($0 * gain * steps).rounded() / steps }
    try writer.write(rounded.span)
    try writer.finish()
    return try readBytes(path: path)
  }
}

/// The bytes as text of four characters for every three (RFC 4648, section 4).
private func base64(_ bytes: [UInt8]) -> String {
  let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let count = min(3, bytes.count - start)
    let value = (0..<3).reduce(0) { $0 << 8 | ($1 < count ? Int(bytes[start + $1]) : 0) }
    for place in 0..<4 {
      text.append(place <= count ? digits[value >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}
