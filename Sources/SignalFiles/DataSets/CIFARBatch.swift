// SPDX-License-Identifier: MIT

/// A batch of the CIFAR-10 data set: colour images of 32 by 32 pixels and what they show.
public struct CIFARBatch: Sendable, Equatable {
  /// The classes, from 0 to 9: aeroplane, car, bird, cat, deer, dog, frog, horse, ship, lorry.
  public let labels: [UInt8]
  /// The images: images x 3 (red, green, blue) x 32 x 32.
  public let images: NumPyArray

  /// The bytes of an image: a label, and three planes row by row.
  private static let recordCount = 1 + 3 * 32 * 32

  /// Reads a binary batch (`data_batch_1.bin`), plain or compressed by gzip.
  ///
  /// The format is that of "Learning multiple layers of features from tiny images" (Krizhevsky,
  /// 2009): one record after another, without a header.
  ///
  /// - Throws: ``SignalFileError`` if the file does not consist of whole records of known labels.
  /// - Complexity: O(size of the file).
  public init(path: String) throws(SignalFileError) {
    let file = try CompressedFile(path: path)
    var labels: [UInt8] = []
    var pixels: [UInt8] = []
    while true {
      let record = try file.read(Self.recordCount)
      guard let label = record.first else { break }
      guard label <= 9 else {
        throw .unrecognized(path: path, expected: "a binary batch of CIFAR-10")
      }
      guard record.count == Self.recordCount else {
        throw .truncated(
          path: path, expected: (labels.count + 1) * Self.recordCount,
          actual: labels.count * Self.recordCount + record.count, unit: "bytes")
      }
      try pixels.makeRoom(for: Self.recordCount, of: path)
      labels.append(label)
      pixels += record.dropFirst()
    }
    guard !labels.isEmpty else { throw .empty(path: path) }
    self.labels = labels
    images = NumPyArray(shape: [labels.count, 3, 32, 32], pixels)
  }
}
