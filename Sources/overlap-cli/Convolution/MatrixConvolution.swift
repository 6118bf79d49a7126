internal import FourierTransform
import ComplexModule
import Convolution
import SignalFiles

/// A convolution or correlation of images or of arrays of two dimensions, or of one if there is to
/// be something beyond their ends.
struct MatrixConvolution {
  var operation: ArrayConvolution.Operation
  var options: ConvolutionOptions
  var boundary: ImageBoundary
  /// Whether correlations are divided by the norms of what is correlated.
  var normalizes = false
  /// The largest lag of a correlation that is wanted, either way; nil for those of the mode.
  var maximumLag: Int?
  /// Where the lags of the results go, if anywhere.
  var lagPath: String?

  /// Does the work if one of the files is an image or an array of two dimensions, or if the
  /// boundary makes rows of arrays of one.
  ///
  /// - Returns: whether the work was for here.
  func run(_ first: String, _ second: String) throws -> Bool {
    let a = try MatrixInput(path: first)
    let b = try MatrixInput(path: second)
    if a == nil && b == nil {
      if boundary.isZero { return false }
      guard isArrayPath(first) && isArrayPath(second) else {
        throw CommandFailure(
          .usage, "--boundary is for images and arrays: sound is silent beyond its ends")
      }
      try run(try MatrixInput(rowOf: first), try MatrixInput(rowOf: second))
    } else {
      try run(try a ?? .required(path: first), try b ?? .required(path: second))
    }
    return true
  }

  private func run(_ image: MatrixInput, _ kernel: MatrixInput) throws {
    let (first, second) = (image.path, kernel.path)
    let isImage = isImagePath(options.output) && !image.isVector
    guard isImage || isArrayPath(options.output) else {
      throw SignalFileError.cannotCreate(
        path: options.output,
        reason: "its name has to end in .npy" + (image.isVector ? "" : " or .png"))
    }
    guard kernel.planes.count == 1 || kernel.planes.count == image.planes.count else {
      throw SignalFileError.wrongShape(
        path: second, expected: "one channel, or \(image.planes.count) as in \(first)",
        actual: "\(kernel.planes.count)")
    }
    let isNested =
      (image.rows >= kernel.rows && image.columns >= kernel.columns)
      || (image.rows <= kernel.rows && image.columns <= kernel.columns)
    guard options.mode != .valid || isNested else {
      throw SignalFileError.wrongShape(
        path: second,
        expected: "a size that fits into \(image.rows) x \(image.columns), or that it fits into,",
        actual: "\(kernel.rows) x \(kernel.columns)")
    }
    let lags = lags(image, kernel)
    let planes = try image.planes.enumerated().map { index, plane in
      try combine(
        Operand(path: first, array: plane),
        Operand(
          path: second, array: kernel.planes[kernel.planes.count == 1 ? 0 : index],
          raster: kernel.raster), lags)
    }
    let result = stacked(planes, isVector: image.isVector)
    var lagFile = try LagFile(image.isVector ? array(of: lags.columns) : lags.array, path: lagPath)
    if isImage {
      try writeImage(planes, image, kernel, lags)
    } else {
      try result.write(to: options.output)
    }
    try lagFile.commit()
    report(planes, isVector: image.isVector)
  }

  /// The lags of the results.
  private func lags(_ image: MatrixInput, _ kernel: MatrixInput) -> MatrixLags {
    if let maximumLag {
      return MatrixLags(
        rows: Range(options.lags(upTo: maximumLag, image.rows, kernel.rows)),
        columns: Range(options.lags(upTo: maximumLag, image.columns, kernel.columns)))
    }
    return MatrixLags(
      rows: options.mode.lags(signalCount: image.rows, kernelCount: kernel.rows),
      columns: options.mode.lags(signalCount: image.columns, kernelCount: kernel.columns))
  }

  /// One plane, or a kernel for it.
  private struct Operand {
    var path: String
    var array: NumPyArray
    /// The image that a kernel is from; its samples count from 0 to 1.
    var raster: Raster?

    func matrix<Element>(_ elements: [Element]) -> Matrix<Element> {
      Matrix(rows: array.shape[0], columns: array.shape[1], elements: elements)
    }
  }

  /// One plane with one kernel: exactly for integers, otherwise in the narrowest type that holds
  /// both.
  private func combine(_ a: Operand, _ b: Operand, _ lags: MatrixLags) throws -> NumPyArray {
    let types = [a.array.elementType, b.array.elementType]
    let isSingle = types.allSatisfy(\.fitsSinglePrecision)
    if types.allSatisfy(\.isInteger), !normalizes, let edge = boundary.ofIntegers {
      return try combineExactly(a, b, edge, lags)
    }
    if types.contains(where: \.isComplex) {
      return isSingle
        ? try combine(a, b, lags, { [Complex<Float>]($0) ?? [] })
        : try combine(a, b, lags, { [Complex<Double>]($0) ?? [] })
    }
    return isSingle
      ? try combine(a, b, lags) { [Float]($0) ?? [] }
      : try combine(a, b, lags) { [Double]($0) ?? [] }
  }

  private func combine<Element: SignalElement & NumPyElement>(
    _ a: Operand, _ b: Operand, _ lags: MatrixLags, _ elements: (NumPyArray) -> [Element]
  ) throws -> NumPyArray {
    var image = a.matrix(elements(a.array))
    var kernel = b.matrix(elements(b.array))
    if let raster = b.raster {
      let factor = 1 / Element.Scalar(raster.fullScale)
      kernel.elements = kernel.elements.map { $0.scaled(by: factor) }
    }
    if normalizes {
      image.elements = try unit(image.elements, a.path)
      kernel.elements = try unit(kernel.elements, b.path)
    }
    let edge = boundary.of(Element.self)
    let method = options.method
    let result =
      switch operation {
      case .convolve:
        convolve(
          image, kernel, mode: options.mode, boundary: edge, method: method,
          threads: options.threads)
      case .correlate where maximumLag != nil:
        correlate(
          image, kernel, rowLags: ClosedRange(lags.rows), columnLags: ClosedRange(lags.columns),
          boundary: edge, threads: options.threads)
      case .correlate:
        correlate(
          image, kernel, mode: options.mode, boundary: edge, method: method,
          threads: options.threads)
      }
    return NumPyArray(shape: [result.rows, result.columns], result.elements)
  }

  private func combineExactly(
    _ a: Operand, _ b: Operand, _ edge: Boundary<Int>, _ lags: MatrixLags
  ) throws -> NumPyArray {
    let image = a.matrix(try a.array.exactIntegers(path: a.path))
    let kernel = b.matrix(try b.array.exactIntegers(path: b.path))
    let method = options.method
    do throws(ConvolutionError) {
      let result =
        switch operation {
        case .convolve:
          try convolve(
            image, kernel, mode: options.mode, boundary: edge, method: method,
            threads: options.threads)
        case .correlate where maximumLag != nil:
          try correlate(
            image, kernel, rowLags: ClosedRange(lags.rows), columnLags: ClosedRange(lags.columns),
            boundary: edge, threads: options.threads)
        case .correlate:
          try correlate(
            image, kernel, mode: options.mode, boundary: edge, method: method,
            threads: options.threads)
        }
      return NumPyArray(shape: [result.rows, result.columns], result.elements)
    } catch {
      throw CommandFailure(
        .invalidData,
        "\(a.path) and \(b.path): \(error.description); convert one of them to float64")
    }
  }
}
