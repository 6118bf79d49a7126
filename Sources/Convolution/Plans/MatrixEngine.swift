internal import ComputeSupport
internal import FourierTransform
internal import Synchronization

/// A kernel for images with whatever the methods have prepared for it so far.
///
/// This is the one way through: every convolution and correlation of matrices comes here.
final class MatrixEngine<Element: SignalElement>: Sendable {
  let kernel: MatrixKernel<Element>
  private let prepared = Mutex<[Preparation: PreparedConvolutionMethod<Element>]>([:])
  /// The kernel's factors, once they have been looked for.
  private let factors = Mutex<SeparableKernel<Element>??>(nil)

  private struct Preparation: Hashable {
    let method: ConvolutionMethod
    let rows: Int
    let columns: Int
  }

  init(_ kernel: Matrix<Element>) {
    self.kernel = MatrixKernel(kernel)
  }

  /// How the results `region` for an image of this size are to be found.
  func choose(
    rows: Int, columns: Int, _ region: MatrixRegion, isPadded: Bool, method: ConvolutionMethod?,
    threads: Int, uses: Int
  ) -> MethodChoice {
    let planner = Planner.shared
    let job = Planner.MatrixJob(
      kind: ElementKind(Element.self), rows: rows, columns: columns, kernelRows: kernel.rows,
      kernelColumns: kernel.columns, region: region, isPadded: isPadded, threads: threads,
      uses: uses)
    let choice = planner.choose(job, method: method)
    guard method == nil, kernel.rows * kernel.columns > 1,
      let passes = choice.work[.separable], let best = choice.work[choice.method]
    else { return choice }
    // Looking for the factors is a part of what the passes take, once.
    let search =
      SeparableKernel<Element>.secondsPerTap * Double(kernel.rows * kernel.columns)
      / Double(max(1, uses))
    guard passes + search < best, let factors = findFactors(),
      passes * Double(factors.terms.count) + search < best
    else { return choice }
    return planner.choose(job, method: .separable)
  }

  /// Writes the results `region` of the full convolution of an image, row by row.
  func convolve(
    _ image: ExtendedImage<Element>, _ region: MatrixRegion, _ choice: MethodChoice,
    into output: SharedBuffer<Element>
  ) {
    guard !region.isEmpty else { return }
    switch prepare(choice) {
    case .direct(let direct):
      // Direct sums treat the special taps as any other.
      direct.convolve(image, region, into: output, threads: choice.threads)
    case .separable(let passes):
      passes.convolve(image, region, into: output, threads: choice.threads)
    case .fft(let whole):
      whole.convolve(image, region, into: output, threads: choice.threads)
      addSpecialTaps(image, region, to: output)
    case .overlapSave(let tiles):
      tiles.convolve(image, region, into: output, threads: choice.threads)
      addSpecialTaps(image, region, to: output)
    }
  }

  func prepare(_ choice: MethodChoice) -> PreparedConvolutionMethod<Element> {
    if choice.method == .direct {
      return .direct(DirectConvolution2D(kernel))
    }
    if choice.method == .separable {
      return findFactors().map { .separable(SeparableConvolution2D(kernel, $0)) }
        ?? .direct(DirectConvolution2D(kernel))
    }
    let key = Preparation(
      method: choice.method, rows: choice.transformRows, columns: choice.transformColumns)
    if let known = prepared.withLock({ $0[key] }) { return known }
    let made: PreparedConvolutionMethod<Element> =
      choice.method == .fft
      ? .fft(
        FFTConvolution2D(
          kernel, rows: choice.transformRows, columns: choice.transformColumns,
          threads: choice.threads))
      : .overlapSave(
        TiledConvolution2D(
          kernel, rows: choice.transformRows, columns: choice.transformColumns,
          threads: choice.threads))
    return prepared.withLock { methods in
      if let known = methods[key] { return known }
      methods[key] = made
      return made
    }
  }

  private func findFactors() -> SeparableKernel<Element>? {
    if let known = factors.withLock({ $0 }) { return known }
    let found = SeparableKernel(kernel)
    factors.withLock { $0 = .some(found) }
    return found
  }

  /// Adds the products with taps that are not finite, which the transforms were not shown. Products
  /// with samples that are not finite either are in the results already.
  func addSpecialTaps(
    _ image: ExtendedImage<Element>, _ region: MatrixRegion, to output: SharedBuffer<Element>
  ) {
    for (tap, value) in kernel.taps.specialTaps {
      let (a, b) = tap.quotientAndRemainder(dividingBy: kernel.columns)
      for (index, row) in region.rows.enumerated() {
        let start = index * region.columns.count
        output.withElements(start..<(start + region.columns.count)) { line in
          for (place, column) in region.columns.enumerated() {
            if let sample = image.sample(row - a, column - b), sample.hasFiniteParts {
              line[place] += value * sample
            }
          }
        }
      }
    }
  }
}

enum PreparedConvolutionMethod<Element: SignalElement>: Sendable {
  case direct(DirectConvolution2D<Element>)
  case separable(SeparableConvolution2D<Element>)
  case fft(FFTConvolution2D<Element>)
  case overlapSave(TiledConvolution2D<Element>)
}
