// SPDX-License-Identifier: MIT

/// An image as a file keeps it: integer samples of 8 or 16 bits, by rows from top to bottom, the
/// channels of a pixel one after the other.
public struct Raster: Sendable, Equatable {
  /// The samples, in their own type.
  package enum Samples: Sendable, Equatable {
    case uint8([UInt8]), uint16([UInt16])
  }

  /// What the channels of a pixel are.
  public enum Channels: Int, Sendable {
    /// Brightness.
    case grey = 1
    /// Brightness and alpha.
    case greyAlpha
    /// Red, green and blue.
    case color
    /// Red, green, blue and alpha.
    case colorAlpha

    /// The number of channels without alpha: 1 or 3.
    public var colorCount: Int { self == .grey || self == .greyAlpha ? 1 : 3 }

    /// Whether the last channel is alpha.
    package var hasAlpha: Bool { self == .greyAlpha || self == .colorAlpha }
  }

  /// The number of rows.
  public let height: Int
  /// The number of columns.
  public let width: Int
  /// What the channels of a pixel are.
  public let channels: Channels
  /// The samples: `height · width · channels.rawValue` of them.
  package let samples: Samples

  /// Creates an image.
  ///
  /// - Precondition: there are as many samples as the other arguments say, and at least one.
  package init(height: Int, width: Int, channels: Channels, _ samples: Samples) {
    let count =
      switch samples {
      case .uint8(let samples): samples.count
      case .uint16(let samples): samples.count
      }
    precondition(
      count > 0 && elementCount(of: [height, width, channels.rawValue]) == count,
      "\(count) samples do not make an image of \(height) x \(width) x \(channels.rawValue)")
    self.height = height
    self.width = width
    self.channels = channels
    self.samples = samples
  }

  /// The largest value of a sample: 255 or 65535.
  public var fullScale: Int {
    switch samples {
    case .uint8: 255
    case .uint16: 65535
    }
  }

  /// One channel by rows, `height · width` values in the samples' own scale of 0 to ``fullScale``.
  ///
  /// - Precondition: `channel` is below the number of channels.
  /// - Complexity: O(number of pixels).
  public func plane(_ channel: Int) -> [Float] {
    precondition(0..<channels.rawValue ~= channel, "there is no channel \(channel)")
    let indices = stride(
      from: channel, to: height * width * channels.rawValue, by: channels.rawValue)
    return switch samples {
    case .uint8(let samples): indices.map { Float(samples[$0]) }
    case .uint16(let samples): indices.map { Float(samples[$0]) }
    }
  }

  /// The image of planes such as ``plane(_:)`` gives, with samples of 8 or 16 bits.
  ///
  /// Values are rounded to the nearest integer and limited to 0…``fullScale``; NaN becomes 0.
  ///
  /// - Precondition: as many planes as `channels` says, each of `height · width` values; `bits` is
  ///   8 or 16.
  public init(height: Int, width: Int, channels: Channels, planes: [[Float]], bits: Int) {
    precondition(planes.count == channels.rawValue, "\(planes.count) planes")
    precondition(bits == 8 || bits == 16, "an image has 8 or 16 bits, not \(bits)")
    self.init(
      height: height, width: width, channels: channels,
      bits == 8 ? .uint8(interleaved(planes)) : .uint16(interleaved(planes)))
  }
}

/// Planes as interleaved integers, rounded and limited to the integers' range.
private func interleaved<Sample: FixedWidthInteger & UnsignedInteger>(
  _ planes: [[Float]]
) -> [Sample] {
  let top = Float(Sample.max)
  var result = [Sample](repeating: 0, count: planes.reduce(0) { $0 + $1.count })
  for (channel, plane) in planes.enumerated() {
    for (index, value) in plane.enumerated() where value > 0 {
      result[index * planes.count + channel] = Sample(min(value, top).rounded(.toNearestOrEven))
    }
  }
  return result
}
