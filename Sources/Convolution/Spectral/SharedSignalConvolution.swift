// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// The results `range` of the full convolutions of one real signal with two real kernels of the
/// same length, by transforming each block of the signal once.
func sharedSignalConvolution<Scalar: FourierScalar>(
  _ signal: [Scalar], _ kernels: [[Scalar]], range: Range<Int>, method: ConvolutionMethod?,
  threads: Int
) -> [[Scalar]] {
  let choice = Planner.shared.choose(
    Planner.Job(
      kind: ElementKind(Scalar.self), signalCount: signal.count, kernelCount: kernels[0].count,
      range: range, threads: max(1, threads), uses: 1), method: method)
  let prepared = kernels.map { PreparedKernel($0) }
  guard let layout = choice.layout else {
    return kernels.map { kernel in
      makeArray(count: range.count) {
        convolve(
          signal, kernel, range: range, method: choice.method, threads: threads, into: &$0)
      }
    }
  }
  let convolvers = prepared.map { BlockConvolver($0, length: choice.transformColumns) }
  var second: [Scalar] = []
  let first: [Scalar] = makeSharedArray(count: range.count, isWritten: true) { first in
    second = makeSharedArray(count: range.count, isWritten: true) { second in
      signal.span.withShared { signal in
        convolvers[0].forEachBlock(of: signal, range: range, layout, threads: choice.threads) {
          block, place, scratch in
          first.withElements(place) { first in
            second.withElements(place) { second in
              convolvers[0].convolve(
                block, andWith: convolvers[1], from: layout.overlap, into: &first, &second,
                in: &scratch)
            }
          }
        }
      }
    }
  }
  return [first, second]
}
