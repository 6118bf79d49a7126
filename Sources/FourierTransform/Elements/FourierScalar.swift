// SPDX-License-Identifier: MIT

internal import CFFTW
package import ComputeSupport
public import RealModule

/// A real number type that the package computes with: `Float` or `Double`.
///
/// No other type can conform to it.
public protocol FourierScalar: Real, BinaryFloatingPoint, BitwiseCopyable, SignalElement
where Scalar == Self {}

/// FFTW's functions and the compiled inner loops of one precision. Not for use outside the package,
/// and without a public initializer, so that no other type can be an element.
///
/// It holds the addresses of tables that are never freed: to call one function neither copies the
/// tables of all nor counts references, which made a convolution by short
/// transforms take 1.03 times as long (Zen 4).
@safe public struct _Operations<Scalar: Sendable>: @unchecked Sendable {
  // @unchecked: nobody writes to the tables.
  let fftw: UnsafePointer<FFTWFunctions<Scalar>>
  package let kernels: UnsafePointer<KernelTable<Scalar>>

  init(fftw: FFTWFunctions<Scalar>, kernels: KernelTable<Scalar>) {
    unsafe self.fftw = immortal(fftw)
    unsafe self.kernels = immortal(kernels)
  }
}

/// The address of a copy of `value` that is never freed.
@unsafe private func immortal<Value>(_ value: Value) -> UnsafePointer<Value> {
  let memory = UnsafeMutablePointer<Value>.allocate(capacity: 1)
  unsafe memory.initialize(to: value)
  return unsafe UnsafePointer(memory)
}

extension Float: FourierScalar {
  /// FFTW's `fftwf_` functions, and the `_f32` kernels.
  public static let _operations = unsafe _Operations<Float>(
    fftw: FFTWFunctions(
      planRealForward: fftwf_plan_guru64_dft_r2c,
      planRealInverse: fftwf_plan_guru64_dft_c2r,
      planComplex: fftwf_plan_guru64_dft,
      executeRealForward: fftwf_execute_dft_r2c,
      executeRealInverse: fftwf_execute_dft_c2r,
      executeComplex: fftwf_execute_dft,
      destroy: fftwf_destroy_plan,
      importWisdom: fftwf_import_wisdom_from_string,
      exportWisdom: fftwf_export_wisdom_to_string,
      forgetWisdom: fftwf_forget_wisdom,
      shippedWisdom: { Tuning.shipped.floatWisdom }),
    kernels: .float)
}

extension Double: FourierScalar {
  /// FFTW's `fftw_` functions, and the `_f64` kernels.
  public static let _operations = unsafe _Operations<Double>(
    fftw: FFTWFunctions(
      planRealForward: fftw_plan_guru64_dft_r2c,
      planRealInverse: fftw_plan_guru64_dft_c2r,
      planComplex: fftw_plan_guru64_dft,
      executeRealForward: fftw_execute_dft_r2c,
      executeRealInverse: fftw_execute_dft_c2r,
      executeComplex: fftw_execute_dft,
      destroy: fftw_destroy_plan,
      importWisdom: fftw_import_wisdom_from_string,
      exportWisdom: fftw_export_wisdom_to_string,
      forgetWisdom: fftw_forget_wisdom,
      shippedWisdom: { Tuning.shipped.doubleWisdom }),
    kernels: .double)
}
