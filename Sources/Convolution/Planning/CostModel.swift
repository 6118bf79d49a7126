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
