internal import FourierTransform
import ComplexModule
import Convolution
import RealModule
import SignalFiles

/// A convolution or correlation of two one-dimensional `.npy` files.
struct ArrayConvolution {
  /// Which of the two is done.
  enum Operation {
    case convolve
    case correlate
  }

  var operation: Operation
  var options: ConvolutionOptions
  /// Whether correlations are divided by the norms of what is correlated.
  var normalizes = false
  /// The largest lag of a correlation that is wanted, either way; nil for those of the mode.
  var maximumLag: Int?
  /// Where the lags of the results go, if anywhere.
  var lagPath: String?

  /// Reads both, computes exactly for integers, otherwise in the narrowest type that holds both,
  /// and writes the result.
  func run(_ first: String, _ second: String) throws {
    guard isArrayPath(options.output) else {
      throw SignalFileError.cannotCreate(
        path: options.output, reason: "arrays have no sample rate: name it with .npy")
    }
    let a = try Operand(path: first)
    let b = try Operand(path: second)
    let types = [a.array.elementType, b.array.elementType]
    let isSingle = types.allSatisfy(\.fitsSinglePrecision)
    let result: NumPyArray
    if types.allSatisfy(\.isInteger), !normalizes {
      result = try combineIntegers(a, b)
    } else if types.allSatisfy(\.isComplex) {
      result =
        isSingle
        ? try combine(a, b, { [Complex<Float>]($0) ?? [] })
        : try combine(a, b, { [Complex<Double>]($0) ?? [] })
    } else if types.contains(where: \.isComplex) {
      result =
        isSingle
        ? try combineMixed(a, b, { [Float]($0) ?? [] }, { [Complex<Float>]($0) ?? [] })
        : try combineMixed(a, b, { [Double]($0) ?? [] }, { [Complex<Double>]($0) ?? [] })
    } else if isSingle {
      result = try combine(a, b) { [Float]($0) ?? [] }
    } else {
      result = try combine(a, b) { [Double]($0) ?? [] }
    }
    var lagFile = try LagFile(array(of: lags(a, b)), path: lagPath)
    try result.write(to: options.output)
    try lagFile.commit()
    report(result)
  }

  /// The lags of the results.
  private func lags(_ a: Operand, _ b: Operand) -> Range<Int> {
    if let maximumLag { return Range(options.lags(upTo: maximumLag, a.array.count, b.array.count)) }
    return options.mode.lags(signalCount: a.array.count, kernelCount: b.array.count)
  }

  private func combine<Element: SignalElement & NumPyElement>(
    _ a: Operand, _ b: Operand, _ elements: (NumPyArray) -> [Element]
  ) throws(SignalFileError) -> NumPyArray {
    var (signal, kernel) = (elements(a.array), elements(b.array))
    if normalizes { (signal, kernel) = (try unit(signal, a.path), try unit(kernel, b.path)) }
    let result =
      switch operation {
      case .convolve:
        convolve(
          signal, kernel, mode: options.mode, method: options.method, threads: options.threads)
      case .correlate where maximumLag != nil:
        correlate(signal, kernel, lags: ClosedRange(lags(a, b)), threads: options.threads)
      case .correlate:
        correlate(
          signal, kernel, mode: options.mode, method: options.method, threads: options.threads)
      }
    return NumPyArray(shape: [result.count], result)
  }

  /// Of a real and a complex signal, in whichever order: the real one stays real.
  private func combineMixed<Scalar: FourierScalar>(
    _ a: Operand, _ b: Operand, _ reals: (NumPyArray) -> [Scalar],
    _ numbers: (NumPyArray) -> [Complex<Scalar>]
  ) throws(SignalFileError) -> NumPyArray where Complex<Scalar>: NumPyElement {
    let isFirstReal = !a.array.elementType.isComplex
    var real = reals((isFirstReal ? a : b).array)
    var complex = numbers((isFirstReal ? b : a).array)
    if normalizes {
      real = try unit(real, (isFirstReal ? a : b).path)
      complex = try unit(complex, (isFirstReal ? b : a).path)
    }
    let (mode, method, threads) = (options.mode, options.method, options.threads)
    let lags = maximumLag == nil ? nil : ClosedRange(lags(a, b))
    let result =
      switch (operation, isFirstReal, lags) {
      case (.convolve, true, _):
        convolve(real, complex, mode: mode, method: method, threads: threads)
      case (.convolve, false, _):
        convolve(complex, real, mode: mode, method: method, threads: threads)
      case (.correlate, true, let lags?):
        correlate(real, complex, lags: lags, threads: threads)
      case (.correlate, false, let lags?):
        correlate(complex, real, lags: lags, threads: threads)
      case (.correlate, true, nil):
        correlate(real, complex, mode: mode, method: method, threads: threads)
      case (.correlate, false, nil):
        correlate(complex, real, mode: mode, method: method, threads: threads)
      }
    return NumPyArray(shape: [result.count], result)
  }

  private func combineIntegers(_ a: Operand, _ b: Operand) throws -> NumPyArray {
    switch max(a.array.integerBits, b.array.integerBits) {
    case ...16: try combineExactly(a, b) { Int16($0) }
    case ...32: try combineExactly(a, b) { Int32($0) }
    default: try combineExactly(a, b) { $0 }
    }
  }

  private func combineExactly<Integer: ExactInteger>(
    _ a: Operand, _ b: Operand, _ narrowed: (Int) -> Integer
  ) throws -> NumPyArray {
    let signal = try a.array.exactIntegers(path: a.path).map(narrowed)
    let kernel = try b.array.exactIntegers(path: b.path).map(narrowed)
    do throws(ConvolutionError) {
      let values =
        switch operation {
        case .convolve:
          try convolve(
            signal, kernel, mode: options.mode, method: options.method, threads: options.threads)
        case .correlate where maximumLag != nil:
          try correlate(signal, kernel, lags: ClosedRange(lags(a, b)), threads: options.threads)
        case .correlate:
          try correlate(
            signal, kernel, mode: options.mode, method: options.method, threads: options.threads)
        }
      return NumPyArray(shape: [values.count], values.map { Int64($0) })
    } catch {
      throw CommandFailure(
        .invalidData,
        "\(a.path) and \(b.path): \(error.description); convert one of them to float64")
    }
  }

  private func report(_ result: NumPyArray) {
    guard options.json else { return }
    var object = JSONObject()
    object.add("output", options.output)
    object.add("count", result.count)
    object.add("dtype", result.elementType.rawValue)
    printResult(object.line)
  }
}

/// A signal over its norm.
func unit<Element: SignalElement>(
  _ signal: [Element], _ path: String
) throws(SignalFileError) -> [Element] {
  guard let unit = unitNorm(signal) else {
    throw .wrongShape(
      path: path, expected: "a finite signal that is not all zero",
      actual: signal.allSatisfy(\.hasFiniteParts) ? "zeros alone" : "NaN or infinity")
  }
  return unit
}

/// An array of one dimension that is not empty, and the file that it is from.
private struct Operand {
  let path: String
  let array: NumPyArray

  init(path: String) throws(SignalFileError) {
    self.path = path
    array = try readVector(path)
  }
}

/// Reads an array of one dimension that is not empty.
func readVector(_ path: String) throws(SignalFileError) -> NumPyArray {
  let array = try NumPyArray(path: path)
  guard array.shape.count == 1 else {
    throw .wrongShape(
      path: path, expected: "an array of one dimension", actual: description(of: array.shape))
  }
  guard array.count > 0 else { throw .empty(path: path) }
  return array
}
