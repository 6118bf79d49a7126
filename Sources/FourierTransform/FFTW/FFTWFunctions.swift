// SPDX-License-Identifier: MIT

internal import CFFTW

/// The C entry points of one precision of FFTW; see its manual for each.
@safe struct FFTWFunctions<Scalar: Sendable>: Sendable {
  typealias Samples = UnsafeMutablePointer<Scalar>
  typealias Values = UnsafeMutablePointer<(Scalar, Scalar)>
  typealias Axes = UnsafePointer<fftw_iodim64>
  typealias Plan = OpaquePointer

  let planRealForward:
    @Sendable (CInt, Axes?, CInt, Axes?, Samples?, Values?, CUnsignedInt) -> Plan?
  let planRealInverse:
    @Sendable (CInt, Axes?, CInt, Axes?, Values?, Samples?, CUnsignedInt) -> Plan?
  let planComplex:
    @Sendable (
      CInt, Axes?, CInt, Axes?, Values?, Values?, _ sign: CInt, _ flags: CUnsignedInt
    ) -> Plan?
  let executeRealForward: @Sendable (Plan?, Samples?, Values?) -> Void
  let executeRealInverse: @Sendable (Plan?, Values?, Samples?) -> Void
  let executeComplex: @Sendable (Plan?, Values?, Values?) -> Void
  let destroy: @Sendable (Plan?) -> Void
  let importWisdom: @Sendable (UnsafePointer<CChar>?) -> CInt
  /// The caller frees the text.
  let exportWisdom: @Sendable () -> UnsafeMutablePointer<CChar>?
  let forgetWisdom: @Sendable () -> Void
  /// The wisdom that the package ships for this precision.
  let shippedWisdom: @Sendable () -> String
}

/// Which of FFTW's four transforms a plan does.
enum TransformKind: Sendable {
  case realForward, realInverse, complexForward, complexInverse
}

extension FFTWFunctions {
  /// Executes a plan on other memory than it was made for.
  typealias Executor = @Sendable (Plan, UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Void

  func plan(
    _ kind: TransformKind, _ layout: TransformLayout, _ input: UnsafeMutableRawPointer,
    _ output: UnsafeMutableRawPointer, _ flags: CUnsignedInt
  ) -> Plan? {
    let (rank, repeats) = (CInt(layout.axes.count), CInt(layout.batch.count))
    switch kind {
    case .realForward:
      return unsafe planRealForward(
        rank, layout.axes, repeats, layout.batch, numbers(input), numbers(output), flags)
    case .realInverse:
      return unsafe planRealInverse(
        rank, layout.axes, repeats, layout.batch, numbers(input), numbers(output), flags)
    case .complexForward, .complexInverse:
      return unsafe planComplex(
        rank, layout.axes, repeats, layout.batch, numbers(input), numbers(output),
        kind == .complexForward ? FFTW_FORWARD : FFTW_BACKWARD, flags)
    }
  }

  func executor(of kind: TransformKind) -> Executor {
    switch kind {
    case .realForward:
      { [execute = unsafe executeRealForward] in unsafe execute($0, numbers($1), numbers($2)) }
    case .realInverse:
      { [execute = unsafe executeRealInverse] in unsafe execute($0, numbers($1), numbers($2)) }
    case .complexForward, .complexInverse:
      { [execute = unsafe executeComplex] in unsafe execute($0, numbers($1), numbers($2)) }
    }
  }
}

/// The numbers of memory, of the type that is asked for.
private func numbers<Value>(_ memory: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Value> {
  unsafe memory.assumingMemoryBound(to: Value.self)
}
