internal import FourierTransform

// A transform spreads whatever is in a block over all of the block's results: an infinity or NaN
// makes all of them NaN, and the rounding error of one huge sample drowns the results of small ones
// that it has no part in. A block in which that would show is done with care:
//
// - samples that are not finite are taken out, and their products are added one by one to just the
//   results that they are part of;
// - where some results are made of samples that are all far smaller than the block's largest, the
//   large samples and the small ones are transformed apart, and the result of each layer is added
//   only to the results that have a sample of it among their own.
//
// So the error of each result is bounded by the samples that it is made of, up to the factor below,
// and a result made only of zeros is zero. Nearly all blocks need none of this, and whether they do
// is seen from the largest magnitudes of short chunks, which are needed for scaling anyway.

/// What is known of a block before it is transformed.
private struct BlockScan {
  /// The exponent of the largest sample.
  var exponent: Int
  /// Every sample is zero: so is every result.
  var isZero: Bool
  /// The block cannot just be transformed.
  var needsCare: Bool

  /// A block of zeros.
  static var zero: BlockScan { BlockScan(exponent: 0, isZero: true, needsCare: false) }
}

extension BlockConvolver {
  /// Samples below the largest one of a block by more than this factor do not share its transform
  /// if they have results of their own: half the type's precision, so that a result made of small
  /// samples still has the other half.
  private static var layerRatio: Scalar { powerOfTwo(-(Scalar.significandBitCount / 2)) }

  /// Chunks are so short that the samples of every result that has all its taps hold a whole one,
  /// and otherwise long enough to be looked at quickly.
  private var chunk: Int {
    var chunk = 1
    while chunk < 64 && 4 * chunk <= kernel.count + 1 { chunk *= 2 }
    return chunk
  }

  /// Looks at the magnitudes of a block.
  private func scan(_ block: borrowing Block<Element>, in workspace: inout BlockWorkspace<Element>)
    -> BlockScan
  {
    let chunk = chunk
    let chunks = (block.samples.count + chunk - 1) / chunk
    if workspace.maxima.count < chunks {
      workspace.maxima = [Scalar](repeating: 0, count: chunks)
    }
    var maxima = workspace.maxima.mutableSpan
    var used = maxima._mutatingExtracting(0..<chunks)
    Element.chunkMaxima(of: block.samples, chunk: chunk, into: &used)
    var peak = Scalar.zero
    for index in 0..<chunks {
      guard used[index].isFinite else {
        return BlockScan(exponent: 0, isZero: false, needsCare: true)
      }
      peak = max(peak, used[index])
    }
    guard peak > 0 else { return .zero }
    let threshold = peak * Self.layerRatio
    let (begin, end) = (block.inside.lowerBound, block.inside.upperBound)
    var needsCare = block.startsSignal && block.samples[begin].largestPart <= threshold
    needsCare =
      needsCare || (block.endsSignal && block.samples[end - 1].largestPart <= threshold)
    // Only chunks that lie wholly inside the signal: beyond it there is nothing to be small.
    var index = (begin + chunk - 1) / chunk
    while index < end / chunk && !needsCare {
      needsCare = used[index] <= threshold
      index += 1
    }
    return BlockScan(exponent: scaleExponent(ofPeak: peak), isZero: false, needsCare: needsCare)
  }

  /// Writes the results from index `from` on of one block.
  func convolve(
    _ block: borrowing Block<Element>, from: Int, into output: inout MutableSpan<Element>,
    in workspace: inout BlockWorkspace<Element>, threads: Int = 1
  ) {
    let scan = scan(block, in: &workspace)
    if scan.needsCare {
      convolveWithCare(block, from: from, into: &output, in: &workspace)
    } else if scan.isZero {
      for index in output.indices { output[index] = .zero }
    } else {
      convolve(
        block.samples, exponent: scan.exponent, results: from..<(from + output.count),
        into: &output, in: &workspace, threads: threads)
    }
  }

