// SPDX-License-Identifier: MIT

import ComplexModule
import FourierTransform
import RealModule
import TestSupport

/// A sample as cases keep it, of any element's type.
typealias Sample = Complex<Double>

/// What samples of a case are like. All are exact in every element's type.
enum SampleRange: CaseIterable {
  /// Whole numbers from -8 to 8: sums of products are exact wherever they are made directly.
  case whole
  /// Numbers of 12 bits between -1 and 1.
  case even
  /// The same, times powers of two of a thousand millions and their inverses.
  case wide
  /// The whole numbers, nearly all of them zero.
  case sparse

  func sample(_ generator: inout SeededGenerator) -> Sample {
    Sample(part(&generator), part(&generator))
  }

  private func part(_ generator: inout SeededGenerator) -> Double {
    switch self {
    case .whole: return Double(generator.smallInteger())
    case .even: return Double(Int.random(in: -2048...2048, using: &generator)) / 2048
    case .wide:
      let exponent = Int.random(in: -30...30, using: &generator)
      return Self.even.part(&generator) * Double(sign: .plus, exponent: exponent, significand: 1)
    case .sparse:
      return Int.random(in: 0..<8, using: &generator) == 0 ? Self.whole.part(&generator) : 0
    }
  }

  func samples(_ count: Int, _ generator: inout SeededGenerator) -> [Sample] {
    (0..<count).map { _ in sample(&generator) }
  }
}

/// Samples that are simpler: zero, one, whole numbers, those without an imaginary part.
func simplerSamples(_ sample: Sample) -> [Sample] {
  let (real, imaginary) = (sample.rawStorage.x, sample.rawStorage.y)
  guard sample != .zero else { return [] }
  var simpler: [Sample] = [.zero]
  if sample != .one { simpler.append(.one) }
  if imaginary != 0 { simpler.append(Sample(real, 0)) }
  // Never larger than the sample itself, so that this ends.
  if sample != Sample(real.rounded(.towardZero), 0), real.magnitude > 1 {
    simpler.append(Sample(real.rounded(.towardZero), 0))
  }
  return simpler.filter { weight($0) < weight(sample) }
}

/// How far a sample is from the simplest ones.
private func weight(_ sample: Sample) -> Int {
  let (real, imaginary) = (sample.rawStorage.x, sample.rawStorage.y)
  var weight = real == 0 ? 0 : (real == 1 ? 1 : (real.rounded() == real ? 2 : 3))
  if imaginary != 0 { weight += 4 }
  return weight
}

/// The types of elements.
let elementTypes: [any SignalElement.Type] = [
  Float.self, Double.self, Complex<Float>.self, Complex<Double>.self,
]

extension SignalElement {
  /// The sample as this type has it: without the imaginary part if it is real.
  init(_ sample: Sample) {
    self.init(
      real: Scalar(sample.rawStorage.x), imaginary: Scalar(sample.rawStorage.y))
  }

  /// The sample in double precision.
  var sample: Sample { Sample(Double(parts.real), Double(parts.imaginary)) }
}

extension Array where Element: SignalElement {
  init(_ samples: [Sample]) { self = samples.map { Element($0) } }

  var samples: [Sample] { map(\.sample) }

  /// The Euclidean norm.
  var norm: Double { samples.norm }
}

extension [Sample] {
  /// The Euclidean norm.
  var norm: Double { reduce(0) { $0 + $1.lengthSquared }.squareRoot() }

  /// The real part of the inner product.
  func inner(_ other: [Sample]) -> Double {
    zip(self, other).reduce(0) { $0 + ($1.0 * $1.1.conjugate).rawStorage.x }
  }
}

/// Samples as one reads them.
func text(_ samples: [Sample]) -> String {
  let numbers = samples.map { sample in
    let (real, imaginary) = (sample.rawStorage.x, sample.rawStorage.y)
    return imaginary == 0 ? "\(real)" : "\(real) + \(imaginary)i"
  }
  return "[\(numbers.joined(separator: ", "))]"
}

/// The first place at which two results differ by more than `tolerance`, or in their number.
func difference(_ actual: [Sample], _ expected: [Sample], within tolerance: Double) -> String? {
  guard actual.count == expected.count else {
    return "\(actual.count) results, not \(expected.count)"
  }
  for (index, (a, e)) in zip(actual, expected).enumerated() {
    // NaN is no result of finite samples.
    if (a - e).length <= tolerance { continue }
    return "result \(index) is \(a), not \(e) within \(tolerance)"
  }
  return nil
}

/// The first place at which two results differ at all, but for the sign of zero and NaN itself.
func difference<Element: SignalElement>(_ actual: [Element], _ expected: [Element]) -> String? {
  guard actual.count == expected.count else {
    return "\(actual.count) results, not \(expected.count)"
  }
  guard
    let index = actual.indices.first(where: {
      actual[$0] != expected[$0] && !(actual[$0].hasNaN && expected[$0].hasNaN)
    })
  else { return nil }
  return "result \(index) is \(actual[index]), not \(expected[index])"
}

/// The documented bounds of direct sums and of transforms together, for inputs of these norms and
/// `count` samples in all; see ``MethodChoice/errorBound(_:blockNorm:kernelNorm:)``.
func errorBound<Element: SignalElement>(
  _ type: Element.Type, _ norm: Double, _ otherNorm: Double, count: Int
) -> Double {
  let unit = Double(Element.Scalar.ulpOfOne) / 2
  // A transform may be twice as long as all samples together.
  let factor = 12 + 2 * Double.log2(Double(2 * count + 2))
  // A complex product is four real ones, and its error has two parts.
  return (Element.isReal ? 1 : 2) * factor * unit * norm * otherNorm
}
