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
    guard bytes.starts(with: pngSignature) else {
      throw .unrecognized(path: path, expected: "an image in the PNG format")
    }
    var image = cpng_image()
    guard decode(bytes, &image) else {
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
      var samples = [Sample](repeating: 0, count: count)
      guard decode(bytes, &image, into: &samples) else {
        throw .damaged(path: path, problem: image.problemText)
      }
      return samples
    }
    self.init(
      height: height, width: width, channels: channels,
      image.depth == 8
        ? .uint8(try samples(UInt8.self)) : .uint16(try samples(UInt16.self)))
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
    var sink = try PNGSink(path: path)
    let isWritten: Bool
    switch samples {
    case .uint8(let samples):
      image.depth = 8
      isWritten = sink.encode(samples, &image)
    case .uint16(let samples):
      image.depth = 16
      isWritten = sink.encode(samples, &image)
    }
    try sink.finish(succeeded: isWritten, problem: image.problemText)
  }
}

/// The eight bytes that every PNG file begins with.
private let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

/// Reads the description of an image only.
private func decode(_ bytes: [UInt8], _ image: inout cpng_image) -> Bool {
  unsafe bytes.withUnsafeBufferPointer {
    unsafe cpng_read($0.baseAddress, $0.count, &image, nil) != 0
  }
}

/// Reads an image whose size is known into `samples`.
private func decode<Sample: FixedWidthInteger>(
  _ bytes: [UInt8], _ image: inout cpng_image, into samples: inout [Sample]
) -> Bool {
  unsafe samples.withUnsafeMutableBytes { target in
    let pixels = unsafe target.baseAddress?.assumingMemoryBound(to: UInt8.self)
    return unsafe bytes.withUnsafeBufferPointer {
      unsafe cpng_read($0.baseAddress, $0.count, &image, pixels) != 0
    }
  }
}

/// A PNG file that is being written.
private struct PNGSink: ~Copyable {
  private var file: AtomicFile
  private var failure: String?

  init(path: String) throws(SignalFileError) { file = try AtomicFile(path: path) }

  /// Writes the image of `samples`; false if that fails.
  mutating func encode<Sample: FixedWidthInteger>(
    _ samples: [Sample], _ image: inout cpng_image
  ) -> Bool {
    unsafe samples.withUnsafeBytes { source in
      unsafe withUnsafeMutablePointer(to: &self) { context in
        unsafe cpng_write(
          &image, source.baseAddress?.assumingMemoryBound(to: UInt8.self),
          { context, bytes, count in
            guard let sink = unsafe context?.assumingMemoryBound(to: PNGSink.self) else { return 0 }
            let source = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
            unsafe sink.pointee.failure = unsafe sink.pointee.file.append(source)
            return unsafe sink.pointee.failure == nil ? 1 : 0
          }, context) != 0
      }
    }
  }

  /// Gives the file its name, or says why it could not be written.
  mutating func finish(succeeded: Bool, problem: String) throws(SignalFileError) {
    guard succeeded else {
      throw .writeFailed(path: file.path, reason: failure ?? problem)
    }
    try file.commit()
  }
}

extension cpng_image {
  /// What libpng said.
  fileprivate var problemText: String {
    unsafe withUnsafeBytes(of: problem) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