  /// Writes the results from index `from` on of one block with this kernel and with another one's,
  /// of the same length; the block is transformed once unless it needs care.
  func convolve(
    _ block: borrowing Block<Element>, andWith other: BlockConvolver<Element>, from: Int,
    into first: inout MutableSpan<Element>, _ second: inout MutableSpan<Element>,
    in workspace: inout BlockWorkspace<Element>
  ) {
    let scan = scan(block, in: &workspace)
    if scan.needsCare || scan.isZero {
      convolve(block, from: from, into: &first, in: &workspace)
      other.convolve(block, from: from, into: &second, in: &workspace)
    } else {
      convolve(
        block.samples, exponent: scan.exponent, andWith: other,
        results: from..<(from + first.count), into: &first, &second, in: &workspace)
    }
  }

  /// Writes the results from index `from` on of a block that cannot just be transformed.
  private func convolveWithCare(
    _ block: borrowing Block<Element>, from: Int, into output: inout MutableSpan<Element>,
    in workspace: inout BlockWorkspace<Element>
  ) {
    // As far as the results reach, which may be beyond the samples.
    let reach = max(block.samples.count, from + output.count)
    var rest = [Element](repeating: .zero, count: reach)
    var infinities: [(index: Int, value: Element)] = []
    var lastNaN = -kernel.count
    var isNaN = [Bool](repeating: false, count: output.count)
    for index in 0..<reach {
      let sample = index < block.samples.count ? block.samples[index] : .zero
      if sample.hasFiniteParts {
        rest[index] = sample
      } else if sample.hasNaN {
        lastNaN = index
      } else {
        infinities.append((index, sample))
      }
      if index >= from && index - from < output.count {
        isNaN[index - from] = index - lastNaN < kernel.count
      }
    }
    // Many infinities are quicker by direct sums.
    if infinities.count > 64 {
      let direct = DirectConvolution(kernel: kernel)
      direct.convolve(block.samples, from..<(from + output.count), into: &output)
    } else {
      for index in output.indices { output[index] = .zero }
      addLayers(of: &rest, from: from, into: &output, in: &workspace)
      for (index, value) in infinities {
        for tap in max(
          0, from - index)..<max(
            max(0, from - index), min(kernel.count, from + output.count - index))
        {
          output[index + tap - from] += value * kernel.taps[tap]
        }
      }
    }
    for index in output.indices where isNaN[index] { output[index] = .notANumber }
  }

  /// Adds the results of finite samples, one layer of magnitudes after the other.
  private func addLayers(
    of rest: inout [Element], from: Int, into output: inout MutableSpan<Element>,
    in workspace: inout BlockWorkspace<Element>
  ) {
    var layer = [Element](repeating: .zero, count: rest.count)
    var results = [Element](repeating: .zero, count: output.count)
    var touched = [Bool](repeating: false, count: output.count)
    // Each layer takes away a factor of the range of magnitudes, so that this ends.
    while true {
      let peak = rest.reduce(Scalar.zero) { max($0, $1.largestPart) }
      guard peak > 0 else { return }
      let threshold = peak * Self.layerRatio
      let needsAnother = markTouched(rest, above: threshold, from: from, &touched)
      for index in rest.indices {
        let takes = !needsAnother || rest[index].largestPart > threshold
        layer[index] = takes ? rest[index] : .zero
        if takes { rest[index] = .zero }
      }
      if !needsAnother { _ = markTouched(layer, above: 0, from: from, &touched) }
      let exponent = scaleExponent(ofPeak: peak)
      var target = results.mutableSpan
      convolve(
        layer.span, exponent: exponent, results: from..<(from + output.count), into: &target,
        in: &workspace)
      for index in output.indices where touched[index] { output[index] += results[index] }
    }
  }

  /// Marks the results that have a sample above `threshold` among their own, and tells whether some
  /// result has only smaller ones, not all zero.
  private func markTouched(
    _ samples: [Element], above threshold: Scalar, from: Int, _ touched: inout [Bool]
  ) -> Bool {
    var lastLarge = -kernel.count
    var lastNonzero = -kernel.count
    var hasSmallOnly = false
    for index in 0..<(from + touched.count) {
      let magnitude = samples[index].largestPart
      if magnitude > threshold { lastLarge = index }
      if magnitude > 0 { lastNonzero = index }
      guard index >= from else { continue }
      let isTouched = index - lastLarge < kernel.count
      touched[index - from] = isTouched
      hasSmallOnly = hasSmallOnly || (!isTouched && index - lastNonzero < kernel.count)
    }
    return hasSmallOnly
  }
}
