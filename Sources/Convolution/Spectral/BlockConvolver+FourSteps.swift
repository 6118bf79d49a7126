// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import RealModule
import Synchronization

// The parts of a block's convolution by a transform in four steps.
extension BlockConvolver {
  static func forwardColumns(
    _ steps: FourStepTransform<Element>, _ samples: Span<Element>, _ factor: Scalar,
    _ values: inout MutableSpan<Complex<Scalar>>, _ scratch: inout FourStepScratch<Scalar>,
    _ threads: Int
  ) {
    samples.withShared { samples in
      values.withShared { values in
        forEachGroup(steps.strips, steps, &scratch, threads) { strips, scratch in
          values.withAllElements { values in
            steps.forwardColumns(
              strips, of: samples.span, by: factor, in: &scratch, into: &values)
          }
        }
      }
    }
  }

  /// Filters the rows of `values`; what another kernel makes of them goes to `others`.
  func filterRows(
    _ steps: FourStepTransform<Element>, _ values: inout MutableSpan<Complex<Scalar>>,
    andWith other: BlockConvolver?, _ others: inout MutableSpan<Complex<Scalar>>,
    _ scratch: inout FourStepScratch<Scalar>, _ threads: Int
  ) {
    others.withShared { others in
      Self.forEachRow(steps, &values, &scratch, threads) { row, values, scratch in
        let place = steps.place(ofRow: row)
        let factors = kernelSpectrum.span.extracting(place)
        guard let other else { return steps.filterRow(&values, by: factors, in: &scratch) }
        others.withElements(place) { second in
          steps.filterRow(
            &values, by: factors, &second, by: other.kernelSpectrum.span.extracting(place),
            in: &scratch)
        }
      }
    }
  }

  func takeInSteps(
    _ steps: FourStepTransform<Element>, _ values: inout MutableSpan<Complex<Scalar>>,
    _ scratch: inout FourStepScratch<Scalar>, _ exponent: Int, _ results: Range<Int>,
    into output: inout MutableSpan<Element>, _ threads: Int
  ) -> ResultSegments {
    let (factor, rest): (Scalar, Scalar) = powerOfTwoFactors(exponent + kernel.exponent)
    let limit = kernel.smallLimit(exponent, resultFactor: factor)
    let small = Atomic<UInt64>(0)
    values.withShared { values in
      output.withShared { output in
        Self.forEachGroup(steps.strips, steps, &scratch, threads) { strips, scratch in
          // A strip holds results of its own only.
          output.withAllElements { output in
            let segments = steps.inverseColumns(
              strips, of: values.span, by: factor, in: &scratch, results: results, into: &output,
              below: limit)
            small.bitwiseOr(segments.bits, ordering: .relaxed)
          }
        }
      }
    }
    var segments = ResultSegments(none: results.count)
    segments.bits = small.load(ordering: .relaxed)
    return Self.finish(&output, rest, segments, limit)
  }

  static func forEachRow(
    _ steps: FourStepTransform<Element>, _ values: inout MutableSpan<Complex<Scalar>>,
    _ scratch: inout FourStepScratch<Scalar>, _ threads: Int,
    _ body:
      @Sendable (Int, inout MutableSpan<Complex<Scalar>>, inout FourStepScratch<Scalar>)
      -> Void
  ) {
    values.withShared { all in
      forEachGroup(steps.rows, steps, &scratch, threads) { rows, scratch in
        for row in rows {
          all.withElements(steps.place(ofRow: row)) { body(row, &$0, &scratch) }
        }
      }
    }
  }

  /// Calls `body` for groups of the strips or rows 0 ..< `count`: all at once on one thread.
  static func forEachGroup(
    _ count: Int, _ steps: FourStepTransform<Element>, _ scratch: inout FourStepScratch<Scalar>,
    _ threads: Int, _ body: @Sendable (Range<Int>, inout FourStepScratch<Scalar>) -> Void
  ) {
    guard threads > 1 else { return body(0..<count, &scratch) }
    let size = (count + FourStep.pieces - 1) / FourStep.pieces
    forEachPiece(
      (count + size - 1) / size, threads: threads, scratch: { steps.makeScratch() }
    ) { group, scratch in
      body((group * size)..<min(count, (group + 1) * size), &scratch)
    }
  }
}
