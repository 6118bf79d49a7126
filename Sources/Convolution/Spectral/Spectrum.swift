internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// Complex values that are made once and then read by many threads.
final class Spectrum<Scalar: FourierScalar>: Sendable {
  private let values: AlignedBuffer<Complex<Scalar>>

  init(count: Int, _ body: (inout MutableSpan<Complex<Scalar>>) -> Void) {
    var buffer = unsafe AlignedBuffer<Complex<Scalar>>(uninitialized: count)
    var span = buffer.mutableSpan
    body(&span)
    values = buffer
  }

  func withValues(_ body: (Span<Complex<Scalar>>) -> Void) { values.withSpan(body) }
}
