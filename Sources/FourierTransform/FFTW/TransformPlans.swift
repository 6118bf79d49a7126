internal import ComplexModule

/// What a transform's samples are.
enum SampleKind {
  case real
  case complex
}

/// The two plans of a transform, there and back.
struct TransformPlans<Scalar: FourierScalar>: Sendable {
  /// Keeps its input.
  let forward: FFTWPlan<Scalar>
  /// May destroy its input, as FFTW's fastest ways do.
  let inverse: FFTWPlan<Scalar>

  /// Plans transforms of `samples` samples, in all, to `frequencies` complex numbers.
  ///
  /// - Parameter layout: that of the forward transform.
  init(
    _ kind: SampleKind, _ layout: TransformLayout, samples: Int, frequencies: Int,
    rigor: PlanningRigor
  ) {
    let spectrumBytes = frequencies * MemoryLayout<Complex<Scalar>>.stride
    let signalBytes: Int
    let (there, back): (TransformKind, TransformKind)
    switch kind {
    case .real:
      signalBytes = samples * MemoryLayout<Scalar>.stride
      (there, back) = (.realForward, .realInverse)
    case .complex:
      signalBytes = samples * MemoryLayout<Complex<Scalar>>.stride
      (there, back) = (.complexForward, .complexInverse)
    }
    forward = FFTWPlan(
      there, layout, inputBytes: signalBytes, outputBytes: spectrumBytes, rigor: rigor,
      preservesInput: true)
    inverse = FFTWPlan(
      back, layout.reversed, inputBytes: spectrumBytes, outputBytes: signalBytes, rigor: rigor,
      preservesInput: false)
  }
}
