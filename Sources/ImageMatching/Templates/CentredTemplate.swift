// SPDX-License-Identifier: MIT

internal import Convolution
internal import FourierTransform

/// A template less its mean, prepared for correlations.
struct CentredTemplate<Element: FourierScalar>: Sendable {
  let rows: Int
  let columns: Int
  /// The sum of the squares of what ``plan`` correlates with.
  let energy: Double
  /// The correlation with the images' own type.
  let plan: ConvolutionPlan2D<Element>
  /// The elements less their mean, in double precision, and the sum of their squares.
  let elements: [Double]
  let preciseEnergy: Double

  var area: Double { Double(rows * columns) }

  /// - Parameter uses: how many images it will be correlated with.
  init(_ template: Matrix<Element>, uses: Int, threads: Int) throws(ImageError) {
    // The mean of equal elements may be another number by rounding.
    guard !template.isFlat else { throw .flat(.template) }
    (rows, columns) = (template.rows, template.columns)
    let inRange = template.withinRange.elements.map { Double($0) }
    let elements = centred(inRange)
    let narrow = elements.map { Element($0) }
    self.elements = elements
    energy = narrow.reduce(0) { $0 + Double($1) * Double($1) }
    preciseEnergy = elements.reduce(0) { $0 + $1 * $1 }
    guard energy > 0 else { throw .flat(.template) }
    do throws(ConvolutionError) {
      plan = try ConvolutionPlan2D(
        correlatingWith: Matrix(rows: rows, columns: columns, elements: narrow), mode: .valid,
        threads: threads, expectedUses: uses)
    } catch {
      preconditionFailure("a template has elements: \(error)")
    }
  }

  /// The correlation in double precision, on one thread.
  func makePrecisePlan() -> ConvolutionPlan2D<Double> {
    do throws(ConvolutionError) {
      return try ConvolutionPlan2D(
        correlatingWith: Matrix(rows: rows, columns: columns, elements: elements), mode: .valid,
        threads: 1)
    } catch {
      preconditionFailure("a template has elements: \(error)")
    }
  }
}

/// The numbers less their mean, which is subtracted twice: what rounding left of it the first time.
private func centred(_ values: [Double]) -> [Double] {
  let mean = values.reduce(0, +) / Double(values.count)
  let first = values.map { $0 - mean }
  let rest = first.reduce(0, +) / Double(values.count)
  return first.map { $0 - rest }
}
