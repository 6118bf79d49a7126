// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import SignalFiles

// One operand with another, in the type that holds both.
extension ConvolutionJob {
  /// The elements, scaled, and divided by their norm where that is wanted.
  func elements<Element: SignalElement & NumPyElement>(
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
