internal import CFFTW
package import ComputeSupport
public import RealModule

/// A real number type that the package computes with: `Float` or `Double`.
///
/// Everything above this protocol is written once and is generic over it. No other type can conform
/// to it.
public protocol FourierScalar: Real, BinaryFloatingPoint, BitwiseCopyable, SignalElement
where Scalar == Self {}

/// FFTW's functions and the compiled inner loops of one precision. Not for use outside the package,
/// and without a public initializer, so that no other type can be an element.
///
/// It is a class so that to call one function is not to copy the tables of all.
public final class _Operations<Scalar: Sendable>: Sendable {
  let fftw: FFTWFunctions<Scalar>
  package let kernels: KernelTable<Scalar>

  init(fftw: FFTWFunctions<Scalar>, kernels: KernelTable<Scalar>) {
    self.fftw = fftw
    self.kernels = kernels
  }
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
