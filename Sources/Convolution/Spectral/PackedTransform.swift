// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// How blocks of one length are transformed: packed into complex values, then by a plain transform
/// or, where that would not stay in the first-level cache, in four steps.
struct PackedTransform<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar

  enum Kind: Sendable {
    case plain(ComplexTransform<Scalar>)
    case fourStep(FourStepTransform<Element>)
  }

  /// The samples of a block.
  let length: Int
  /// The complex values that they are packed into.
  let count: Int
  let weights: TwiddleTable<Scalar>
  let kind: Kind
  /// The complex values that a packed block, or its spectrum, takes in memory.
  var storage: Int {
    switch kind {
    case .plain: count
    case .fourStep(let steps): steps.storage
    }
  }

  private init(length: Int, rigor: PlanningRigor) throws(TransformError) {
    self.length = length
    count = Element.packedCount(length)
    weights = Element.packingWeights(packedCount: count)
    if let columns = FourStep.columns(Element.self, length: length) {
      kind = .fourStep(
        try FourStepTransform(rows: count / columns, columns: columns, rigor: rigor))
    } else {
      kind = .plain(try .shared(length: count, rigor: rigor))
    }
  }

  /// The process's own transform of this length, which is one of the planner's.
  ///
  /// - Parameter expectedBlocks: how many blocks it is announced for: whether they earn FFTW the
  ///   time to measure its plans, where it has no wisdom.
  static func shared(length: Int, expectedBlocks: Int) -> PackedTransform {
    let count = Element.packedCount(length)
    let columns = FourStep.columns(Element.self, length: length) ?? count
    // FFTW's transforms, of the whole block or of its rows, forward and inverse.
    let rigor = PlanningRigor.earned(
      byTransforms: saturatingProduct(2 * count / columns, expectedBlocks), ofLength: columns)
    return cannotFail { () throws(TransformError) in
      try sharedValue(length: length, rigor: rigor) { () throws(TransformError) in
        try PackedTransform(length: length, rigor: rigor)
      }
    }
  }
}
