// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
public import FourierTransform

/// Convolves a signal that arrives piece by piece, with a latency that the caller chooses.
///
/// Push pieces of any lengths; each gives as many results. The results are those of the full
/// convolution of everything pushed, from its first, `latency` samples later: the first `latency`
/// of them are zero. With latency 0 each result is there as soon as its last sample is.
///
/// The kernel is cut into partitions (Gardner, "Efficient convolution without input-output delay",
/// JAES 43, 1995): the first taps that a block's transform would be too late for are summed
/// directly, the next go through short blocks and the later ones through longer and longer blocks.
/// After its creation a filter of real numbers allocates nothing, but where samples range so widely
/// that a block's results have to be made from its samples anew.
///
/// A filter is a value: those of many channels are kept in an array, and a copy goes on by itself from
/// where it was made. The pushes that follow a copy take memory, up to the end of the longest block.
///
/// - Complexity: O(log m) a sample on average for a kernel of m taps; a push that completes a long
///   block does that block's work.
public struct StreamingFilter<Element: SignalElement>: Sendable {
  /// By how many samples results come later than those of a convolution.
  public let latency: Int
  /// The samples of the kernel.
  public let kernelCount: Int

  private let kernel: [Element]
  /// The taps that are not finite, by their index: their products are added one by one.
  private let nonFiniteTaps: [(index: Int, value: Element)]
  /// The head of the kernel, backwards, for direct sums; with zeros for those.
  private let head: [Element]
  private var levels: [FilterLevel<Element>]
  /// The block of the first level: no piece goes beyond its end.
  private let shortestBlock: Int
  /// The last samples, twice the head's length and more, for the direct sums.
  private var recent: [Element]
  private var recentCount = 0
  /// The direct sums of one piece.
  private var sums: [Element]
  /// What is known so far of results to come: result n at index n modulo its length.
  private var pending: [Element]
  /// Samples pushed so far.
  private var time = 0

  /// Prepares a filter.
  ///
  /// - Parameters:
  ///   - kernel: the filter's taps.
  ///   - latency: at least 0. More of it makes the filter cheaper, up to about the kernel's length.
  /// - Throws: ``ConvolutionError/emptyKernel``, ``ConvolutionError/invalidLatency(_:)``.
  public init(
    kernel: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable, latency: Int = 0
  ) throws(ConvolutionError) {
    let kernel = kernel._array()
    guard !kernel.isEmpty else { throw .emptyKernel }
    guard 0...(Int.max >> 8) ~= latency else { throw .invalidLatency(latency) }
    self.kernel = kernel
    self.latency = latency
    kernelCount = kernel.count
    let partition = Partition(kernelCount: kernel.count, latency: latency)
    let finite = kernel.map { $0.hasFiniteParts ? $0 : .zero }
    nonFiniteTaps = kernel.enumerated().filter { !$0.element.hasFiniteParts }.map {
      ($0.offset, $0.element)
    }
    head = finite[..<partition.headCount].reversed()
    levels = partition.levels.map { level in
      FilterLevel(
        taps: Array(finite[level.taps]), offset: level.taps.lowerBound, block: level.block)
    }
    shortestBlock = partition.levels.first?.block ?? Self.piece
    recent = [Element](repeating: .zero, count: 2 * partition.headCount + Self.piece)
    recentCount = max(0, partition.headCount - 1)
    sums = [Element](repeating: .zero, count: Self.piece)
    let longest = partition.levels.map(\.block).max() ?? 0
    // The smallest power of two that is enough.
    let most = kernel.count + longest + Self.piece + latency
    pending = [Element](
      repeating: .zero, count: 1 << (Int.bitWidth - (most - 1).leadingZeroBitCount))
  }

  /// Samples that are treated together at the most.
  private static var piece: Int { 256 }

