internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import RealModule

// The parts of a block's convolution by a transform in four steps.
extension BlockConvolver {
  func loadInSteps(
    _ steps: FourStepTransform<Element>, _ samples: Span<Element>, _ exponent: Int,
    _ packed: inout AlignedBuffer<Complex<Scalar>>, _ own: inout FourStepScratch<Scalar>,
    _ threads: Int
  ) {
    var numbers = packed.mutableSpan
    samples.withShared { samples in
      Self.forwardColumns(steps, samples, powerOfTwo(-exponent), &numbers, &own, threads)
    }
  }

  func filterRows(
    _ steps: FourStepTransform<Element>, _ packed: inout AlignedBuffer<Complex<Scalar>>,
    _ own: inout FourStepScratch<Scalar>, _ threads: Int
  ) {
    var numbers = packed.mutableSpan
    Self.forEachRow(steps, &numbers, &own, threads) { row, numbers, scratch in
      kernelSpectrum.withValues {
        steps.filterRow(&numbers, by: $0.extracting(steps.place(ofRow: row)), in: &scratch)
      }
    }
  }

  func filterRows(
    _ steps: FourStepTransform<Element>, _ packed: inout AlignedBuffer<Complex<Scalar>>,
    andWith other: BlockConvolver, _ second: inout AlignedBuffer<Complex<Scalar>>,
    _ own: inout FourStepScratch<Scalar>, _ threads: Int
  ) {
    var numbers = packed.mutableSpan
    var others = second.mutableSpan
    others.withShared { others in
      Self.forEachRow(steps, &numbers, &own, threads) { row, numbers, scratch in
        let place = steps.place(ofRow: row)
        others.withElements(place) { second in
          kernelSpectrum.withValues { factors in
            other.kernelSpectrum.withValues { otherFactors in
              steps.filterRow(
                &numbers, by: factors.extracting(place), &second,
                by: otherFactors.extracting(place), in: &scratch)
            }
          }
        }
      }
    }
  }

  func takeInSteps(
    _ steps: FourStepTransform<Element>, _ numbers: borrowing AlignedBuffer<Complex<Scalar>>,
    _ own: inout FourStepScratch<Scalar>, _ exponent: Int, _ results: Range<Int>,
    into output: inout MutableSpan<Element>, _ threads: Int
  ) {
    let (factor, rest): (Scalar, Scalar) = powerOfTwoFactors(exponent + kernel.exponent)
    numbers.span.withShared { numbers in
      output.withShared { output in
        Self.forEachGroup(steps.strips, steps, &own, threads) { strips, scratch in
          // A strip holds results of its own only.
          output.withAllElements { output in
            steps.inverseColumns(
              strips, of: numbers.span, by: factor, in: &scratch, results: results, into: &output)
          }
        }
      }
    }
    Self.scale(&output, by: rest)
  }

  static func forwardColumns(
    _ steps: FourStepTransform<Element>, _ samples: SharedBuffer<Element>, _ factor: Scalar,
    _ numbers: inout MutableSpan<Complex<Scalar>>, _ own: inout FourStepScratch<Scalar>,
    _ threads: Int
  ) {
    numbers.withShared { numbers in
      forEachGroup(steps.strips, steps, &own, threads) { strips, scratch in
        numbers.withAllElements { numbers in
          steps.forwardColumns(
            strips, of: samples.span, by: factor, in: &scratch, into: &numbers)
        }
      }
    }
  }

  static func forEachRow(
    _ steps: FourStepTransform<Element>, _ numbers: inout MutableSpan<Complex<Scalar>>,
    _ own: inout FourStepScratch<Scalar>, _ threads: Int,
    _ body:
      @Sendable (Int, inout MutableSpan<Complex<Scalar>>, inout FourStepScratch<Scalar>)
      -> Void
  ) {
    numbers.withShared { all in
      forEachGroup(steps.rows, steps, &own, threads) { rows, scratch in
        for row in rows {
          all.withElements(steps.place(ofRow: row)) { body(row, &$0, &scratch) }
        }
      }
    }
  }

  /// Calls `body` for groups of the strips or rows 0 ..< `count`: all at once on one thread.
  static func forEachGroup(
    _ count: Int, _ steps: FourStepTransform<Element>, _ own: inout FourStepScratch<Scalar>,
    _ threads: Int, _ body: @Sendable (Range<Int>, inout FourStepScratch<Scalar>) -> Void
  ) {
    guard threads > 1 else { return body(0..<count, &own) }
    let size = (count + FourStep.pieces - 1) / FourStep.pieces
    forEachPiece(
      (count + size - 1) / size, threads: threads, scratch: { steps.makeScratch() }
    ) { group, scratch in
      body((group * size)..<min(count, (group + 1) * size), &scratch)
    }
  }
}
