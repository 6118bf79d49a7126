internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import VectorKernels

/// How a spectrum is divided into the blocks of the kernel.
struct SpectrumLayout: Sendable {
  let blocks: Int
  /// The elements of a block: real and imaginary parts.
  let blockElements = 2 * Int(VK_SPECTRUM_BLOCK)

  init(_ frequencies: Int) {
    blocks = (frequencies + Int(VK_SPECTRUM_BLOCK) - 1) / Int(VK_SPECTRUM_BLOCK)
  }

  var elementCount: Int { blocks * blockElements }
}

/// A plane and a spectrum for one thread.
struct TileScratch<Scalar: FourierScalar>: Sendable {
  let plane: SharedBuffer<Scalar>
  let spectrum: SharedBuffer<Complex<Scalar>>

  init(_ transform: RealTransform<Scalar>) {
    plane = SharedBuffer(unwritten: transform.sampleCount)
    spectrum = SharedBuffer(unwritten: transform.spectrumCount)
  }

  /// Transforms the plane and writes its spectrum's blocks.
  func transform(
    _ transform: RealTransform<Scalar>, to blocks: SharedBuffer<Scalar>, at start: Int,
    stride: Int
  ) {
    transform.forward(plane, into: spectrum)
    let size = 2 * Int(VK_SPECTRUM_BLOCK)
    let last = (spectrum.count - 1) / Int(VK_SPECTRUM_BLOCK)
    unsafe Scalar.kernels.spectrumSplit(
      spectrum.pairs(), spectrum.count, blocks.address(start, last * stride + size), stride)
  }

  /// Puts a spectrum together from its blocks and transforms it back, unscaled, to the plane.
  func invert(
    _ transform: RealTransform<Scalar>, from blocks: SharedBuffer<Scalar>, at start: Int,
    stride: Int
  ) {
    let size = 2 * Int(VK_SPECTRUM_BLOCK)
    let last = (spectrum.count - 1) / Int(VK_SPECTRUM_BLOCK)
    unsafe Scalar.kernels.spectrumJoin(
      blocks.address(start, last * stride + size), stride, spectrum.count, spectrum.pairs())
    transform.unscaledInverse(consuming: spectrum, into: plane)
  }
}
