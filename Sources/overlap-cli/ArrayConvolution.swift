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

  /// Reads both, computes in the narrowest type that holds both, and writes the result.
  ///
  /// - Returns: the lags of the results.
  func run(_ first: String, _ second: String) throws(SignalFileError) -> Range<Int> {
    guard isArrayPath(options.output) else {
      throw .cannotCreate(
        path: options.output, reason: "arrays have no sample rate: name it with .npy")
    }
    let a = try readVector(first)
    let b = try readVector(second)
    let isSingle = a.elementType.fitsSinglePrecision && b.elementType.fitsSinglePrecision
    let result: NumPyArray
    if a.elementType.isComplex || b.elementType.isComplex {
      result =
        isSingle
        ? try combine(a.complexFloats, b.complexFloats, first, second)
        : try combine(a.complexDoubles, b.complexDoubles, first, second)
    } else if isSingle {
      result = try combine(a.floats ?? [], b.floats ?? [], first, second)
    } else {
      result = try combine(a.doubles ?? [], b.doubles ?? [], first, second)
    }
    try result.write(to: options.output)
    report(result)
    return options.mode.lags(signalCount: a.count, kernelCount: b.count)
  }

  private func combine<Element: ConvolutionElement & NumPyElement>(
    _ a: [Element], _ b: [Element], _ pathA: String, _ pathB: String
  ) throws(SignalFileError) -> NumPyArray {
    let (a, b) = normalizes ? (try unit(a, pathA), try unit(b, pathB)) : (a, b)
    let result =
      switch operation {
      case .convolve:
        convolve(a, b, mode: options.mode, method: options.method, threads: options.threads)
      case .correlate:
        correlate(a, b, mode: options.mode, method: options.method, threads: options.threads)
      }
    return NumPyArray(shape: [result.count], result)
  }

  private func report(_ result: NumPyArray) {
    guard options.json else { return }
    var object = JSONObject()
    object.add("output", options.output)
    object.add("count", result.count)
    object.add("dtype", result.elementType.rawValue)
    print(object.line)
  }
}

/// A signal over its norm.
func unit<Element: ConvolutionElement>(
  _ signal: [Element], _ path: String
) throws(SignalFileError) -> [Element] {
  guard let unit = unitNorm(signal) else {
    throw .wrongShape(
      path: path, expected: "a finite signal that is not all zero",
      actual: signal.allSatisfy(\.isFinite) ? "zeros alone" : "NaN or infinity")
  }
  return unit
}

/// Reads an array of one dimension that is not empty.
func readVector(_ path: String) throws(SignalFileError) -> NumPyArray {
  let array = try NumPyArray(path: path)
  guard array.shape.count == 1 else {
    let shape = array.shape.map(String.init).joined(separator: " x ")
    throw .wrongShape(
      path: path, expected: "an array of one dimension",
      actual: array.shape.isEmpty ? "a single number" : "one of \(shape)")
  }
  guard array.count > 0 else { throw .empty(path: path) }
  return array
}
