// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// A kernel for volumes with whatever the methods have prepared for it so far.
///
/// This is the one way through: every convolution and correlation of volumes comes here.
final class ConvolutionEngine3D<Element: SignalElement>: Sendable {
  let kernel: Kernel3D<Element>
  /// By the sizes of their transforms and the lengths of their lines.
  private let convolvers = KeptValues<SIMD4<Int>, BlockConvolver3D<Element>>()
  /// What was found when the kernel's factors were looked for.
  private let factors = KeptValues<Bool, SeparableKernel3D<Element>?>()

  init(_ kernel: Volume<Element>) { self.kernel = Kernel3D(kernel) }

  var kernelSize: VolumeSize {
    VolumeSize(planes: kernel.planes, rows: kernel.rows, columns: kernel.columns)
  }

  /// How the results `region` for a volume of this size are to be found.
  func choose(
    _ size: VolumeSize, _ region: Region3D, isPadded: Bool, method: ConvolutionMethod?,
    threads: Int, uses: Int
  ) -> MethodChoice {
    let planner = Planner.shared
    let job = Planner.VolumeJob(
      kind: ElementKind(Element.self), size: size, kernel: kernelSize, region: region,
      isPadded: isPadded, threads: threads, uses: uses)
    let choice = planner.chooseForVolume(job, method: method)
    let passes = choice.passesWork
    guard method == nil, kernel.taps.count > 1, passes > 0 else { return choice }
    // Looking for the factors is a part of what the passes take, once.
    let search =
      SeparableKernel<Element>.secondsPerTap * Double(kernel.taps.count) / Double(max(1, uses))
    guard passes + search < choice.work, let factors = findFactors() else { return choice }
    let plane = factors.plane.choose(
      rows: size.rows, columns: size.columns, region.lines, isPadded: isPadded, method: nil,
      threads: 1, uses: size.planes)
    let separable = planner.separable(job, planeSeconds: plane.work)
    guard separable.work + search < choice.work else { return choice }
    return planner.choice(
      among: [separable] + planner.candidates(job, method: nil), method: .separable)
  }

  /// Writes the results `region` of the full convolution of a volume, plane by plane.
  func convolve(
    _ volume: Span<Element>, _ size: VolumeSize, _ boundary: Boundary<Element>,
    _ region: Region3D, _ choice: MethodChoice, into output: inout MutableSpan<Element>
  ) {
    guard !region.isEmpty else { return }
    volume.withShared { samples in
      let volume = ExtendedVolume(
        elements: samples, planes: size.planes, rows: size.rows, columns: size.columns,
        boundary: boundary)
      output.withShared { output in convolve(volume, region, choice, into: output) }
    }
  }

  private func convolve(
    _ volume: ExtendedVolume<Element>, _ region: Region3D, _ choice: MethodChoice,
    into output: SharedBuffer<Element>
  ) {
    switch choice.method {
    case .fft, .overlapSave:
      SpectralConvolution3D(convolver: convolver(choice))
        .convolve(volume, region, choice, into: output)
    case .direct, .separable:
      if choice.method == .separable, let factors = findFactors() {
        SeparableConvolution3D(factors).convolve(
          volume, region, into: output, threads: choice.threads)
      } else {
        // Direct sums treat the taps that are not finite as any other.
        DirectConvolution3D(kernel).convolve(
          volume, region, of: region, into: output, threads: choice.threads)
      }
    }
  }

  private func convolver(_ choice: MethodChoice) -> BlockConvolver3D<Element> {
    convolvers.value(of: [choice.transformRows, choice.transformColumns, choice.lineLength, 0]) {
      BlockConvolver3D(
        kernel, rows: choice.transformRows, columns: choice.transformColumns,
        lineLength: choice.lineLength, threads: choice.threads)
    }
  }

  private func findFactors() -> SeparableKernel3D<Element>? {
    factors.value(of: true) { SeparableKernel3D(kernel) }
  }
}
