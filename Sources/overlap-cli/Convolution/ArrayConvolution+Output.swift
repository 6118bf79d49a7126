import ComplexModule
import SignalFiles

extension ConvolutionJob {
  /// One array of rows, columns and, if there are several, channels; or of the only row.
  func stacked(_ planes: [NumPyArray], isVector: Bool) -> NumPyArray {
    if isVector { return planes[0].reshaped([planes[0].count]) }
    guard planes.count > 1 else { return planes[0] }
    func interleaved<Element: NumPyElement>(_: Element.Type) -> NumPyArray {
      let values = planes.map { [Element]($0) ?? [] }
      return NumPyArray(
        shape: planes[0].shape + [planes.count],
        values[0].indices.flatMap { index in values.map { $0[index] } })
    }
    let isSingle = planes.allSatisfy(\.elementType.fitsSinglePrecision)
    if planes.contains(where: \.elementType.isComplex) {
      return isSingle ? interleaved(Complex<Float>.self) : interleaved(Complex<Double>.self)
    }
    return isSingle ? interleaved(Float.self) : interleaved(Double.self)
  }

  /// Rounded and limited to the range of the first file's samples, with its alpha where it is.
  func writeImage(
    _ planes: [NumPyArray], _ image: ArrayInput, _ kernel: ArrayInput, _ lags: ResultLags
  ) throws {
    guard !planes.contains(where: \.elementType.isComplex) else {
      throw SignalFileError.wrongShape(
        path: options.output, expected: "real numbers for an image", actual: "complex results")
    }
    let (height, width) = (planes[0].shape[0], planes[0].shape[1])
    var samples = planes.map { [Float]($0) ?? [] }
    var channels: Raster.Channels = planes.count == 1 ? .grey : .color
    if let raster = image.raster, raster.channels.hasAlpha {
      channels = raster.channels
      samples.append(alpha(raster, kernel, lags, height: height, width: width))
    }
    let bits = image.raster.map { $0.fullScale > 255 ? 16 : 8 } ?? 8
    try Raster(height: height, width: width, channels: channels, planes: samples, bits: bits)
      .write(to: options.output)
  }

  /// The alpha of the pixel that each result has its centre on; 0 beyond the image.
  private func alpha(
    _ raster: Raster, _ kernel: ArrayInput, _ lags: ResultLags, height: Int, width: Int
  ) -> [Float] {
    let source = raster.plane(raster.channels.rawValue - 1)
    // Lag k is at index k + m - 1 of all results, and index (m - 1) / 2 has the first pixel.
    let row = lags.rows.lowerBound + kernel.rows - 1 - (kernel.rows - 1) / 2
    let column = lags.columns.lowerBound + kernel.columns - 1 - (kernel.columns - 1) / 2
    var result = [Float](repeating: 0, count: height * width)
    for r in 0..<height where 0..<raster.height ~= r + row {
      for c in 0..<width where 0..<raster.width ~= c + column {
        result[r * width + c] = source[(r + row) * raster.width + c + column]
      }
    }
    return result
  }

  func report(_ planes: [NumPyArray], isVector: Bool) {
    guard options.json else { return }
    var object: JSONObject = ["output": options.output]
    if isVector {
      object.add("count", planes[0].count)
    } else {
      object.add("rows", planes[0].shape[0])
      object.add("columns", planes[0].shape[1])
      object.add("channels", planes.count)
    }
    object.add("dtype", planes[0].elementType.rawValue)
    printResult(object)
  }
}
