import ComplexModule
import Convolution
import FourierTransform
import RealModule
import SignalFiles

// Convolutions and correlations of images and of arrays of one or two dimensions.
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
    let isNested =
      (image.rows >= kernel.rows && image.columns >= kernel.columns)
      || (image.rows <= kernel.rows && image.columns <= kernel.columns)
    guard options.mode != .valid || isNested else {
      throw SignalFileError.wrongShape(
        path: kernel.path,
        expected: "a size that fits into \(image.rows) x \(image.columns), or that it fits into,",
        actual: "\(kernel.rows) x \(kernel.columns)")
    }
    let planes = try image.planes.enumerated().map { index, plane in
      try result(
        Operand(path: image.path, array: plane, isVector: image.isVector),
        Operand(
          path: kernel.path, array: kernel.planes[kernel.planes.count == 1 ? 0 : index],
          fullScale: kernel.raster?.fullScale))
    }
    let lags = ResultLags(
      rows: lags(image.rows, kernel.rows), columns: lags(image.columns, kernel.columns))
    var lagOutput = try LagOutput(image.isVector ? lags.columnArray : lags.array, path: lagPath)
    if isImage {
      try writeImage(planes, image, kernel, lags)
    } else {
      try stacked(planes, isVector: image.isVector).write(to: options.output)
    }
    try lagOutput.commit()
    report(planes, isVector: image.isVector)
  }

  /// One plane, or a kernel for it.
  private struct Operand {
    var path: String
    var array: NumPyArray
    /// Of a kernel that is an image: its samples count from 0 to 1.
    var fullScale: Int?
    var isVector = false

    func matrix<Element>(_ elements: [Element]) -> Matrix<Element> {
      Matrix(rows: array.shape[0], columns: array.shape[1], elements: elements)
    }

    /// The elements, scaled, and divided by their norm where `normalizes`.
    func elements<Element: SignalElement & NumPyElement>(
      _: Element.Type, normalizes: Bool
    ) throws(SignalFileError) -> [Element] {
      var elements = [Element](array) ?? []
      if let fullScale {
        let factor = 1 / Element.Scalar(fullScale)
        elements = elements.map { $0.scaled(by: factor) }
      }
      return normalizes ? try normalized(elements, path) : elements
    }

    /// The elements of an array of integers.
    func integers() throws(CommandFailure) -> [Int] {
      guard let integers = [Int](array) else {
        throw CommandFailure(
          .invalidData, "\(path): holds integers above 2^63 - 1; convert it to float64")
      }
      return integers
    }
  }

  /// One plane with one kernel: exactly for integers, otherwise in the narrowest type that holds
  /// both.
  private func result(_ a: Operand, _ b: Operand) throws -> NumPyArray {
    let types = [a.array.elementType, b.array.elementType]
    if types.allSatisfy(\.isInteger), !normalizes, let edge = boundary.ofIntegers {
      return try exactResult(a, b, edge)
    }
    return types.allSatisfy(\.fitsSinglePrecision)
      ? try result(a, b, Float.self) : try result(a, b, Double.self)
  }

  private func result<Scalar: FourierScalar & NumPyElement>(
    _ a: Operand, _ b: Operand, _: Scalar.Type
  ) throws(SignalFileError) -> NumPyArray {
    let isSignal = a.isVector && boundary.isZero
    switch (a.array.elementType.isComplex, b.array.elementType.isComplex) {
    case (false, false): return try result(a, b, of: Scalar.self)
    // Of two signals the real one stays real.
    case (false, true) where isSignal:
      return NumPyArray(
        shape: nil,
        apply(
          mixed: try a.elements(Scalar.self, normalizes: normalizes),
          try b.elements(Complex<Scalar>.self, normalizes: normalizes)))
    case (true, false) where isSignal:
      return NumPyArray(
        shape: nil,
        apply(
          mixed: try a.elements(Complex<Scalar>.self, normalizes: normalizes),
          try b.elements(Scalar.self, normalizes: normalizes)))
    default: return try result(a, b, of: Complex<Scalar>.self)
    }
  }

  private func result<Element: SignalElement & NumPyElement>(
    _ a: Operand, _ b: Operand, of _: Element.Type
  ) throws(SignalFileError) -> NumPyArray {
    let x = try a.elements(Element.self, normalizes: normalizes)
    let y = try b.elements(Element.self, normalizes: normalizes)
    if a.isVector && boundary.isZero { return NumPyArray(apply(x, y)) }
    let result = apply(a.matrix(x), b.matrix(y))
    return NumPyArray(shape: [result.rows, result.columns], result.elements)
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
      let result = try apply(a.matrix(x), b.matrix(y), edge)
      return NumPyArray(shape: [result.rows, result.columns], result.elements)
    } catch {
      throw CommandFailure(
        .invalidData,
        "\(a.path) and \(b.path): \(error.description); convert one of them to float64")
    }
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
  /// The bits of the narrowest signed integers that hold every value of a type of integers.
  fileprivate var integerBits: Int {
    switch self {
    case .int8, .uint8, .int16: 16
    case .uint16, .int32: 32
    default: 64
    }
  }
}
