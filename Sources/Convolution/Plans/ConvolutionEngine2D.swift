// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// A kernel for images with whatever the methods have prepared for it so far.
///
/// This is the one way through: every convolution and correlation of matrices comes here.
final class ConvolutionEngine2D<Element: SignalElement>: Sendable {
  let kernel: Kernel2D<Element>
  /// By the rows and columns of their transforms.
  private let convolvers = KeptValues<SIMD2<Int>, BlockConvolver2D<Element>>()
  /// What was found when the kernel's factors were looked for.
  private let factors = KeptValues<Bool, SeparableKernel<Element>?>()

  init(_ kernel: Matrix<Element>) { self.kernel = Kernel2D(kernel) }

  /// How the results `region` for an image of this size are to be found.
  func choose(
    rows: Int, columns: Int, _ region: Region2D, isPadded: Bool, method: ConvolutionMethod?,
    threads: Int, uses: Int
  ) -> MethodChoice {
    let planner = Planner.shared
    let job = Planner.Job(
      kind: ElementKind(Element.self), rows: rows, columns: columns, kernelRows: kernel.rows,
      kernelColumns: kernel.columns, region: region, isPadded: isPadded, threads: threads,
      uses: uses)
    let choice = planner.chooseForImage(job, method: method)
    let passes = choice.passesWork
    guard method == nil, kernel.rows * kernel.columns > 1, passes > 0 else { return choice }
    // Looking for the factors is a part of what the passes take, once.
    let search =
      SeparableKernel<Element>.secondsPerTap * Double(kernel.rows * kernel.columns)
      / Double(max(1, uses))
    guard passes + search < choice.work, let factors = findFactors(),
      passes * Double(factors.terms.count) + search < choice.work
    else { return choice }
    return planner.chooseForImage(job, method: .separable)
  }

  /// Writes the results `region` of the full convolution of an image, row by row.
  func convolve(
    _ image: ExtendedImage<Element>, _ region: Region2D, _ choice: MethodChoice,
    into output: SharedBuffer<Element>
  ) {
    guard !region.isEmpty else { return }
    switch choice.method {
    case .fft, .overlapSave:
      Self.convolve(image, region, choice, with: [self], into: [output])
    case .direct, .separable:
      if choice.method == .separable, let factors = findFactors() {
        SeparableConvolution2D(kernel, factors).convolve(
          image, region, into: output, threads: choice.threads)
      } else {
        // Direct sums treat the taps that are not finite as any other.
        DirectConvolution2D(kernel).convolve(image, region, into: output, threads: choice.threads)
      }
    }
  }

  /// Writes the results `region` for an image that is given row by row.
  func convolve(
    _ image: Span<Element>, rows: Int, columns: Int, _ boundary: Boundary<Element>,
    _ region: Region2D, _ choice: MethodChoice, into output: inout MutableSpan<Element>
  ) {
    image.withShared { samples in
      let image = ExtendedImage(
        elements: samples, rows: rows, columns: columns, boundary: boundary)
      output.withShared { convolve(image, region, choice, into: $0) }
    }
  }

  /// Writes the results `region` for an image with each of several kernels of one size, by products
  /// of spectra: each block of the image is transformed once for all of them.
  ///
  /// - Parameter choice: `fft` or `overlapSave`, and the same for every kernel.
  /// - Parameter outputs: a place for the results of each.
  static func convolve(
    _ image: ExtendedImage<Element>, _ region: Region2D, _ choice: MethodChoice,
    with engines: [ConvolutionEngine2D], into outputs: [SharedBuffer<Element>]
  ) {
    SpectralConvolution2D(convolvers: engines.map { $0.convolver(choice) })
      .convolve(image, region, choice, into: outputs)
  }

  private func convolver(_ choice: MethodChoice) -> BlockConvolver2D<Element> {
    convolvers.value(of: [choice.transformRows, choice.transformColumns]) {
      BlockConvolver2D(
        kernel, rows: choice.transformRows, columns: choice.transformColumns,
        threads: choice.threads)
    }
  }

  private func findFactors() -> SeparableKernel<Element>? {
    factors.value(of: true) { SeparableKernel(kernel) }
  }
}
