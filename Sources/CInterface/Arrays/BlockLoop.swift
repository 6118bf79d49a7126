// SPDX-License-Identifier: MIT

internal import COverlap
internal import ComputeSupport
internal import Convolution

/// The way through the blocks of an array that one convolution each takes: which blocks of the signal and
/// of the kernel each block of results is made from.
struct BlockLoop<Element: ComputedElement>: Sendable {
  private let geometry: Geometry
  private let signal: ArrayView
  private let output: ArrayView
  private let isCorrelation: Bool
  /// The axes outside of blocks, those whose products are added first.
  let kernelAxes: [Int]
  /// The axis whose blocks are taken several at a time; nil if there is no such.
  private let grouped: Int?
  private let groupCount: Int
  /// The results along a block's first axis that are made at a time, where arrays have to be gathered: so
  /// many that they stay in the cache. Empty for all at once.
  private let bands: [Range<Int>]

  /// - Parameter splits: whether blocks that are gathered may be taken part by part.
  init(
    _ geometry: Geometry, _ signal: ArrayView, _ output: ArrayView, isCorrelation: Bool,
    splits: Bool, _: Element.Type
  ) {
    self.geometry = geometry
    self.signal = signal
    self.output = output
    self.isCorrelation = isCorrelation
    kernelAxes = geometry.added + geometry.batch
    // Where blocks lie interleaved they share lines of the cache: those nearest to each other are
    // gathered together.
    let candidates = geometry.batch.filter {
      geometry.axes[$0].signal == geometry.axes[$0].result && geometry.axes[$0].result > 1
    }
    let nearest = candidates.min {
      signal.strides[$0].magnitude < signal.strides[$1].magnitude
    }
    grouped = nearest
    let lineBytes =
      geometry.inner.reduce(MemoryLayout<Element>.stride) { $0 * geometry.axes[$1].signal }
    groupCount =
      nearest.map { nearest in
        let isNear =
          signal.strides[nearest].magnitude < lineBytes
          || output.strides[nearest].magnitude < lineBytes
        // Short blocks by some 32 KiB, about what a processor's first cache holds; interleaved ones
        // by what fills a line of the cache, 64 bytes.
        var count = max(1, (1 << 15) / max(1, lineBytes))
        if isNear { count = max(count, 64 / MemoryLayout<Element>.stride) }
        return min(max(1, count), geometry.axes[nearest].result)
      } ?? 1
    bands =
      splits
      ? Self.bands(
        geometry.axes[geometry.inner[0]],
        rowBytes: lineBytes / geometry.axes[geometry.inner[0]].signal * groupCount)
      : []
  }

  /// Parts of the results along an axis, each with the samples that it takes some 512 KiB long, half of a
  /// common second cache, and sixteen times the kernel, which each takes samples of again; none if they
  /// would be too few.
  private static func bands(_ axis: Geometry.Axis, rowBytes: Int) -> [Range<Int>] {
    let length = max(16 * axis.kernel, (1 << 19) / max(1, rowBytes))
    guard axis.result >= 4 * length, axis.signal >= axis.kernel else { return [] }
    return (0..<axis.result).evenPieces(ofAtMost: length, inStepsOf: 1)
  }

  /// The axes that number the pieces.
  private var pieceAxes: [Int] { kernelAxes.filter { $0 != grouped } }

  private var groups: Int {
    guard let grouped else { return 1 }
    return (geometry.axes[grouped].result - 1) / groupCount + 1
  }

  /// Pieces of work, of one block or of several side by side.
  var pieceCount: Int {
    pieceAxes.reduce(groups * max(1, bands.count)) { $0 * geometry.axes[$1].result }
  }

  /// Blocks, or their parts.
  var partCount: Int { kernelAxes.reduce(max(1, bands.count)) { $0 * geometry.axes[$1].result } }

  func kernelCount(_ axes: [Int]) -> Int { axes.reduce(1) { $0 * geometry.axes[$1].kernel } }

  /// A block of the signal with the kernel's block that meets it.
  private struct Meeting {
    /// In bytes.
    var offset = 0
    /// The kernel's index along each of the axes outside of blocks.
    var kernel: [Int]
  }

  /// Writes one piece of the results, by the operations of the kernel's blocks; what has to be copied is
  /// copied on so many threads.
  func run(
    _ piece: Int, threads: Int?,
    _ operation: (_ kernelBlock: Int) throws(InterfaceError) -> BlockOperation<Element>
  ) throws(InterfaceError) {
    let band = bands.isEmpty ? nil : bands[piece % bands.count]
    var rest = piece / max(1, bands.count)
    let first = rest % groups * groupCount
    rest /= groups
    let length = grouped.map { geometry.axes[$0].result } ?? 1
    let members = first..<min(first + groupCount, length)
    var offset = 0
    var meetings = [Meeting(kernel: [Int](repeating: 0, count: kernelAxes.count))]
    for (place, index) in kernelAxes.enumerated().reversed() where index != grouped {
      let axis = geometry.axes[index]
      let result = rest % axis.result
      rest /= axis.result
      offset += result * output.strides[index]
      meetings = meetings.flatMap { meeting in
        pairs(axis, result).map { sample, tap in
          var next = meeting
          next.offset += sample * signal.strides[index]
          next.kernel[place] = tap
          return next
        }
      }
    }
    var target = lines(output, offset).extracting(members)
    if let band { target = target.extracting(band, axis: 1) }
    guard !meetings.isEmpty else { return target.clear() }
    let part = part(band)
    if band == nil && target.isInPlace(Element.Result.self) {
      return try target.withMutableSpan(Element.Result.self) { results throws(InterfaceError) in
        try write(members, meetings, part, threads: threads, operation, into: &results)
      }
    }
    let shape = [members.count] + part.resultShape
    let results = try Scratch<Element.Result>(shape.reduce(1, *)) {
      results throws(InterfaceError) in
      try write(members, meetings, part, threads: threads, operation, into: &results)
    }
    guard target.scatter(results.span, of: shape, from: part.first, threads: threads) else {
      throw InterfaceError(
        OVERLAP_OUT_OF_RANGE, "a result of this integer convolution is beyond \(output.type.name)")
    }
  }

