/// Where the samples of one signal come from: an array, or a file that is read as it is needed.
///
/// Alignment reads every source once from its start to its end, and then again in some places;
/// sources of different signals are read at the same time. A file that is too long for memory is one
/// by way of a class that keeps a `ChannelReader` (of SignalFiles) in a `Mutex`.
public protocol SampleSource: Sendable {
  /// The number of samples in a second.
  var sampleRate: Int { get }
  /// The number of samples.
  var frameCount: Int { get }

  /// Fills `block` with the samples from `start` on: `start + block.count <= frameCount`.
  func read(at start: Int, into block: inout MutableSpan<Float>) throws
}

/// A signal in memory.
public struct ArraySource: SampleSource {
  /// The samples.
  public var samples: [Float]
  /// The number of samples in a second.
  public var sampleRate: Int
  /// The number of samples.
  public var frameCount: Int { samples.count }

  /// Creates a source of `samples`.
  public init(_ samples: [Float], sampleRate: Int) {
    self.samples = samples
    self.sampleRate = sampleRate
  }

  /// Copies samples.
  public func read(at start: Int, into block: inout MutableSpan<Float>) {
    for index in 0..<block.count { block[index] = samples[start + index] }
  }
}

extension SampleSource {
  /// The length in seconds.
  var duration: Double { Double(frameCount) / Double(sampleRate) }

  /// The samples of `range`, with zeros where it exceeds the signal.
  func samples(in range: Range<Int>) throws -> [Float] {
    var result = [Float](repeating: 0, count: range.count)
    let inside = range.clamped(to: 0..<frameCount)
    guard !inside.isEmpty else { return result }
    var all = result.mutableSpan
    let offset = inside.lowerBound - range.lowerBound
    var part = all._mutatingExtracting(offset..<offset + inside.count)
    try read(at: inside.lowerBound, into: &part)
    return result
  }

  /// Calls `body` with the samples of `range`, a block at a time, and the place of each block.
  func forEachBlock(
    of range: Range<Int>, _ role: SignalRole,
    _ body: (Span<Float>, _ place: Int) throws(AlignmentError) -> Void
  ) throws(AlignmentError) {
    var block = [Float](repeating: 0, count: min(range.count, 65_536))
    var position = range.lowerBound
    while position < range.upperBound {
      let count = min(block.count, range.upperBound - position)
      var all = block.mutableSpan
      var part = all._mutatingExtracting(0..<count)
      do {
        try read(at: position, into: &part)
      } catch {
        throw .sourceFailed(role: role, error)
      }
      try body(block.span.extracting(0..<count), position)
      position += count
    }
  }
}
