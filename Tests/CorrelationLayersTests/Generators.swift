// SPDX-License-Identifier: MIT

import FourierTransform
import CorrelationLayers
import TestSupport

extension FeatureMaps where Scalar: FourierScalar {
  /// Feature maps of numbers between -1 and 1.
  static func random(
    _ images: Int, _ channels: Int, _ rows: Int, _ columns: Int,
    using generator: inout SeededGenerator
  ) throws -> Self {
    let shape = try FeatureMapShape(
      images: images, channels: channels, rows: rows, columns: columns)
    return try random(shape, using: &generator)
  }

  static func random(_ shape: FeatureMapShape, using generator: inout SeededGenerator) throws
    -> Self
  {
    let elements = (0..<shape.elementCount).map { _ in
      Scalar(Double.random(in: -1...1, using: &generator))
    }
    return try FeatureMaps(shape: shape, elements: elements)
  }

  /// The numbers counted up from `first` in steps of `step`.
  static func counting(
    _ images: Int, _ channels: Int, _ rows: Int, _ columns: Int, from first: Int = 1,
    by step: Int = 1
  ) throws -> Self {
    let shape = try FeatureMapShape(
      images: images, channels: channels, rows: rows, columns: columns)
    return try FeatureMaps(
      shape: shape, elements: (0..<shape.elementCount).map { Scalar(first + $0 * step) })
  }

  /// The same numbers in double precision.
  var inDouble: FeatureMaps<Double> {
    get throws { try FeatureMaps<Double>(shape: shape, elements: elements.map { Double($0) }) }
  }
}

/// The largest difference, relative to the larger of 1 and the largest expected number.
func worstError<Scalar: FourierScalar>(
  _ actual: FeatureMaps<Scalar>, _ expected: FeatureMaps<Double>
) -> Double {
  guard actual.shape == expected.shape else { return .infinity }
  var scale = 1.0
  var worst = 0.0
  for (a, e) in zip(actual.elements, expected.elements) {
    scale = max(scale, abs(e))
    worst = max(worst, abs(Double(a) - e))
    if (Double(a) - e).isNaN { return .infinity }
  }
  return worst / scale
}
