// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
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

  /// The elements, scaled, and divided by their norm where that is wanted.
  private func elements<Element: SignalElement & NumPyElement>(
    _ operand: Operand, _: Element.Type
  ) throws(SignalFileError) -> [Element] {
    var elements = [Element](operand.array) ?? []
    if let fullScale = operand.fullScale {
      let factor = 1 / Element.Scalar(fullScale)
      elements = elements.map { $0.scaled(by: factor) }
    }
    return normalizes ? try normalized(elements, operand.path) : elements
  }

  /// One plane with one kernel: exact for integers, else in the narrowest type that holds both.
  func result(_ a: Operand, _ b: Operand) throws -> NumPyArray {
    let types = [a.array.elementType, b.array.elementType]
    if types.allSatisfy(\.isInteger), !normalizes, a.missing == nil, let edge = boundary.ofIntegers
    {
      return try exactResult(a, b, edge)
    }
    return types.allSatisfy(\.fitsSinglePrecision)
      ? try result(a, b, Float.self) : try result(a, b, Double.self)
  }

  private func result<Scalar: FourierScalar & NumPyElement>(
    _ a: Operand, _ b: Operand, _: Scalar.Type
  ) throws -> NumPyArray {
    let isSignal = a.isVector && boundary.isZero && a.missing == nil
    switch (a.array.elementType.isComplex, b.array.elementType.isComplex) {
    case (false, false): return try result(a, b, of: Scalar.self)
    // Of two signals the real one stays real.
    case (false, true) where isSignal:
      let (x, y) = (try elements(a, Scalar.self), try elements(b, Complex<Scalar>.self))
      return NumPyArray(apply(mixed: x, y))
    case (true, false) where isSignal:
      let (x, y) = (try elements(a, Complex<Scalar>.self), try elements(b, Scalar.self))
      return NumPyArray(apply(mixed: x, y))
    default: return try result(a, b, of: Complex<Scalar>.self)
    }
  }

  private func result<Element: SignalElement & NumPyElement>(
    _ a: Operand, _ b: Operand, of _: Element.Type
  ) throws -> NumPyArray {
    let (x, y) = (try elements(a, Element.self), try elements(b, Element.self))
    if let missing = a.missing { return try result(a, x, b, y, ignoring: missing) }
    if a.isVector && boundary.isZero { return NumPyArray(apply(x, y)) }
    let result = applied(a, x, b, y, scale: normalizes ? scale(a, x) : 1)
    return NumPyArray(shape: result.shape, result.elements)
  }

  /// The result without what is missing of the first.
  private func result<Element: SignalElement & NumPyElement>(
    _ a: Operand, _ x: [Element], _ b: Operand, _ y: [Element], ignoring missing: MissingElements
  ) throws -> NumPyArray {
    var shape: [Int] = []
    let elements = try ignoring(
      missing, x, y, kernelPath: b.path,
      convolved: { x, y, edge in
        let result = applied(a, x, b, y, edge: edge)
        shape = result.shape
        return result.elements
      },
      counted: { x, y, edge in
        try applied(a, x, b, y, edge.ofIntegers ?? .zero).elements
      })
    return NumPyArray(shape: shape, elements)
  }

  /// Elements with the other's, in as many dimensions as they have, and the shape of the results.
  private func applied<Element: SignalElement>(
    _ a: Operand, _ x: [Element], _ b: Operand, _ y: [Element], scale: Element.Scalar = 1,
    edge: BoundaryArgument? = nil
  ) -> (shape: [Int], elements: [Element]) {
    if a.isVolume {
      let result = apply(a.volume(x), b.volume(y), scale: scale, edge: edge)
      return ([result.planes, result.rows, result.columns], result.elements)
    }
    let result = apply(a.matrix(x), b.matrix(y), scale: scale, edge: edge)
    return ([result.rows, result.columns], result.elements)
  }

  private func applied(
    _ a: Operand, _ x: [Int], _ b: Operand, _ y: [Int], _ edge: Boundary<Int>
  ) throws(ConvolutionError) -> (shape: [Int], elements: [Int]) {
    if a.isVolume {
      let result = try apply(a.volume(x), b.volume(y), edge)
      return ([result.planes, result.rows, result.columns], result.elements)
    }
    let result = try apply(a.matrix(x), b.matrix(y), edge)
    return ([result.rows, result.columns], result.elements)
  }

  /// What the elements of an operand were multiplied by, from the largest one.
  private func scale<Element: SignalElement & NumPyElement>(
    _ operand: Operand, _ elements: [Element]
  ) -> Element.Scalar {
    let given = [Element](operand.array) ?? []
    guard let place = given.indices.max(by: { given[$0].largestPart < given[$1].largestPart })
    else { return 1 }
    return elements[place].largestPart / given[place].largestPart
  }

  private func exactResult(_ a: Operand, _ b: Operand, _ edge: Boundary<Int>) throws -> NumPyArray {
    let (x, y) = (try a.integers(), try b.integers())
    do throws(ConvolutionError) {
      if a.isVector && boundary.isZero {
        // Narrow integers are the faster.
        return switch max(a.array.elementType.integerBits, b.array.elementType.integerBits) {
        case ...16: NumPyArray(try apply(x.map { Int16($0) }, y.map { Int16($0) }))
        case ...32: NumPyArray(try apply(x.map { Int32($0) }, y.map { Int32($0) }))
        default: NumPyArray(try apply(x, y))
        }
      }
      let result = try applied(a, x, b, y, edge)
      return NumPyArray(shape: result.shape, result.elements)
    } catch {
      throw CommandFailure(
        .invalidData,
        "\(a.path) and \(b.path): \(error.description); convert one of them to float64")
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

  /// Rounded and limited to the range of the first file's samples.
  private func writeImage(
    _ planes: [NumPyArray], _ image: ArrayInput, _ kernel: ArrayInput, _ alpha: Alpha?
  ) throws {
    guard !planes.contains(where: \.elementType.isComplex) else {
      throw SignalFileError.wrongShape(
        path: options.output, expected: "real numbers for an image", actual: "complex results")
    }
    let (height, width) = (planes[0].shape[0], planes[0].shape[1])
    var samples = planes.map { [Float]($0) ?? [] }
    var channels: Raster.Channels = planes.count == 1 ? .grey : .color
    if let alpha, let raster = image.raster {
      channels = raster.channels
      let rest = try filtered(alpha, image, kernel)
      for plane in samples.indices {
        for index in rest.indices {
          samples[plane][index] = rest[index] > 0 ? samples[plane][index] / rest[index] : 0
        }
      }
      samples.append(rest.map { $0 * Float(raster.fullScale) })
    }
    let bits = image.raster.map { $0.fullScale > 255 ? 16 : 8 } ?? 8
    try Raster(height: height, width: width, channels: channels, planes: samples, bits: bits)
      .write(to: options.output)
  }

  /// What is left of each pixel's alpha, from 0 to 1, where the colours have been filtered with it. Of
  /// kernels for each colour it is their mean's.
  private func filtered(
    _ alpha: Alpha, _ image: ArrayInput, _ kernel: ArrayInput
  ) throws -> [Float] {
    var sum: [Float] = []
    for plane in kernel.planes {
      let operand = Operand(path: kernel.path, array: plane, fullScale: kernel.raster?.fullScale)
      let part = apply(
        Matrix(rows: image.rows, columns: image.columns, elements: alpha.values),
        operand.matrix(try elements(operand, Float.self)), edge: boundary.opaque
      ).elements
      sum = sum.isEmpty ? part : zip(sum, part).map { $0 + $1 }
    }
    // What rounds to no alpha has no colour either.
    let least = 0.5 / Float(alpha.fullScale)
    return sum.map { value in
      let mean = value / Float(kernel.planes.count)
      return mean > least ? min(mean, 1) : 0
    }
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

/// The last channel of an image, from 0 to 1.
private struct Alpha {
  let values: [Float]
  let fullScale: Int

  /// nil if the image has none.
  init?(_ raster: Raster) {
    guard raster.channels.hasAlpha else { return nil }
    fullScale = raster.fullScale
    let factor = 1 / Float(raster.fullScale)
    values = raster.plane(raster.channels.rawValue - 1).map { $0 * factor }
  }

  /// The colours as they count: by their alpha.
  func weighting(_ plane: NumPyArray) -> NumPyArray {
    NumPyArray(shape: plane.shape, zip([Float](plane) ?? [], values).map { $0 * $1 })
  }
}

/// A signal over its norm.
func normalized<Element: SignalElement>(
  _ signal: [Element], _ path: String
) throws(SignalFileError) -> [Element] {
  guard let unit = normalized(signal) else {
    throw .wrongShape(
      path: path, expected: "a finite signal that is not all zero",
      actual: signal.allSatisfy(\.hasFiniteParts) ? "zeros alone" : "NaN or infinity")
  }
  return unit
}

extension NumPyArray.ElementType {
  /// The bits of signed integers that hold every value of a type of integers.
  fileprivate var integerBits: Int { (kind == "u" ? 16 : 8) * size }
}
