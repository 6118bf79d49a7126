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
    let window = (range.lowerBound - taps.count + 1)..<range.upperBound
    if window.lowerBound >= 0 && window.upperBound <= signal.count {
      Element.slidingDot(signal.extracting(window), taps, into: &output)
    } else {
      // Beyond its ends the signal is zero, and a finite tap times zero adds nothing.
      var padded = [Element](repeating: .zero, count: window.count)
      let inside = window.clamped(to: 0..<signal.count)
      var target = padded.mutableSpan
      let start = inside.lowerBound - window.lowerBound
      var part = target._mutatingExtracting(start..<(start + inside.count))
      copyElements(signal.extracting(inside), into: &part)
      Element.slidingDot(padded.span, taps, into: &output)
    }
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
