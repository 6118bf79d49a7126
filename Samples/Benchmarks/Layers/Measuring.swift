// SPDX-License-Identifier: MIT

import BenchmarkSupport
import CorrelationLayers
import Foundation

/// A line of input that cannot be understood.
struct BadRequest: Error {
  let text: String
}

/// The whole numbers among `words`.
func numbers(_ words: some Sequence<String>) throws -> [Int] {
  try words.map {
    guard let number = Int($0) else { throw BadRequest(text: $0) }
    return number
  }
}

/// Writes out what was printed: a pipe would keep it back.
func flush() { fflush(nil) }

/// Reproducible numbers between -1 and 1, different for each `salt`.
func testMaps(_ images: Int, _ channels: Int, _ rows: Int, _ columns: Int, salt: UInt32) throws
  -> FeatureMaps<Float>
{
  let shape = try FeatureMapShape(images: images, channels: channels, rows: rows, columns: columns)
  var state = salt &* 2_654_435_761 &+ 1
  let elements = (0..<shape.elementCount).map { _ in
    // Marsaglia's xorshift, 2003.
    state ^= state << 13
    state ^= state >> 17
    state ^= state << 5
    return Float(Int32(bitPattern: state)) / Float(1 << 31)
  }
  return try FeatureMaps(shape: shape, elements: elements)
}

/// The seconds that `body` takes, of the processor on one thread and of the clock on several, and those of
/// the probe.
func timing(threads: Int, _ body: () throws -> Void) throws -> String {
  let probe = ProcessorProbe(threads: threads)
  let before = probe.seconds()
  let once = {
    try body()
    return 1
  }
  let time =
    threads == 1
    ? try processorSeconds(calls: 1, once) : try ContinuousClock().measure(body) / .seconds(1)
  return "\(time) \(max(before, probe.seconds()))"
}
