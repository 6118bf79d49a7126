// SPDX-License-Identifier: MIT

import ComplexModule
import ComputeSupport
import Convolution
import FourierTransform
import SignalFiles

// Along one dimension of an array of any rank.
extension ConvolutionJob {
  /// Takes every line of the first array along the dimension that was asked for with the kernel, or with
  /// its own line of the kernel, and writes the result.
  func runAlongAxis(_ first: String, _ second: String) throws {
    for path in [first, second] where !path.namesArray {
      throw CommandFailure(.usage, "--axis is for .npy arrays, and \(path) is none")
    }
    try requireArrayOutput("its name has to end in .npy")
    let (array, kernel) = try (NumPyArray(path: first), NumPyArray(path: second))
    let lines = try Lines(array, path: first, axis: options.axis ?? 0)
    guard array.count > 0 else { throw SignalFileError.empty(path: first) }
    guard kernel.count > 0 else { throw SignalFileError.empty(path: second) }
    let taps = try kernelLines(kernel, second, of: array, lines)
    try checkBoundary(holdsKernel: lines.length >= taps[0].count, first, second)
    let mask = try mask(ofShape: array.shape).map { try Lines($0, path: first, axis: lines.axis) }
    let lags = lags(lines.length, taps[0].count)
    let resultCount = Double(lags.count) * Double(lines.count)
    try requireMemory(Int(min(resultCount * 16, 1e18)), for: first)
    // A job in each thread, rather than all threads in each.
    var job = self
    if lines.count > 1 { job.options.common.threads = 1 }
    let ready = job
    let results = try parallelMap(lines.count, threads: threads) { number throws(CommandFailure) in
      let line = lines[number]
      let operand = Operand(
        path: first, array: line.reshaped([1, line.count]), isVector: true,
        missing: MissingElements(of: line, ignoresNaN: ready.ignoresNaN, mask: mask?[number]))
      let own = taps[taps.count == 1 ? 0 : number]
      do {
        return try ready.result(
          operand, Operand(path: second, array: own.reshaped([1, own.count])))
      } catch let error as CommandFailure {
        throw error
      } catch let error as SignalFileError {
        throw CommandFailure(error)
      } catch {
        throw CommandFailure(.invalidData, "\(first): \(error)")
      }
    }
    var lagFile = try pendingLags(columns: lags)
    let result = lines.assembled(results)
    try result.write(to: options.output)
    try lagFile?.commit()
    guard options.common.json else { return }
    printResult(
      [
        "output": options.output, "shape": result.shape, "dtype": result.elementType.rawValue,
      ] as JSONObject)
  }

  /// The kernel of all lines, or that of each.
  private func kernelLines(
    _ kernel: NumPyArray, _ path: String, of array: NumPyArray, _ lines: Lines
  ) throws -> [NumPyArray] {
    if kernel.shape.count == 1 { return [kernel] }
    var expected = array.shape
    if kernel.shape.count == expected.count { expected[lines.axis] = kernel.shape[lines.axis] }
    guard kernel.shape == expected else {
      throw SignalFileError.wrongShape(
        path: path,
        expected: "one dimension, or \(array.shape.asDimensions) but for dimension \(lines.axis),",
        actual: kernel.shape.asDimensions)
    }
    let own = try Lines(kernel, path: path, axis: lines.axis)
    return (0..<own.count).map { own[$0] }
  }
}

/// The lines of an array along one of its dimensions.
private struct Lines: Sendable {
  private let array: NumPyArray
  /// From 0 on.
  let axis: Int
  /// The elements of a line, and how far apart in memory they are.
  let length: Int
  private let stride: Int

  var count: Int { length == 0 ? 0 : array.count / length }

  init(_ array: NumPyArray, path: String, axis: Int) throws(CommandFailure) {
    let rank = array.shape.count
    guard (-rank..<rank).contains(axis) else {
      throw CommandFailure(
        .usage, "--axis \(axis) is none of the \(rank) dimensions of \(path), which count from 0")
    }
    self.array = array
    self.axis = axis < 0 ? axis + rank : axis
    length = array.shape[self.axis]
    stride = array.shape[(self.axis + 1)...].reduce(1, *)
  }

  subscript(number: Int) -> NumPyArray {
    let start = number / stride * stride * length + number % stride
    return array.elements(from: start, by: stride, count: length)
  }

  /// The array of these lines in the places of its own.
  func assembled(_ lines: [NumPyArray]) -> NumPyArray {
    var shape = array.shape
    shape[axis] = lines[0].count
    func joined<Element: NumPyElement>(_ zero: Element) -> NumPyArray {
      let length = lines[0].count
      var elements = [Element](repeating: zero, count: length * lines.count)
      for (number, line) in lines.enumerated() {
        let start = number / stride * stride * length + number % stride
        for (index, element) in ([Element](line) ?? []).enumerated() {
          elements[start + index * stride] = element
        }
      }
      return NumPyArray(shape: shape, elements)
    }
    return switch lines[0].elementType {
    case .float32: joined(Float.zero)
    case .complex64: joined(Complex<Float>.zero)
    case .complex128: joined(Complex<Double>.zero)
    case let type where type.isInteger: joined(Int64.zero)
    default: joined(Double.zero)
    }
  }
}

extension NumPyArray {
  /// `count` elements, every `stride`-th from `start` on, in an array of one dimension.
  fileprivate func elements(from start: Int, by stride: Int, count: Int) -> NumPyArray {
    func picked<Element: NumPyElement>(_: Element.Type) -> NumPyArray {
      let elements = [Element](self) ?? []
      return NumPyArray((0..<count).map { elements[start + $0 * stride] })
    }
    return switch elementType {
    case .int8: picked(Int8.self)
    case .int16: picked(Int16.self)
    case .int32: picked(Int32.self)
    case .int64: picked(Int64.self)
    case .uint8: picked(UInt8.self)
    case .uint16: picked(UInt16.self)
    case .uint32: picked(UInt32.self)
    case .uint64: picked(UInt64.self)
    case .float16, .float32: picked(Float.self)
    case .float64: picked(Double.self)
    case .complex64: picked(Complex<Float>.self)
    case .complex128: picked(Complex<Double>.self)
    }
  }
}
