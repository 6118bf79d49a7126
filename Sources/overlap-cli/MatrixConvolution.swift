import ComplexModule
import Convolution
import SignalFiles

/// A convolution or correlation of images or of arrays of two dimensions.
struct MatrixConvolution {
  var operation: ArrayConvolution.Operation
  var options: ConvolutionOptions
  var boundary: ImageBoundary

  /// Does the work if one of the files is an image or an array of two dimensions.
  ///
  /// - Parameter refused: options that were given and are for one dimension only.
  /// - Returns: whether it is.
  func run(_ first: String, _ second: String, refusing refused: [String] = []) throws -> Bool {
    let a = try MatrixInput(path: first)
    let b = try MatrixInput(path: second)
    guard a != nil || b != nil else { return false }
    guard refused.isEmpty else {
      throw CommandFailure(
        .usage,
        "\(refused.joined(separator: " and ")) is for signals of one dimension; leave it out"
      )
    }
    let image = try a ?? .required(path: first)
    let kernel = try b ?? .required(path: second)
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
        path: second, expected: "a size that fits into \(image.rows) x \(image.columns), or around",
        actual: "\(kernel.rows) x \(kernel.columns)")
    }
    let planes = image.planes.enumerated().map { index, plane in
      combine(plane, kernel.planes[kernel.planes.count == 1 ? 0 : index], kernel.raster)
    }
    if isImagePath(options.output) {
      try writeImage(planes, image, kernel)
    } else if options.output.lowercased().hasSuffix(".npy") {
      try stacked(planes).write(to: options.output)
    } else {
      throw SignalFileError.cannotCreate(
        path: options.output, reason: "its name has to end in .npy or .png")
    }
    report(planes)
    return true
  }

  /// One plane with one kernel, in the narrowest type that holds both. The samples of an image that
  /// is the kernel count from 0 to 1.
  private func combine(_ a: NumPyArray, _ b: NumPyArray, _ raster: Raster?) -> NumPyArray {
    let isSingle = a.elementType.fitsSinglePrecision && b.elementType.fitsSinglePrecision
    if a.elementType.isComplex || b.elementType.isComplex {
      return isSingle
        ? compute(a.shape, a.complexFloats, b.shape, b.complexFloats, raster)
        : compute(a.shape, a.complexDoubles, b.shape, b.complexDoubles, raster)
    }
    return isSingle
      ? compute(a.shape, a.floats ?? [], b.shape, b.floats ?? [], raster)
      : compute(a.shape, a.doubles ?? [], b.shape, b.doubles ?? [], raster)
  }

  private func compute<Element: ConvolutionElement & NumPyElement>(
    _ shape: [Int], _ values: [Element], _ kernelShape: [Int], _ taps: [Element], _ raster: Raster?
  ) -> NumPyArray {
    let image = Matrix(rows: shape[0], columns: shape[1], elements: values)
    var kernel = Matrix(rows: kernelShape[0], columns: kernelShape[1], elements: taps)
    if let raster {
      let factor = 1 / Element.Scalar(raster.fullScale)
      kernel.elements = taps.map { $0.scaled(by: factor) }
    }
    let edge = boundary.of(Element.self)
    let method = MatrixMethod(options.method)
    let result =
      switch operation {
      case .convolve:
        convolve(
          image, kernel, mode: options.mode, boundary: edge, method: method,
          threads: options.threads)
      case .correlate:
        correlate(
          image, kernel, mode: options.mode, boundary: edge, method: method,
          threads: options.threads)
      }
    return NumPyArray(shape: [result.rows, result.columns], result.elements)
  }

  /// One array of rows, columns and, if there are several, channels.
  private func stacked(_ planes: [NumPyArray]) -> NumPyArray {
    guard planes.count > 1 else { return planes[0] }
    let isSingle = planes.allSatisfy(\.elementType.fitsSinglePrecision)
    let shape = planes[0].shape + [planes.count]
    func interleaved<Element>(_ values: [[Element]]) -> [Element] {
      values[0].indices.flatMap { index in values.map { $0[index] } }
    }
    if planes.contains(where: \.elementType.isComplex) {
      return isSingle
        ? NumPyArray(shape: shape, interleaved(planes.map(\.complexFloats)))
        : NumPyArray(shape: shape, interleaved(planes.map(\.complexDoubles)))
    }
    return isSingle
      ? NumPyArray(shape: shape, interleaved(planes.map { $0.floats ?? [] }))
      : NumPyArray(shape: shape, interleaved(planes.map { $0.doubles ?? [] }))
  }

  /// Rounded and limited to the range of the first file's samples, with its alpha where it is.
  private func writeImage(
    _ planes: [NumPyArray], _ image: MatrixInput, _ kernel: MatrixInput
  ) throws {
    guard !planes.contains(where: \.elementType.isComplex) else {
      throw SignalFileError.wrongShape(
        path: options.output, expected: "real numbers for an image", actual: "complex results")
    }
    let (height, width) = (planes[0].shape[0], planes[0].shape[1])
    var samples = planes.map { $0.floats ?? [] }
    var channels: Raster.Channels = planes.count == 1 ? .grey : .color
    if let raster = image.raster, raster.channels.hasAlpha {
      channels = raster.channels
      samples.append(alpha(raster, kernel, height: height, width: width))
    }
    let bits = image.raster.map { $0.fullScale > 255 ? 16 : 8 } ?? 8
    try Raster(height: height, width: width, channels: channels, planes: samples, bits: bits)
      .write(to: options.output)
  }

  /// The alpha of the pixel that each result has its centre on; 0 beyond the image.
  private func alpha(
    _ raster: Raster, _ kernel: MatrixInput, height: Int, width: Int
  ) -> [Float] {
    let source = raster.plane(raster.channels.rawValue - 1)
    let row =
      options.mode.range(signalCount: raster.height, kernelCount: kernel.rows).lowerBound
      - (kernel.rows - 1) / 2
    let column =
      options.mode.range(signalCount: raster.width, kernelCount: kernel.columns).lowerBound
      - (kernel.columns - 1) / 2
    var result = [Float](repeating: 0, count: height * width)
    for r in 0..<height where 0..<raster.height ~= r + row {
      for c in 0..<width where 0..<raster.width ~= c + column {
        result[r * width + c] = source[(r + row) * raster.width + c + column]
      }
    }
    return result
  }

  private func report(_ planes: [NumPyArray]) {
    guard options.json else { return }
    var object = JSONObject()
    object.add("output", options.output)
    object.add("rows", planes[0].shape[0])
    object.add("columns", planes[0].shape[1])
    object.add("channels", planes.count)
    object.add("dtype", planes[0].elementType.rawValue)
    printResult(object.line)
  }
}
