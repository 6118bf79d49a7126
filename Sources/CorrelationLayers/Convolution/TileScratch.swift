// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import VectorKernels

/// The elements of a block of a spectrum: real and imaginary parts.
let blockElements = 2 * Int(VK_SPECTRUM_BLOCK)

/// A plane and its spectrum for one thread, and how spectra are divided into the blocks of the
/// kernel.
final class TileScratch<Scalar: FourierScalar>: Sendable {
  let transform: RealTransform<Scalar>
  let plane: SharedBuffer<Scalar>
  /// Room for the places of small results.
  let places: SharedBuffer<Int>
  private let spectrum: SharedBuffer<Complex<Scalar>>

  init(_ transform: RealTransform<Scalar>, _ outputCount: Int) {
    self.transform = transform
    places = SharedBuffer(unwritten: outputCount)
    plane = SharedBuffer(unwritten: transform.sampleCount)
    spectrum = SharedBuffer(unwritten: transform.spectrumCount)
  }

  static func blockCount(_ transform: RealTransform<Scalar>) -> Int {
    (transform.spectrumCount + Int(VK_SPECTRUM_BLOCK) - 1) / Int(VK_SPECTRUM_BLOCK)
  }

  /// Where the blocks of a spectrum are, `stride` blocks apart.
  private func blocks(
    _ spectra: SharedBuffer<Scalar>, at block: Int, stride: Int
  ) -> UnsafeMutablePointer<Scalar> {
    let last = (Self.blockCount(transform) - 1) * stride
    return unsafe spectra.address(block * blockElements, (last + 1) * blockElements)
  }

  /// Transforms the plane and writes its spectrum's blocks, from `block` on and `stride` apart.
  func transform(to spectra: SharedBuffer<Scalar>, at block: Int, stride: Int) {
    transform.forward(plane, into: spectrum)
    unsafe Scalar._operations.kernels.pointee.spectrumSplit(
      spectrum.pairs(), spectrum.count, blocks(spectra, at: block, stride: stride),
      stride * blockElements)
  }

  /// Puts a spectrum together from its blocks and transforms it back, unscaled, to the plane.
  func invert(from spectra: SharedBuffer<Scalar>, at block: Int, stride: Int) {
    unsafe Scalar._operations.kernels.pointee.spectrumJoin(
      blocks(spectra, at: block, stride: stride), stride * blockElements, spectrum.count,
      spectrum.pairs())
    transform.unscaledInverse(consuming: spectrum, into: plane)
  }
}
