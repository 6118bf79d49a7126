public import RealModule

/// A real number type that FFTW has transforms for: `Float` (libfftw3f) and `Double` (libfftw3).
///
/// Everything above this protocol is written once and is generic over it; what differs between the
/// precisions is the names of FFTW's C functions, which ``FFTWFunctions`` holds.
public protocol FourierScalar: Real, BinaryFloatingPoint, BitwiseCopyable, Sendable {
  /// FFTW's entry points for this precision. Not for use outside this module.
  static var _fftw: FFTWFunctions { get }
}

/// The C entry points of one precision of FFTW, with the types of the elements erased.
///
/// The pointers are to `Scalar` or to interleaved complex `Scalar`, as FFTW's documentation says of
/// each function. `Float` and `Double` fill in this table; its contents are of no use elsewhere.
@safe public struct FFTWFunctions: Sendable {
  typealias Planner =
    @Sendable (
      _ layout: TransformLayout, _ input: UnsafeMutableRawPointer,
      _ output: UnsafeMutableRawPointer, _ flags: UInt32
    ) -> OpaquePointer?
  typealias Executor =
    @Sendable (
      _ plan: OpaquePointer, _ input: UnsafeMutableRawPointer, _ output: UnsafeMutableRawPointer
    ) -> Void

  let planRealForward: Planner
  let planRealInverse: Planner
  let planComplexForward: Planner
  let planComplexInverse: Planner
  let executeRealForward: Executor
  let executeRealInverse: Executor
  let executeComplex: Executor
  let destroy: @Sendable (OpaquePointer) -> Void
  let importWisdom: @Sendable (String) -> Bool
  let exportWisdom: @Sendable () -> String
  let forgetWisdom: @Sendable () -> Void
  /// The wisdom that the package ships for this precision.
  let shippedWisdom: String
}
