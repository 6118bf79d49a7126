// SPDX-License-Identifier: MIT

internal import ComputeSupport

/// What makes layers of integers exact: they are computed of digits.
///
/// With digits of b bits a sum of n products is at most n · 2^(2b-2), which 2^52 bounds: so every
/// partial sum is a whole number that `Double` has.
struct IntegerDigits {
  private let digits: BalancedDigits

  /// - Parameter count: The most products of a sum.
  init<Integer>(
    _ first: FeatureMaps<Integer>, _ second: FeatureMaps<Integer>, count: Int
  ) throws(LayerError) where Integer: FixedWidthInteger {
    for maps in [first, second] {
      if let index = BalancedDigits.firstTooLarge(in: maps.elements) {
        throw .integerTooLarge(index: index)
      }
    }
    let bitsOfCount = Int.bitWidth - max(count - 1, 0).leadingZeroBitCount
    let widest = max(
      BalancedDigits.width(of: first.elements), BalancedDigits.width(of: second.elements))
    digits = BalancedDigits(bits: min(widest, (54 - bitsOfCount) / 2))
  }

  /// The exact results of a layer that multiplies numbers of `first` by numbers of `second`, of which
  /// `body` computes those of digits.
  ///
  /// - Parameter added: A number for each channel of the results, if any.
  /// - Throws: ``LayerError/overflow(index:)`` for the first that does not fit `Int`.
  func results<Integer: FixedWidthInteger>(
    _ first: FeatureMaps<Integer>, _ second: FeatureMaps<Integer>, shape: FeatureMapShape,
    adding added: [Integer]? = nil,
    _ body: (
      FeatureMaps<Double>, FeatureMaps<Double>
    ) throws(LayerError) -> FeatureMaps<Double>
  ) throws(LayerError) -> FeatureMaps<Int> {
    func offset(_ index: Int) -> Int128 {
      guard let added else { return 0 }
      return Int128(
        truncatingIfNeeded: added[index / max(shape.planeCount, 1) % max(shape.channels, 1)])
    }
    let elements = try digits.results(
      first.elements, second.elements, adding: offset, overflow: { .overflow(index: $0) }
    ) { digits, others throws(LayerError) in
      let first = FeatureMaps(checked: first.shape, digits)
      return try body(first, FeatureMaps(checked: second.shape, others)).elements
    }
    return FeatureMaps(checked: shape, elements)
  }
}
