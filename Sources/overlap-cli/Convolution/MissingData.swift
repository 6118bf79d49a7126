// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import RealModule
import SignalFiles

/// Which elements of an array are missing.
struct MissingElements {
  let isMissing: [Bool]

  /// Those that are NaN if `ignoresNaN`, and those for which a mask has another number than 0; nil if
  /// there are none.
  init?(of array: NumPyArray, ignoresNaN: Bool, mask: NumPyArray?) {
    var isMissing =
      mask.flatMap { [Double]($0) }?.map { $0 != 0 }
      ?? [Bool](repeating: false, count: array.count)
    if ignoresNaN, !array.elementType.isInteger {
      func mark<Element: SignalElement & NumPyElement>(_: Element.Type) {
        guard let elements = [Element](array) else { return }
        for index in elements.indices where elements[index].hasNaN {
          isMissing[index] = true
        }
      }
      if array.elementType.isComplex { mark(Complex<Double>.self) } else { mark(Double.self) }
    }
    guard isMissing.contains(true) else { return nil }
    self.isMissing = isMissing
  }
}

extension ConvolutionJob {
  /// What tells which elements of an array of that shape are missing; nil where nothing does.
  func mask(ofShape shape: [Int]) throws(SignalFileError) -> NumPyArray? {
    guard let path = options.mask else { return nil }
    let mask = try NumPyArray(path: path)
    guard mask.shape == shape, !mask.elementType.isComplex else {
      throw .wrongShape(
        path: path, expected: "a mask of \(shape.asDimensions) real numbers or truth values",
        actual: "\(mask.elementType.rawValue) of \(mask.shape.asDimensions)")
    }
    return mask
  }

  /// Normalised convolution (H. Knutsson, C.-F. Westin, 1993): where elements are missing, what is there
  /// counts for more, by the part of the taps' sum that meets it.
  ///
  /// With the sum S of the taps, the convolution P of the elements with zeros for those that are missing,
  /// and the convolution M of ones for these with the taps, it is P · S / (S - M). Where nothing is
  /// missing it is P itself, and where nothing is there, or what is there has taps whose sum is nothing
  /// but rounding, it is NaN.
  func ignoring<Element: SignalElement & NumPyElement>(
    _ missing: MissingElements, _ elements: [Element], _ taps: [Element], kernelPath: String,
    convolved: ([Element], [Element], BoundaryArgument) -> [Element],
    counted: ([Int], [Int], BoundaryArgument) throws -> [Int]
  ) throws -> [Element] {
    let flags = missing.isMissing
    var present = elements
    for index in flags.indices where flags[index] { present[index] = .zero }
    var (sum, magnitude) = (Element.zero, Element.Scalar.zero)
    for tap in taps {
      sum += operation == .convolve ? tap : tap.conjugated
      magnitude += tap.largestPart
    }
    // The rounding of a sum of that many, and of what transforms make of it.
    let rounding = 64 * Element.Scalar.ulpOfOne * magnitude
    guard sum.largestPart > rounding else {
      throw SignalFileError.wrongShape(
        path: kernelPath,
        expected: "taps whose sum is not zero, by which missing data are made up for,",
        actual: "taps with the sum 0")
    }
    let plain = convolved(present, taps, boundary)
    let lost = convolved(
      flags.map { Element(real: $0 ? 1 : 0, imaginary: 0) }, taps, boundary.present)
    // Exact, so that a result is touched by what is missing in its own window and by nothing else.
    let counts = try counted(
      flags.map { $0 ? 1 : 0 }, [Int](repeating: 1, count: taps.count), boundary.present)
    return plain.indices.map { index in
      if counts[index] == 0 { return plain[index] }
      let rest = sum - lost[index]
      guard counts[index] < taps.count, rest.largestPart > rounding else {
        return Element(real: .nan, imaginary: .nan)
      }
      return plain[index] * sum / rest
    }
  }
}
