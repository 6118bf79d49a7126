// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// The size of a batch of feature maps: images, channels, rows and columns, as frameworks order
/// them ("NCHW").
public struct FeatureMapShape: Hashable, Codable, Sendable, CustomStringConvertible {
  /// The number of images in the batch.
  public let images: Int
  /// The number of channels of an image.
  public let channels: Int
  /// The number of rows of a channel.
  public let rows: Int
  /// The number of columns of a channel.
  public let columns: Int

  /// Creates a shape.
  ///
  /// - Throws: ``LayerError/invalidShape(_:)`` if a size is negative or all of them together
  ///   overflow.
  public init(images: Int, channels: Int, rows: Int, columns: Int) throws(LayerError) {
    _ = try checkedElementCount([images, channels, rows, columns])
    self.images = images
    self.channels = channels
    self.rows = rows
    self.columns = columns
  }

  /// Decodes a shape.
  ///
  /// - Throws: as ``init(images:channels:rows:columns:)``, and what the decoder throws.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func size(_ key: CodingKeys) throws -> Int { try values.decode(Int.self, forKey: key) }
    try self.init(
      images: size(.images), channels: size(.channels), rows: size(.rows), columns: size(.columns))
  }

  /// The number of elements of the batch.
  public var elementCount: Int { images * channels * rows * columns }

  /// The numbers of rows and columns.
  package var size: ConvolutionLayer.Extent { .init(rows: rows, columns: columns) }

  var planeCount: Int { rows * columns }

  /// The shape as `images x channels x rows x columns`.
  public var description: String { "\(images)x\(channels)x\(rows)x\(columns)" }
}

/// The most elements for which no size or offset overflows: far beyond any memory.
let maximumElementCount = Int.max >> 12

/// The product of `sizes`, unless one is negative or the others overflow, even beside a zero.
func checkedElementCount(_ sizes: [Int]) throws(LayerError) -> Int {
  var product = 1
  for size in sizes {
    guard size >= 0 else { throw .invalidShape(sizes) }
    let (next, overflows) = product.multipliedReportingOverflow(by: max(size, 1))
    guard !overflows, next <= maximumElementCount else { throw .invalidShape(sizes) }
    product = next
  }
  return sizes.contains(0) ? 0 : product
}

/// The product of `sizes`, if this machine's memory has room for so many `Double`s.
@discardableResult
func storableElementCount(_ sizes: [Int]) throws(LayerError) -> Int {
  let count = try checkedElementCount(sizes)
  // To ask takes longer than a small layer does.
  guard count > 1 << 20 else { return count }
  let limit = availableMemory() / 8
  guard count <= limit else { throw .tooLarge(elements: count, limit: limit) }
  return count
}

/// Lets `body` write feature maps of `shape`, if they have elements, into the memory of `output`.
func write<Scalar, Out>(
  _ shape: FeatureMapShape, into output: inout Out,
  _ body: (SharedBuffer<Scalar>) throws(LayerError) -> Void
) throws(LayerError)
where Out: MutableContiguousSamples & ~Copyable & ~Escapable, Out.Element == Scalar {
  var span = output._mutableSpan()
  guard span.count == shape.elementCount else {
    throw .wrongElementCount(expected: shape.elementCount, actual: span.count)
  }
  guard span.count > 0 else { return }
  var failure: LayerError?
  span.withShared { out in
    do throws(LayerError) { try body(out) } catch { failure = error }
  }
  if let failure { throw failure }
}
