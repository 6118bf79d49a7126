internal import ComputeSupport
public import FourierTransform

extension CorrelationLayer {
  /// The gradients of a loss with respect to `a` and `b`, given that with respect to the output.
  ///
  /// Where a = b, |a - b| is taken to grow with a and to shrink with b.
  ///
  /// - Parameters:
  ///   - method: How to compute them; by default the faster of `box` and `fft`, as predicted.
  ///     `direct` follows the definition literally, and numbers that are not finite take it always.
  ///   - threads: How many threads may work on it; by default one for each processor. The result's
  ///     bits do not depend on it.
  /// - Throws: ``LayerError``: shapes that differ or do not go with the layer, or a method that does
  ///   not exist for the comparison.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func inputGradients<Scalar: FourierScalar>(
    a: FeatureMaps<Scalar>, b: FeatureMaps<Scalar>, outputGradient: FeatureMaps<Scalar>,
    method: Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> (a: FeatureMaps<Scalar>, b: FeatureMaps<Scalar>) {
    let geometry = try checkedGeometry(a, b, method)
    let threads = threadCount(threads)
    try outputGradient.checkIsGradient(of: geometry.output)
    guard a.shape.elementCount > 0, geometry.output.elementCount > 0 else {
      return (FeatureMaps(shape: a.shape, repeating: 0), FeatureMaps(shape: b.shape, repeating: 0))
    }
    let isFinite = [a, b, outputGradient].allSatisfy { $0.areFinite(threads: threads) }
    let method = isFinite ? method ?? geometry.gradientCosts().cheapest : .direct
    let isWritten = method != .fft
    var forB = b
    let forA = try FeatureMaps(written: a.shape, isWritten: isWritten) { outA throws(LayerError) in
      forB = try FeatureMaps(written: b.shape, isWritten: isWritten) { outB throws(LayerError) in
        guard method != .direct else {
          return DirectCorrelationGradient(geometry: geometry)
            .run(a, b, outputGradient, intoA: outA, intoB: outB, threads: threads)
        }
        for image in 0..<a.shape.images {
          if method == .fft {
            try FFTCorrelation(geometry, a, b, image: image, threads: threads)
              .addGradients(outputGradient, toA: outA, toB: outB)
          } else {
            BoxCorrelationGradient(geometry, skipsPadding: geometry.isProduct).run(
              a, b, outputGradient, image: image, intoA: outA, intoB: outB, threads: threads)
          }
        }
      }
    }
    return (forA, forB)
  }
}
