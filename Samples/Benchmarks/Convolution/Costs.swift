import ArgumentParser
import Convolution

/// Measures what the planner predicts from, as `overlap tune` does, with the wisdom that ships.
struct CostTables: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "costs",
    abstract: "Measure the costs that ship with the package, and print them as they stand there.")

  @Option(help: "The longest transform to measure.")
  var largest = 1 << 22

  func run() throws {
    let model = CostModel.measured(largest: largest)
    for kind in ElementKind.allCases {
      guard let costs = model.costs[kind] else { continue }
      print("      .\(kind.rawValue): Costs(")
      print(
        "        product: \(rounded(costs.product)), directCall: \(rounded(costs.directCall)), "
          + "transformCall: \(rounded(costs.transformCall)),")
      print("        step: nanoseconds([")
      for start in stride(from: 0, to: costs.step.count, by: 8) {
        let line = costs.step[start..<min(start + 8, costs.step.count)].map { rounded($0 * 1e9) }
        print("          " + line.map { "\($0)" }.joined(separator: ", ") + ",")
      }
      print("        ])),")
    }
    print("    ], threadStart: \(rounded(model.threadStart)))")
    print("  public static let shippedFreshByte = \(rounded(model.freshByte))")
  }
}

/// The number to three digits.
private func rounded(_ value: Double) -> Double {
  guard value != 0 else { return 0 }
  var (scaled, power) = (value, 1.0)
  while abs(scaled) < 100 { (scaled, power) = (scaled * 10, power * 10) }
  return scaled.rounded() / power
}