  /// Takes the next samples and writes as many results.
  ///
  /// - Throws: ``ConvolutionError/wrongOutputCount(expected:actual:)`` if the two differ in number.
  public mutating func push(
    _ samples: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
    into output: inout some MutableContiguousSamples<Element> & ~Copyable & ~Escapable
  ) throws(ConvolutionError) {
    var target = output._mutableSpan()
    try push(samples.span, into: &target)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  package mutating func push(
    _ samples: Span<Element>, into output: inout MutableSpan<Element>
  ) throws(ConvolutionError) {
    try ConvolutionError.checkOutput(output.count, expected: samples.count)
    var from = 0
    while from < samples.count {
      // Up to the end of the shortest block, so that its results are in time for the next sample.
      let to = min(samples.count, from + min(shortestBlock - time % shortestBlock, Self.piece))
      take(samples.extracting(from..<to))
      var part = output._mutatingExtracting(from..<to)
      give(&part)
      from = to
    }
  }

  /// The results for the next samples, as many.
  public mutating func push(
    _ samples: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable
  ) -> [Element] {
    var output = [Element](repeating: .zero, count: samples.span.count)
    cannotFail { () throws(ConvolutionError) in try push(samples, into: &output) }
    return output
  }

  /// Forgets all samples.
  public mutating func reset() {
    time = 0
    for index in pending.indices { pending[index] = .zero }
    for index in recent.indices { recent[index] = .zero }
    recentCount = max(0, head.count - 1)
    for index in levels.indices { levels[index].reset() }
  }

  /// Adds all that these samples contribute and that is due by now.
  private mutating func take(_ samples: Span<Element>) {
    let mask = pending.count - 1
    // A transform would spread what is not finite over whole blocks; its own products are added
    // instead, those of samples in the head too where it lacks taps.
    let first = nonFiniteTaps.isEmpty ? head.count : 0
    for index in samples.indices where !samples[index].hasFiniteParts {
      for tap in first..<kernel.count {
        pending[(time + index + tap) & mask] += kernel[tap] * samples[index]
      }
    }
    for (tap, value) in nonFiniteTaps {
      for index in samples.indices where samples[index].hasFiniteParts {
        pending[(time + index + tap) & mask] += value * samples[index]
      }
    }
    sumDirectly(samples)
    for index in levels.indices where levels[index].take(samples) {
      let from = time + samples.count - levels[index].block + levels[index].offset
      Self.add(levels[index].results, to: &pending, at: from & mask)
    }
    time += samples.count
  }

  /// Adds results to those that are pending, from `place` on and round the end.
  private static func add(_ results: [Element], to pending: inout [Element], at place: Int) {
    var all = pending.mutableSpan
    let values = results.span
    let first = min(values.count, all.count - place)
    for index in 0..<first { all[place + index] += values[index] }
    for index in first..<values.count { all[index - first] += values[index] }
  }

  /// Adds the sums over the head of the kernel.
  private mutating func sumDirectly(_ samples: Span<Element>) {
    guard !head.isEmpty else { return }
    let mask = pending.count - 1
    if recentCount + samples.count > recent.count {
      let kept = head.count - 1
      for index in 0..<kept { recent[index] = recent[recentCount - kept + index] }
      recentCount = kept
    }
    for index in samples.indices { recent[recentCount + index] = samples[index] }
    if !nonFiniteTaps.isEmpty { clearNonFinite(recentCount..<recentCount + samples.count) }
    let window = (recentCount - head.count + 1)..<(recentCount + samples.count)
    var sums = self.sums.taken()
    var all = sums.mutableSpan
    var part = all._mutatingExtracting(0..<samples.count)
    Element.slidingDot(recent.span.extracting(window), head.span, into: &part)
    for index in samples.indices { pending[(time + index) & mask] += part[index] }
    self.sums = sums
    recentCount += samples.count
  }

  /// Sets recent samples to zero whose products are added one by one.
  @inline(never)
  private mutating func clearNonFinite(_ range: Range<Int>) {
    for index in range where !recent[index].hasFiniteParts { recent[index] = .zero }
  }

  /// Writes the results that are due, and makes scratch for later ones.
  private mutating func give(_ output: inout MutableSpan<Element>) {
    let mask = pending.count - 1
    let first = time - output.count - latency
    for index in output.indices {
      let place = (first + index) & mask
      output[index] = first + index < 0 ? .zero : pending[place]
      if first + index >= 0 { pending[place] = .zero }
    }
  }
}

/// How a kernel is cut.
private struct Partition {
  /// Taps that are summed directly.
  let headCount: Int
  /// The taps of each level, and the block that goes through it.
  let levels: [(taps: Range<Int>, block: Int)]

  /// A block of S samples that ends now is in time for the taps from S - latency on, so that is
  /// where its level may begin; it ends where one of four times the block may.
  init(kernelCount: Int, latency: Int) {
    var block = Self.leastBlock
    while 2 * block <= min(latency, Self.mostBlock) && block < kernelCount { block *= 2 }
    headCount = min(kernelCount, max(0, block - latency))
    var levels: [(Range<Int>, Int)] = []
    var from = headCount
    while from < kernelCount {
      let next = min(4 * block, Self.mostBlock)
      let isLast = next == block
      // A whole number of blocks, from where the next level is in time.
      let blocks = max(1, (max(0, next - latency) - from + block - 1) / block)
      let to = isLast ? kernelCount : min(kernelCount, from + blocks * block)
      levels.append((from..<to, block))
      from = to
      block = next
    }
    self.levels = levels
  }

  /// Below this many taps a direct sum is faster than a transform.
  private static var leastBlock: Int { 64 }
  /// Longer blocks save nothing: their transforms leave the cache.
  private static var mostBlock: Int { 1 << 14 }
}
