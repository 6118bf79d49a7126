// SPDX-License-Identifier: MIT

internal import Convolution

extension Int: ComputedElement {}

extension UInt64: ComputedElement {}

// Integers are computed with exactly, as Int or as UInt64; there are no plans of them, so that each block
// is one call.
extension ComputedElement where Self: FixedWidthInteger, Result == Int {
  static func element(real: Double, imaginary: Double) -> Self? {
    imaginary == 0 ? Self(exactly: real) : nil
  }

  static func add(_ results: Span<Int>, to sums: inout MutableSpan<Int>) -> Bool {
    var fits = true
    for index in sums.indices {
      let (sum, overflows) = sums[index].addingReportingOverflow(results[index])
      sums[index] = sum
      fits = fits && !overflows
    }
    return fits
  }

  static func operation(
    _ kernel: [Self], _ job: BlockJob
  ) throws(InterfaceError) -> BlockOperation<Self> {
    let boundary = try job.boundary(Self.self)
    // A line is an image of one row where there is something beyond its ends.
    let isLine = job.shape.count == 1 && boundary == .zero
    return BlockOperation { block, shape, results throws(InterfaceError) in
      let elements = Array(copying: block)
      let found = try translating(InterfaceError.init) { () throws(ConvolutionError) in
        switch job.shape.count {
        case 1 where isLine: try line(elements, kernel, job)
        case 1, 2: try image(elements, shape, kernel, job, boundary)
        default: try volume(elements, shape, kernel, job, boundary)
        }
      }
      copy(found, into: &results)
    }
  }

  private static func line(
    _ block: [Self], _ kernel: [Self], _ job: BlockJob
  ) throws(ConvolutionError) -> [Int] {
    job.isCorrelation
      ? try correlate(
        block, kernel, mode: job.modes[0], method: job.method, threads: job.threads)
      : try convolve(
        block, kernel, mode: job.modes[0], method: job.method, threads: job.threads)
  }

  private static func image(
    _ block: [Self], _ shape: [Int], _ kernel: [Self], _ job: BlockJob, _ boundary: Boundary<Self>
  ) throws(ConvolutionError) -> [Int] {
    let isLine = job.shape.count == 1
    func matrix(_ elements: [Self], _ shape: [Int]) -> Matrix<Self> {
      Matrix(
        rows: isLine ? 1 : shape[0], columns: shape[isLine ? 0 : 1], elements: elements)
    }
    let columnMode = job.modes[isLine ? 0 : 1]
    let mode = isLine ? (columnMode == .valid ? .valid : .same) : job.modes[0]
    let (image, kernel) = (matrix(block, shape), matrix(kernel, job.shape))
    let found =
      job.isCorrelation
      ? try correlate(
        image, kernel, mode: mode, columnMode: columnMode, boundary: boundary, method: job.method,
        threads: job.threads)
      : try convolve(
        image, kernel, mode: mode, columnMode: columnMode, boundary: boundary, method: job.method,
        threads: job.threads)
    return found.elements
  }

  private static func volume(
    _ block: [Self], _ shape: [Int], _ kernel: [Self], _ job: BlockJob, _ boundary: Boundary<Self>
  ) throws(ConvolutionError) -> [Int] {
    func volume(_ elements: [Self], _ shape: [Int]) -> Volume<Self> {
      Volume(planes: shape[0], rows: shape[1], columns: shape[2], elements: elements)
    }
    let (volume, kernel) = (volume(block, shape), volume(kernel, job.shape))
    let modes = job.modes
    let found =
      job.isCorrelation
      ? try correlate(
        volume, kernel, mode: modes[0], rowMode: modes[1], columnMode: modes[2],
        boundary: boundary, method: job.method, threads: job.threads)
      : try convolve(
        volume, kernel, mode: modes[0], rowMode: modes[1], columnMode: modes[2],
        boundary: boundary, method: job.method, threads: job.threads)
    return found.elements
  }
}
