// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import SignalFiles

// Convolutions and correlations of images and of arrays of one or two dimensions; for those of three
// see VolumeConvolution.swift.
extension ConvolutionJob {
  /// Computes plane by plane, and writes the result.
  func run(_ image: ArrayInput, _ kernel: ArrayInput) throws {
    let isImage = options.output.namesImage && !image.isVector
    if !isImage {
      try requireArrayOutput("its name has to end in .npy" + (image.isVector ? "" : " or .png"))
    }
    guard kernel.planes.count == 1 || kernel.planes.count == image.planes.count else {
      throw SignalFileError.wrongShape(
        path: kernel.path, expected: "one channel, or \(image.planes.count) as in \(image.path)",
        actual: "\(kernel.planes.count)")
    }
    let (rows, columns) = (lags(image.rows, kernel.rows), lags(image.columns, kernel.columns))
    try checkSizes(
      [image.rows, image.columns], image.path, [kernel.rows, kernel.columns], kernel.path)
    try checkMemory(
      [rows, columns], [image.planes[0], kernel.planes[0]], count: image.planes.count,
      path: kernel.path)
    let alpha = isImage && !normalizes ? image.raster.flatMap(Alpha.init) : nil
    let mask = try mask(ofShape: image.isVector ? [image.columns] : [image.rows, image.columns])
    let planes = try image.planes.enumerated().map { index, plane in
      try result(
        Operand(
          path: image.path, array: alpha?.weighting(plane) ?? plane, isVector: image.isVector,
          missing: MissingElements(of: plane, ignoresNaN: ignoresNaN, mask: mask)),
        Operand(
          path: kernel.path, array: kernel.planes[kernel.planes.count == 1 ? 0 : index],
          fullScale: kernel.raster?.fullScale))
    }
    var lagFile = try pendingLags(rows: image.isVector ? nil : rows, columns: columns)
    if isImage {
      try writeImage(planes, image, kernel, alpha)
    } else {
      try stacked(planes, isVector: image.isVector).write(to: options.output)
    }
    try lagFile?.commit()
    report(planes, isVector: image.isVector)
  }

  /// Refuses what has no results, and a boundary that has no part in them.
  func checkSizes(_ size: [Int], _ path: String, _ kernel: [Int], _ kernelPath: String) throws {
    let holdsKernel = zip(size, kernel).allSatisfy { $0 >= $1 }
    guard options.mode != .valid || holdsKernel || zip(size, kernel).allSatisfy({ $0 <= $1 }) else {
      throw SignalFileError.wrongShape(
        path: kernelPath,
        expected: "a size that fits into \(size.asDimensions), or that it fits into,",
        actual: kernel.asDimensions)
    }
    try checkBoundary(holdsKernel: holdsKernel, path, kernelPath)
  }

  /// Refuses results that memory cannot hold: a column and a row, each in a small file, make a
  /// matrix that none can; beside it stand the spectra that it is made by.
  ///
  /// - Parameter lags: those along each dimension.
  /// - Parameter inputs: both of them.
  /// - Parameter count: how many such results there are.
  func checkMemory(
    _ lags: [Range<Int>], _ inputs: [NumPyArray], count: Int, path: String
  ) throws {
    let elementCount = lags.reduce(1.0) { $0 * Double($1.count) }
    let types = inputs.map(\.elementType)
    let isSingle = types.allSatisfy { [.float32, .complex64].contains($0) }
    let elementSize = (types.contains(where: \.isComplex) ? 16 : 8) / (isSingle ? 2 : 1)
    // Measured of one plane: up to 60 bytes a result of exact integers, which are made of several
    // transforms, and half of that of other numbers.
    let others = types.allSatisfy(\.isInteger) ? 7 : 3
    try requireMemory(
      Int(min(elementCount * Double(elementSize * (count + others)), 1e18)), for: path)
  }

  /// Refuses a boundary that would have no part in the result.
  func checkBoundary(
    holdsKernel: Bool, _ path: String, _ kernelPath: String
  ) throws(CommandFailure) {
    guard options.mode != .valid || boundary.isZero || holdsKernel else {
      throw CommandFailure(
        .usage,
        """
        --boundary has no part in --mode valid, where the shorter lies inside the longer: \
        \(kernelPath) is larger than \(path); leave it out, or take --mode full
        """)
    }
  }

  /// One array of rows, columns and, if there are several, channels; or of the only row.
  private func stacked(_ planes: [NumPyArray], isVector: Bool) -> NumPyArray {
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

  private func report(_ planes: [NumPyArray], isVector: Bool) {
    guard options.common.json else { return }
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
