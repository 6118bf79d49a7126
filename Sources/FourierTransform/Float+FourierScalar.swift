internal import CFFTW
public import RealModule

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Float: FourierScalar {
  /// FFTW's `fftwf_` functions.
  public static let _fftw = unsafe FFTWFunctions(
    planRealForward: { layout, input, output, flags in
      unsafe fftwf_plan_guru64_dft_r2c(
        Int32(layout.axes.count), layout.axes, Int32(layout.batch.count), layout.batch,
        input.assumingMemoryBound(to: Float.self),
        output.assumingMemoryBound(to: fftwf_complex.self),
        flags)
    },
    planRealInverse: { layout, input, output, flags in
      unsafe fftwf_plan_guru64_dft_c2r(
        Int32(layout.axes.count), layout.axes, Int32(layout.batch.count), layout.batch,
        input.assumingMemoryBound(to: fftwf_complex.self),
        output.assumingMemoryBound(to: Float.self),
        flags)
    },
    planComplexForward: { layout, input, output, flags in
      unsafe fftwf_plan_guru64_dft(
        Int32(layout.axes.count), layout.axes, Int32(layout.batch.count), layout.batch,
        input.assumingMemoryBound(to: fftwf_complex.self),
        output.assumingMemoryBound(to: fftwf_complex.self), FFTW_FORWARD, flags)
    },
    planComplexInverse: { layout, input, output, flags in
      unsafe fftwf_plan_guru64_dft(
        Int32(layout.axes.count), layout.axes, Int32(layout.batch.count), layout.batch,
        input.assumingMemoryBound(to: fftwf_complex.self),
        output.assumingMemoryBound(to: fftwf_complex.self), FFTW_BACKWARD, flags)
    },
    executeRealForward: { plan, input, output in
      unsafe fftwf_execute_dft_r2c(
        plan, input.assumingMemoryBound(to: Float.self),
        output.assumingMemoryBound(to: fftwf_complex.self))
    },
    executeRealInverse: { plan, input, output in
      unsafe fftwf_execute_dft_c2r(
        plan, input.assumingMemoryBound(to: fftwf_complex.self),
        output.assumingMemoryBound(to: Float.self))
    },
    executeComplex: { plan, input, output in
      unsafe fftwf_execute_dft(
        plan, input.assumingMemoryBound(to: fftwf_complex.self),
        output.assumingMemoryBound(to: fftwf_complex.self))
    },
    destroy: { unsafe fftwf_destroy_plan($0) },
    importWisdom: { unsafe fftwf_import_wisdom_from_string($0) != 0 },
    exportWisdom: {
      guard let text = unsafe fftwf_export_wisdom_to_string() else { return "" }
      defer { unsafe free(text) }
      return unsafe String(cString: text)
    },
    forgetWisdom: { fftwf_forget_wisdom() },
    shippedWisdom: ShippedWisdom.float)
}
