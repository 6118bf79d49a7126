internal import ComplexModule
internal import FourierTransform

/// The results `range` of the full convolutions of one real signal with two real kernels of the
/// same length, by transforming each block of the signal once.
func sharedSignalConvolution<Scalar: ConvolutionScalar>(
  _ signal: [Scalar], _ kernels: [[Scalar]], range: Range<Int>, method: ConvolutionMethod,
  threads: Int
) -> [[Scalar]] {
  let choice = Planner.shared.choose(
    Planner.Job(
      kind: ElementKind(Scalar.self), signalCount: signal.count, kernelCount: kernels[0].count,
      range: range, threads: max(1, threads), uses: 1), method: method)
  let prepared = kernels.map { PreparedKernel($0) }
  guard choice.method != .direct, prepared.allSatisfy(\.specialTaps.isEmpty) else {
    return kernels.map {
      convolve(signal, $0, range: range, method: choice.method, threads: threads)
    }
  }
  let convolvers = prepared.map { BlockConvolver($0, length: choice.transformLength) }
  let cut = BlockCut(
    transformLength: choice.transformLength, kernelCount: kernels[0].count,
    firstResult: range.lowerBound, kind: ElementKind(Scalar.self))
  var second: [Scalar] = []
  let first: [Scalar] = makeNumbers(count: range.count) { first in
    second = makeNumbers(count: range.count) { second in
      first.withShared { first in
        second.withShared { second in
          signal.span.withShared { signal in
            forEachPiece(
              cut.pieceCount(resultCount: range.count), threads: choice.threads,
              workspace: { convolvers[0].makeWorkspace() }
            ) { piece, workspace in
              let place = cut.results(ofPiece: piece, resultCount: range.count)
              let start = range.lowerBound + place.lowerBound - cut.overlap
              let window = start..<(start + choice.transformLength)
              let padding = workspace.takePadding(for: signal.span, window)
              let block = Block(of: signal.span, window, orPadded: padding.span)
              first.withElements(place) { first in
                second.withElements(place) { second in
                  convolvers[0].convolve(
                    block, andWith: convolvers[1], from: cut.overlap, into: &first, &second,
                    in: &workspace)
                }
              }
              workspace.giveBack(padding)
            }
          }
        }
      }
    }
  }
  return [first, second]
}
