import ArgumentParser
import BenchmarkSupport
import ComplexModule
import Convolution
import Foundation

/// Measures the planner's costs in two dimensions, as `overlap tune` does.
struct Costs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure what the planner predicts from, and print it as the table that ships.")

  @Option(help: "Only this type of samples.")
  var dtype: ElementKind?

  func run() {
    for kind in ElementKind.allCases where dtype == nil || dtype == kind {
      measure(kind)
      fflush(nil)
    }
  }

  private func measure(_ dtype: ElementKind) {
    let costs: MatrixCosts =
      switch dtype {
      case .float32: .measured(for: Float.self)
      case .float64: .measured(for: Double.self)
      case .complex64: .measured(for: Complex<Float>.self)
      case .complex128: .measured(for: Complex<Double>.self)
      }
    print("      .\(dtype.rawValue): MatrixCosts(")
    print("        directCall: \(rounded(costs.directCall, 1)), ", terminator: "")
    print("result: \(rounded(costs.result, 1)), ", terminator: "")
    print("kernelRow: \(rounded(costs.kernelRow, 1)),")
    print("        product: \(table(costs.product)),")
    print("        passCall: \(rounded(costs.passCall, 1)), ", terminator: "")
    print("passRow: \(rounded(costs.passRow, 1)), ", terminator: "")
    print("passResult: \(rounded(costs.passResult, 1)), ", terminator: "")
    print("passProduct: \(rounded(costs.passProduct, 1)), ", terminator: "")
    print("transformCall: \(rounded(costs.transformCall, 1)),")
    print("        row: \(table(costs.row)),")
    print("        column: \(table(costs.column)),")
    print("        size: [\(costs.size.map { rounded($0, 1) }.joined(separator: ", "))]),")
  }

  private func table(_ values: [Double]) -> String {
    "nanoseconds([" + values.map { rounded($0, 1e9) }.joined(separator: ", ") + "])"
  }

  /// Three digits.
  private func rounded(_ value: Double, _ unit: Double) -> String {
    var (digits, scale) = (value * unit, 1.0)
    guard digits > 0 else { return "0" }
    while digits < 100 { (digits, scale) = (digits * 10, scale * 10) }
    while digits >= 1000 { (digits, scale) = (digits / 10, scale / 10) }
    return "\(digits.rounded() / scale)"
  }
}
