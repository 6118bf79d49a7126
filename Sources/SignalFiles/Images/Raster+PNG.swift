// SPDX-License-Identifier: MIT

import CPNG

extension Raster {
  /// Reads a PNG file: grey or colour, with or without alpha, of any depth.
  ///
  /// Palettes become colours, and grey of fewer than 8 bits is spread over 8. Samples of 8 and 16
  /// bits are those of the file: nothing is corrected for gamma.
  ///
  /// - Throws: ``SignalFileError``: no such file, not a PNG file, or a damaged one.
  /// - Complexity: O(number of pixels).
  public init(path: String) throws(SignalFileError) {
    let bytes = try InputFile(path: path).wholeBytes()
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      throw .unrecognized(path: path, expected: "an image in the PNG format")
    }
    var image = cpng_image()
    guard unsafe decode(bytes, &image, into: UnsafeMutableRawBufferPointer(start: nil, count: 0))
    else {
      throw .damaged(path: path, problem: image.problemText)
    }
    let channels = Raster.Channels(rawValue: Int(image.channels))
    guard let channels, image.depth == 8 || image.depth == 16 else {
      throw .damaged(path: path, problem: "its pixels are of no known kind")
    }
    let height = Int(image.height)
    let width = Int(image.width)
    // Bounded by the size of the file: see `cpng_read`.
    let count = height * width * channels.rawValue
    func samples<Sample: FixedWidthInteger>(_: Sample.Type) throws(SignalFileError) -> [Sample] {
      // Beside the samples stand their planes, as soon as anything is done with them.
      try requireMemory(
        count * (MemoryLayout<Sample>.size + MemoryLayout<Float>.size), for: path)
      var isDecoded = false
      // Memory is taken as rows are decoded, and not for rows that may not be there.
      let samples = unsafe [Sample](unsafeUninitializedCapacity: count) { buffer, initialized in
        isDecoded = unsafe decode(bytes, &image, into: UnsafeMutableRawBufferPointer(buffer))
        initialized = isDecoded ? count : 0
      }
      guard isDecoded else { throw .damaged(path: path, problem: image.problemText) }
      return samples
    }
    self.init(
      height: height, width: width, channels: channels,
      image.depth == 8 ? .uint8(try samples(UInt8.self)) : .uint16(try samples(UInt16.self)))
  }

  /// Writes a PNG file; it appears when it is complete.
  ///
  /// - Throws: ``SignalFileError/cannotCreate(path:reason:)``, also for more than 2³¹ - 1 rows or
  ///   columns, and ``SignalFileError/writeFailed(path:reason:)``.
  /// - Complexity: O(number of pixels).
  public func write(to path: String) throws(SignalFileError) {
    guard let height = UInt32(exactly: height), let width = UInt32(exactly: width),
      max(height, width) <= 0x7FFF_FFFF
    else {
      throw .cannotCreate(path: path, reason: "PNG has no room for \(self.height) x \(self.width)")
    }
    var image = cpng_image()
    image.height = height
    image.width = width
    image.channels = CInt(channels.rawValue)
    var file = try AtomicFile(path: path)
    let isWritten: Bool
    switch samples {
    case .uint8(let samples):
      image.depth = 8
      isWritten = encode(samples, &image, to: &file)
    case .uint16(let samples):
      image.depth = 16
      isWritten = encode(samples, &image, to: &file)
    }
    guard isWritten else {
      throw .writeFailed(path: path, reason: file.failure ?? image.problemText)
    }
    try file.commit()
  }
}

/// Reads an image whose size is known into `target`, all of whose bytes it writes, or into none its
/// description only.
@unsafe private func decode(
  _ bytes: [UInt8], _ image: inout cpng_image, into target: UnsafeMutableRawBufferPointer
) -> Bool {
  let pixels = unsafe target.baseAddress?.assumingMemoryBound(to: UInt8.self)
  return unsafe bytes.withUnsafeBufferPointer {
    unsafe cpng_read($0.baseAddress, $0.count, &image, pixels) != 0
  }
}

/// Writes the image of `samples`; false if that fails.
private func encode<Sample: FixedWidthInteger>(
  _ samples: [Sample], _ image: inout cpng_image, to file: inout AtomicFile
) -> Bool {
  unsafe samples.withUnsafeBytes { source in
    unsafe withUnsafeMutablePointer(to: &file) { context in
      unsafe cpng_write(
        &image, source.baseAddress?.assumingMemoryBound(to: UInt8.self),
        { context, bytes, count in
          let file = unsafe context?.assumingMemoryBound(to: AtomicFile.self)
          let source = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
          guard let file = unsafe file else { return 0 }
          return unsafe file.pointee.append(source) == nil ? 1 : 0
        }, context) != 0
    }
  }
}

extension cpng_image {
  fileprivate var problemText: String {
    unsafe withUnsafeBytes(of: problem) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
