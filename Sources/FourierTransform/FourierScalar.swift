internal import CFFTW
public import RealModule

/// A real number type that FFTW has transforms for: `Float` (libfftw3f) and `Double` (libfftw3).
///
/// Everything above this protocol is written once and is generic over it; what differs between the
/// precisions is the names of FFTW's C functions, which ``FFTWFunctions`` holds.
public protocol FourierScalar: Real, BinaryFloatingPoint, BitwiseCopyable, Sendable {
  /// FFTW's entry points for this precision. Not for use outside this module.
  static var _fftw: FFTWFunctions<Self> { get }
}

extension Float: FourierScalar {
  /// FFTW's `fftwf_` functions.
  public static let _fftw = unsafe FFTWFunctions<Float>(
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
    shippedWisdom: ShippedWisdom.float)
}

extension Double: FourierScalar {
  /// FFTW's `fftw_` functions.
  public static let _fftw = unsafe FFTWFunctions<Double>(
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
    shippedWisdom: ShippedWisdom.double)
}
