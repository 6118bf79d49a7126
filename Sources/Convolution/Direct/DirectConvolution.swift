// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// Convolution by its definition: each result is the sum of its products.
///
/// - Complexity: O(n m) time; O(m) memory besides the results.
struct DirectConvolution<Element: SignalElement>: Sendable {
  /// Results of one piece of work: few enough to share the work out, so many that starting a piece
  /// costs nothing. Judged.
  static var pieceLength: Int { 4096 }

  private let taps: [Element]
  /// The taps backwards: what slides over the signal.
  private let slidingTaps: [Element]
  private let isFinite: Bool

  init(taps: [Element]) {
    self.taps = taps
    isFinite = Element.areFinite(taps.span)
    slidingTaps = makeArray(count: taps.count) { reversed in
      for index in reversed.indices { reversed[index] = taps[taps.count - 1 - index] }
    }
  }

  /// Writes the results `range` of the full convolution.
  func convolve(
    _ signal: Span<Element>, range: Range<Int>, into output: inout MutableSpan<Element>,
    threads: Int
  ) {
    let pieces = (range.count + Self.pieceLength - 1) / Self.pieceLength
    signal.withShared { signal in
      output.withShared { output in
        forEachPiece(pieces, threads: threads, scratch: {}) { piece, _ in
          let from = range.lowerBound + piece * Self.pieceLength
          let results = from..<min(from + Self.pieceLength, range.upperBound)
          output.withElements(
            (results.lowerBound - range.lowerBound)..<(results.upperBound - range.lowerBound)
          ) { part in
            convolve(signal.span, results, into: &part)
          }
        }
      }
    }
  }

  /// Writes the results `range` of the full convolution of `signal`, on this thread.
  func convolve(
    _ signal: Span<Element>, _ range: Range<Int>, into output: inout MutableSpan<Element>
  ) {
    guard isFinite else {
      return convolveExactly(signal, range, into: &output)
    }
    let taps = slidingTaps.span
    let window = Self.window(of: range, taps: taps.count)
    if window.lowerBound >= 0 && window.upperBound <= signal.count {
      Element.slidingDot(signal.extracting(window), taps, into: &output)
    } else {
      let padded = makeArray(count: window.count) { Self.copy(window, of: signal, into: &$0) }
      Element.slidingDot(padded.span, taps, into: &output)
    }
  }

  /// Writes the results `range` of the full convolution with taps that are used once, on this thread:
  /// with one allocation for what is made of both inputs, which in a short call takes as long as the
  /// sums.
  static func convolveOnce(
    _ signal: Span<Element>, _ taps: [Element], range: Range<Int>,
    into output: inout MutableSpan<Element>
  ) {
    guard Element.areFinite(taps.span) else {
      return DirectConvolution(taps: taps).convolve(signal, range, into: &output)
    }
    let window = window(of: range, taps: taps.count)
    let isInside = window.lowerBound >= 0 && window.upperBound <= signal.count
    let inputs = makeArray(count: taps.count + (isInside ? 0 : window.count)) { inputs in
      for index in taps.indices { inputs[taps.count - 1 - index] = taps[index] }
      if !isInside {
        var padded = inputs._mutatingExtracting(taps.count..<inputs.count)
        copy(window, of: signal, into: &padded)
      }
    }
    let slidingTaps = inputs.span.extracting(0..<taps.count)
    Element.slidingDot(
      isInside
        ? signal.extracting(window) : inputs.span.extracting(taps.count..<inputs.count),
      slidingTaps, into: &output)
  }

  /// The samples that the results `range` have products with.
  private static func window(of range: Range<Int>, taps: Int) -> Range<Int> {
    (range.lowerBound - taps + 1)..<range.upperBound
  }

  /// Copies the samples `window` of the signal, which is zero beyond its ends: a finite tap times
  /// zero adds nothing.
  private static func copy(
    _ window: Range<Int>, of signal: Span<Element>, into samples: inout MutableSpan<Element>
  ) {
    let inside = window.clamped(to: 0..<signal.count)
    let start = inside.lowerBound - window.lowerBound
    let end = start + inside.count
    for index in 0..<start { samples[index] = .zero }
    for index in end..<samples.count { samples[index] = .zero }
    var part = samples._mutatingExtracting(start..<end)
    copyElements(signal.extracting(inside), into: &part)
  }

  /// For kernels with infinities or NaN, which times the zeros beyond the signal would not be zero:
  /// only products of samples that exist are added.
  private func convolveExactly(
    _ signal: Span<Element>, _ range: Range<Int>, into output: inout MutableSpan<Element>
  ) {
    for index in range {
      var sum = Element.zero
      for tap in productTaps(at: index, samples: signal.count, taps: taps.count) {
        sum += taps[tap] * signal[index - tap]
      }
      output[index - range.lowerBound] = sum
    }
  }
}

/// The taps that a result of the full convolution along one axis has products with samples of.
func productTaps(at result: Int, samples: Int, taps: Int) -> Range<Int> {
  ((result - samples + 1)..<(result + 1)).clamped(to: 0..<taps)
}
