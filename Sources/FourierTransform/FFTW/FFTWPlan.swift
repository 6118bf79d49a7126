// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import CFFTW
internal import Synchronization

/// The one lock around all of FFTW that is not thread-safe: planning, destroying plans and wisdom.
/// No plan may end while it is held: its `deinit` takes the lock. It holds, by the precision, whether FFTW
/// took the wisdom that ships.
private let plannerLock = Mutex<[String: Bool]>([:])

/// Runs `body` alone in FFTW's planner, after the wisdom that the package ships has been read.
func withPlanner<Scalar: FourierScalar, Result: Sendable>(
  for scalar: Scalar.Type, _ body: (FFTWFunctions<Scalar>) -> sending Result
) -> Result {
  let functions = unsafe Scalar._operations.fftw.pointee
  return plannerLock.withLock { taken in
    if taken[String(describing: scalar)] == nil {
      // A text of another version or other codelets is ignored: plans are then estimated.
      taken[String(describing: scalar)] =
        unsafe functions.importWisdom(functions.shippedWisdom()) != 0
    }
    return body(functions)
  }
}

/// Whether FFTW took the wisdom that the package ships for a precision.
func takesShippedWisdom<Scalar: FourierScalar>(for scalar: Scalar.Type) -> Bool {
  withPlanner(for: scalar) { _ in }
  return plannerLock.withLock { $0[String(describing: scalar)] ?? false }
}

/// Owns one plan of FFTW, which is immutable once made: its new-array execution is thread-safe.
@safe final class FFTWPlan<Scalar: FourierScalar>: @unchecked Sendable {
  private let plan: OpaquePointer
  /// FFTW's function that executes this kind of plan.
  private let executor: FFTWFunctions<Scalar>.Executor

  /// Plans a transform that reads `inputBytes` and writes `outputBytes`, both on 16 bytes.
  init(
    _ kind: TransformKind, _ layout: TransformLayout, inputBytes: Int, outputBytes: Int,
    rigor: PlanningRigor, preservesInput: Bool
  ) {
    unsafe executor = Scalar._operations.fftw.pointee.executor(of: kind)
    // Planning writes into these buffers only when it measures; else their pages are never touched.
    var input = unsafe AlignedBuffer<UInt8>(uninitialized: inputBytes)
    var output = unsafe AlignedBuffer<UInt8>(uninitialized: outputBytes)
    let flags =
      rigor.flags | UInt32(preservesInput ? FFTW_PRESERVE_INPUT : FFTW_DESTROY_INPUT)
    let source = unsafe input.start
    let target = unsafe output.start
    let address = withPlanner(for: Scalar.self) { functions in
      unsafe UInt(bitPattern: functions.plan(kind, layout, source, target, flags))
    }
    guard let made = unsafe OpaquePointer(bitPattern: address) else {
      preconditionFailure("FFTW has no plan for \(kind) of \(layout)")
    }
    unsafe plan = made
  }

  deinit {
    let address = unsafe UInt(bitPattern: plan)
    withPlanner(for: Scalar.self) { functions in
      if let plan = unsafe OpaquePointer(bitPattern: address) { unsafe functions.destroy(plan) }
    }
  }

  /// Executes the plan on other arrays of the same layout, whose sizes the caller has checked.
  ///
  /// The plan was made for multiples of 16: data elsewhere goes through aligned copies, which costs
  /// far less than an unaligned plan (1.4 to 2.7 times the transform).
  func execute<Input, Output>(_ input: Span<Input>, _ output: inout MutableSpan<Output>) {
    let inputBytes = input.count * MemoryLayout<Input>.stride
    let outputBytes = output.count * MemoryLayout<Output>.stride
    unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        unsafe withAlignedCopy(
          of: UnsafeMutableRawPointer(mutating: from), byteCount: inputBytes, copiesIn: true
        ) { from in
          unsafe withAlignedCopy(
            of: UnsafeMutableRawPointer(to), byteCount: outputBytes, copiesOut: true
          ) { to in unsafe executor(plan, from, to) }
        }
      }
    }
  }
}

/// Calls `body` with `address` itself if FFTW's vector code can work there, else with a copy.
private func withAlignedCopy(
  of address: UnsafeMutableRawPointer, byteCount: Int, copiesIn: Bool = false,
  copiesOut: Bool = false, _ body: (UnsafeMutableRawPointer) -> Void
) {
  guard UInt(bitPattern: address) % 16 != 0 else { return unsafe body(address) }
  var copy = unsafe AlignedBuffer<UInt8>(uninitialized: byteCount)
  let start = unsafe copy.start
  if copiesIn { unsafe start.copyMemory(from: address, byteCount: byteCount) }
  unsafe body(start)
  if copiesOut { unsafe address.copyMemory(from: start, byteCount: byteCount) }
}

/// How the samples of a transform lie in memory, in FFTW's "guru" terms. Strides count real numbers
/// on the real side of a transform and complex ones on the complex side.
struct TransformLayout: Sendable {
  /// The lengths and strides of the transform's own axes, slowest first.
  var axes: [fftw_iodim64]
  /// The lengths and strides of the axes over which the transform is repeated.
  var batch: [fftw_iodim64] = []

  /// One contiguous transform of `length`.
  init(length: Int) {
    axes = [fftw_iodim64(n: length, is: 1, os: 1)]
  }

  /// `count` transforms of `rows` by `columns` numbers, each row by row and one after another.
  init(rows: Int, columns: Int, inputColumns: Int, outputColumns: Int, count: Int) {
    axes = [
      fftw_iodim64(n: rows, is: inputColumns, os: outputColumns),
      fftw_iodim64(n: columns, is: 1, os: 1),
    ]
    if count != 1 {
      batch = [fftw_iodim64(n: count, is: rows * inputColumns, os: rows * outputColumns)]
    }
  }

  /// The layout of the inverse transform: what was read is written.
  var reversed: TransformLayout {
    func swapped(_ axis: fftw_iodim64) -> fftw_iodim64 {
      fftw_iodim64(n: axis.n, is: axis.os, os: axis.is)
    }
    var layout = self
    layout.axes = axes.map(swapped)
    layout.batch = batch.map(swapped)
    return layout
  }
}