  /// The samples of blocks that some results along the first axis take, and the results that these samples
  /// have: the wanted ones, and a few that have not all of their products.
  private struct Part {
    var samples: Range<Int>?
    var shape: [Int]
    var resultShape: [Int]
    /// The first wanted one of these results.
    var first = 0
  }

  private func part(_ band: Range<Int>?) -> Part {
    let axes = geometry.inner.map { geometry.axes[$0] }
    var part = Part(shape: axes.map(\.signal), resultShape: axes.map(\.result))
    guard let band else { return part }
    let (axis, taps) = (axes[0], axes[0].kernel)
    // The results' numbers in the full convolution: number k has the samples from k - (taps - 1) to k.
    let numbers = axis.first + band.lowerBound..<axis.first + band.upperBound
    let samples = max(0, numbers.lowerBound - (taps - 1))..<min(axis.signal, numbers.upperBound)
    part.samples = samples
    part.shape[0] = samples.count
    // Of the modes that are split, the first result does not depend on the length.
    part.resultShape[0] += samples.count - axis.signal
    part.first = numbers.lowerBound - samples.lowerBound - axis.first
    return part
  }

  /// Writes the results of blocks side by side, one after the other.
  private func write(
    _ members: Range<Int>, _ meetings: [Meeting], _ part: Part, threads: Int?,
    _ operation: (_ kernelBlock: Int) throws(InterfaceError) -> BlockOperation<Element>,
    into results: inout MutableSpan<Element.Result>
  ) throws(InterfaceError) {
    let shape = part.shape
    let count = shape.reduce(1, *)
    let resultCount = results.count / members.count
    for (number, meeting) in meetings.enumerated() {
      var source = lines(signal, meeting.offset).extracting(members)
      if let samples = part.samples { source = source.extracting(samples, axis: 1) }
      let isInPlace = source.isInPlace(Element.self, from: 1)
      let gathered = try Scratch<Element>(isInPlace ? 0 : source.count) { elements in
        if !isInPlace { source.gather(into: &elements, threads: threads) }
      }
      for (index, member) in members.enumerated() {
        let block = try operation(kernelBlock(meeting, member))
        func write(_ target: inout MutableSpan<Element.Result>) throws(InterfaceError) {
          guard isInPlace else {
            return try block.apply(
              gathered.span.extracting(index * count..<(index + 1) * count), shape, &target)
          }
          try source.withLine(index, Element.self) { line throws(InterfaceError) in
            try block.apply(line, shape, &target)
          }
        }
        var own = results._mutatingExtracting(index * resultCount..<(index + 1) * resultCount)
        if number == 0 {
          try write(&own)
        } else {
          let terms = try makeElements(resultCount) { terms throws(InterfaceError) in
            try write(&terms)
          }
          guard Element.add(terms.span, to: &own) else {
            throw InterfaceError(
              OVERLAP_OUT_OF_RANGE, "a result of this integer convolution has more than 64 bits")
          }
        }
      }
    }
  }

  /// The number of the kernel's block that meets a block of a group.
  private func kernelBlock(_ meeting: Meeting, _ member: Int) -> Int {
    var number = 0
    for (place, index) in kernelAxes.enumerated() {
      let length = geometry.axes[index].kernel
      let tap = index == grouped && length > 1 ? member : meeting.kernel[place]
      number = number * length + tap
    }
    return number
  }

  /// The blocks along the axis that is taken several at a time, or the one block.
  private func lines(_ array: ArrayView, _ offset: Int) -> ArrayView {
    guard let grouped else { return array.block(offset: offset, axes: geometry.inner).inserted }
    return array.block(offset: offset, axes: [grouped] + geometry.inner)
  }

  /// The indices of the signal and of the kernel whose product is part of a result along an axis.
  private func pairs(_ axis: Geometry.Axis, _ result: Int) -> [(sample: Int, tap: Int)] {
    guard axis.mode != nil else {
      return [(axis.signal == 1 ? 0 : result, axis.kernel == 1 ? 0 : result)]
    }
    let index = result + axis.first
    let (first, end) = (max(0, index - (axis.signal - 1)), min(axis.kernel, index + 1))
    // None at lags at which the two do not meet.
    guard first < end else { return [] }
    return (first..<end).map { (index - $0, isCorrelation ? axis.kernel - 1 - $0 : $0) }
  }
}
