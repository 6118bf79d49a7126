// SPDX-License-Identifier: MIT

package import FourierTransform
internal import RealModule

/// What the parts of a convolution take on a machine, in seconds, as measured.
///
/// ``shipped`` comes with the package; ``measured(largest:report:)`` is for the machine it runs on.
package struct CostModel: Sendable, Hashable {
  /// The costs of one type of samples.
  package struct Costs: Sendable, Hashable {
    /// One product of a direct sum, on one thread.
    package var product = 0.0
    /// What a direct convolution takes besides its products.
    package var directCall = 0.0
    /// What a convolution by transforms takes besides its blocks.
    package var transformCall = 0.0
    /// What one block takes, forward, multiply and back, over its length: for each of the planner's
    /// transform lengths from 32 upwards (4, 5, 6, 7 times 8, 16, 32, …).
    package var step: [Double] = []
  }

  /// The costs by type of samples.
  package var costs: [ElementKind: Costs] = [:]
  /// What it takes to start work on more than one thread.
  package var threadStart: Double
  /// What it takes the system to clear a byte of fresh memory.
  package var freshByte: Double
  /// The costs in two dimensions by type of samples.
  package var matrixCosts: [ElementKind: MatrixCosts] = [:]
}

extension CostModel.Costs {
  /// Seconds of one block, forward, multiply and back, of the transform length with this index.
  func stepSeconds(at index: Int) -> Double {
    perSample(step, at: index) * Double(TransformLengths.length(at: index))
  }
}

/// The entry of a table of seconds for one sample by transform length; beyond what was measured they
/// grow as log N does.
func perSample(_ table: [Double], at index: Int) -> Double {
  if index < table.count { return table[index] }
  let last = table.count - 4 + index % 4
  let (length, known) = (TransformLengths.length(at: index), TransformLengths.length(at: last))
  return table[last] * Double.log(Double(length)) / Double.log(Double(known))
}

// The costs in the form of a tuning's text.

extension CostModel {
  /// The costs that ship with the package; the text that they are from says how they were measured.
  package static let shipped: CostModel = {
    guard let model = CostModel(Tuning.shipped.costs) else {
      preconditionFailure("the costs that ship are incomplete")
    }
    return model
  }()

  /// Understands the costs of a tuning; nil if one is missing.
  package init?(_ table: CostTable) {
    guard let threadStart = table.seconds("threadStart")?.first,
      let freshByte = table.seconds("freshByte")?.first
    else { return nil }
    self.init(threadStart: threadStart, freshByte: freshByte)
    for kind in ElementKind.allCases {
      costs[kind] = Costs(table, kind)
      matrixCosts[kind] = MatrixCosts(table, kind)
      if costs[kind] == nil || matrixCosts[kind] == nil { return nil }
    }
  }

  /// Adds the costs to those of a tuning.
  package func add(to table: inout CostTable) {
    table.add("threadStart", [threadStart], .seconds)
    table.add("freshByte", [freshByte], .seconds)
    for kind in ElementKind.allCases {
      costs[kind]?.add(to: &table, kind)
      matrixCosts[kind]?.add(to: &table, kind)
    }
  }
}

extension CostModel.Costs {
  private static let numbers: [CostTable.Number<Self>] = [
    ("product", \.product), ("directCall", \.directCall), ("transformCall", \.transformCall),
  ]

  fileprivate init?(_ table: CostTable, _ kind: ElementKind) {
    self.init(step: table.seconds("\(kind.rawValue) step") ?? [])
    // Shorter tables cannot be extrapolated.
    guard step.count >= 4, table.read(Self.numbers, of: kind.rawValue, .seconds, into: &self)
    else { return nil }
  }

  fileprivate func add(to table: inout CostTable, _ kind: ElementKind) {
    table.add(Self.numbers, of: kind.rawValue, .seconds, self)
    table.add("\(kind.rawValue) step", step.map { $0 * 1e9 }, .nanoseconds)
  }
}

extension MatrixCosts {
  private static let numbers: [CostTable.Number<Self>] = [
    ("matrixDirectCall", \.directCall), ("matrixResult", \.result),
    ("matrixKernelRow", \.kernelRow), ("matrixPassCall", \.passCall),
    ("matrixPassRow", \.passRow), ("matrixPassResult", \.passResult),
    ("matrixPassProduct", \.passProduct), ("matrixTransformCall", \.transformCall),
  ]

  fileprivate init?(_ table: CostTable, _ kind: ElementKind) {
    guard let product = table.seconds("\(kind.rawValue) matrixProduct"),
      let row = table.seconds("\(kind.rawValue) matrixRow"), row.count >= 4,
      let column = table.seconds("\(kind.rawValue) matrixColumn"), column.count >= 4,
      let size = table.values("\(kind.rawValue) matrixSize")
    else { return nil }
    self.init(product: product, row: row, column: column, size: size)
    guard table.read(Self.numbers, of: kind.rawValue, .seconds, into: &self) else { return nil }
  }

  fileprivate func add(to table: inout CostTable, _ kind: ElementKind) {
    table.add(Self.numbers, of: kind.rawValue, .seconds, self)
    for (name, times) in [
      ("matrixProduct", product), ("matrixRow", row), ("matrixColumn", column),
    ] {
      table.add("\(kind.rawValue) \(name)", times.map { $0 * 1e9 }, .nanoseconds)
    }
    table.add("\(kind.rawValue) matrixSize", size)
  }
}
