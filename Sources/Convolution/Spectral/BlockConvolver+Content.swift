// SPDX-License-Identifier: MIT

internal import FourierTransform

// See MixedBlock.swift.
extension BlockConvolver {
  /// Chunks are so short that the samples of every result that has all its taps hold a whole one,
  /// and otherwise long enough to be looked at quickly.
  private var chunk: Int {
    var chunk = 1
    while chunk < 64 && 4 * chunk <= kernel.count + 1 { chunk *= 2 }
    return chunk
  }

  /// Looks at the magnitudes of a block.
  func content(
    of block: borrowing Block<Element>, in scratch: inout BlockScratch<Element>
  ) -> BlockContent {
    let chunk = chunk
    let chunks = (block.samples.count + chunk - 1) / chunk
    if scratch.maxima.count < chunks {
      scratch.maxima = [Scalar](repeating: 0, count: chunks)
    }
    var maxima = scratch.maxima.mutableSpan
    var used = maxima._mutatingExtracting(0..<chunks)
    Element.chunkMaxima(of: block.samples, chunk: chunk, into: &used)
    var peak = Scalar.zero
    for index in 0..<chunks {
      guard used[index].isFinite else { return .mixed }
      peak = max(peak, used[index])
    }
    guard peak > 0 else { return .zeros }
    let threshold = peak * Scalar.layerRatio
    let (begin, end) = (block.inside.lowerBound, block.inside.upperBound)
    if block.startsSignal && block.samples[begin].largestPart <= threshold { return .mixed }
    if block.endsSignal && block.samples[end - 1].largestPart <= threshold { return .mixed }
    // Only chunks that lie wholly inside the signal: beyond it there is nothing to be small.
    var index = (begin + chunk - 1) / chunk
    while index < end / chunk {
      if used[index] <= threshold { return .mixed }
      index += 1
    }
    return .ordinary(exponent: scaleExponent(ofPeak: peak))
  }

  /// With more infinities in a block than this, it is done by direct sums. Judged.
  private static var mostInfinities: Int { 64 }

  /// Writes the results from index `from` on of a block of mixed content.
  func convolveMixed(
    _ block: borrowing Block<Element>, from: Int, into output: inout MutableSpan<Element>,
    in scratch: inout BlockScratch<Element>
  ) {
    let results = from..<(from + output.count)
    let samples = block.samples
    var mixed = MixedBlock(
      kernel: Kernel2D(row: kernel), rows: 1, columns: samples.count,
      results: Region2D(rows: 0..<1, columns: results))
    mixed.take(samples, row: 0, column: 0)
    var isDirect = false
    let values = mixed.convolved(mostInfinities: Self.mostInfinities) { target in
      // Only the signal's own samples: taps that are not finite make a NaN of any other zero.
      isDirect = true
      let start = block.inside.lowerBound
      DirectConvolution(taps: kernel.taps).convolve(
        samples.extracting(block.inside), results.lowerBound - start..<results.upperBound - start,
        into: &target)
    } transform: { layer, _, exponent, target in
      var none = MutableSpan<Element>()
      convolve(
        layer, exponent: exponent, andWith: nil, results: results, into: &target, &none,
        &scratch.packed, &scratch.spectrum, &scratch.steps)
    }
    for index in output.indices { output[index] = values[index] }
    if !isDirect { addSeparateTaps(block, from: from, to: &output) }
  }
}
