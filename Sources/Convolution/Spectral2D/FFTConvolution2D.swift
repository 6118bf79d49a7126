internal import ComputeSupport
internal import FourierTransform

/// 2-D convolution as one product of spectra: the whole image is one block.
///
/// Rows of the block that hold no samples are not transformed, and rows of results that nobody
/// wants are not transformed back.
///
/// - Complexity: O(N log N) time and O(N) memory, for an image and kernel of together N elements.
struct FFTConvolution2D<Element: SignalElement>: Sendable {
  let convolver: MatrixBlockConvolver<Element>

  /// `rows` and `columns` are at least those of `leastSize` for the convolutions to come.
  init(_ kernel: MatrixKernel<Element>, rows: Int, columns: Int, threads: Int) {
    convolver = MatrixBlockConvolver(kernel, rows: rows, columns: columns, threads: threads)
  }

  /// Writes the results `region` of the full convolution, row by row without gaps.
  func convolve(
    _ image: ExtendedImage<Element>, _ region: MatrixRegion, into output: SharedBuffer<Element>,
    threads: Int
  ) {
    var workspace = convolver.makeWorkspace()
    convolver.convolve(
      block(image, region), into: output, rowStride: region.columns.count, &workspace,
      threads: threads)
  }

  /// The one block that has all results of `region`.
  func block(_ image: ExtendedImage<Element>, _ region: MatrixRegion) -> MatrixBlock<Element> {
    let kernel = convolver.kernel
    var (row, column) = (0, 0)
    if case .zero = image.boundary {
    } else {
      // What is beyond the edges takes part: the block starts where the window of the results does.
      (row, column) = (
        region.rows.lowerBound - kernel.rows + 1, region.columns.lowerBound - kernel.columns + 1
      )
    }
    return MatrixBlock(
      of: image, row: row, column: column, rows: convolver.transform.rows,
      columns: convolver.transform.columns, results: region.relative(toRow: row, column: column),
      kernelRows: kernel.rows, kernelColumns: kernel.columns)
  }

  /// The smallest block, in rows and columns, that will do.
  static func leastSize(
    rows: Int, columns: Int, kernelRows: Int, kernelColumns: Int, region: MatrixRegion,
    isPadded: Bool
  ) -> (rows: Int, columns: Int) {
    if isPadded {
      return (region.rows.count + kernelRows - 1, region.columns.count + kernelColumns - 1)
    }
    return (
      leastTransformLength(signalCount: rows, kernelCount: kernelRows, range: region.rows),
      leastTransformLength(signalCount: columns, kernelCount: kernelColumns, range: region.columns)
    )
  }
}
