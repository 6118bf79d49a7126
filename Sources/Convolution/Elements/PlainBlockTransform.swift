// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import ComputeSupport
internal import FourierTransform

/// Transforms blocks of one length at once, packed as SignalElement+Packing.swift says, and has the
/// memory for that: what is for one thread.
struct PlainBlockTransform<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar

  /// The complex values of a packed block, and of its spectrum.
  let count: Int
  private let weights: TwiddleTable<Scalar>
  private let transform: ComplexTransform<Scalar>
  private var packed: [Complex<Scalar>]

  init(length: Int) {
    let count = Element.packedCount(length)
    self.count = count
    weights = Element.packingWeights(packedCount: count)
    transform = cannotFail { () throws(TransformError) in try .shared(length: count) }
    packed = [Complex<Scalar>](repeating: .zero, count: count)
  }

  /// Writes the spectrum of a block times `factor` to `spectra`, from `place` on.
  mutating func forward(
    _ samples: [Element], by factor: Scalar, into spectra: inout [Complex<Scalar>],
    at place: Int = 0
  ) {
    var packed = self.packed.taken()
    var values = packed.mutableSpan
    var all = spectra.mutableSpan
    var spectrum = all._mutatingExtracting(place..<(place + count))
    Element.pack(samples.span, by: factor, weights, into: &values)
    cannotFail { () throws(TransformError) in
      try transform.forward(values.span, into: &spectrum)
    }
    self.packed = packed
  }

  /// Takes `results` of the block with this spectrum, times `factor` and ``count``, and tells whether
  /// one of them is below `limit`.
  mutating func inverse(
    consuming spectrum: inout [Complex<Scalar>], by factor: Scalar, results: Range<Int>,
    into output: inout MutableSpan<Element>, below limit: Scalar
  ) -> Bool {
    var frequencies = spectrum.mutableSpan
    var packed = self.packed.taken()
    var values = packed.mutableSpan
    cannotFail { () throws(TransformError) in
      try transform.unscaledInverse(consuming: &frequencies, into: &values)
    }
    let small = Element.unpack(
      values.span, by: factor, weights, results: results, into: &output, below: limit)
    self.packed = packed
    return small.bits != 0
  }
}
