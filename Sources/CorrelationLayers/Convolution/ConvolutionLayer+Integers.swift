// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

// Layers of integers are computed in `Double`, of the numbers or of their digits; see IntegerDigits.

extension ConvolutionLayer {
  /// The layer's exact output for integers of up to 64 bits; see
  /// ``forward(_:weights:bias:method:threads:)->FeatureMaps<Scalar>`` for the rest.
  ///
  /// - Throws: ``LayerError/overflow(index:)`` if an output does not fit `Int`,
  ///   ``LayerError/integerTooLarge(index:)``, and shapes that do not go together.
  /// - Complexity: that of one layer in `Double` for each pair of digits: one pair for integers of
  ///   16 bits, up to nine of 32 and 25 of 64.
  public func forward<Integer: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ input: FeatureMaps<Integer>, weights: FeatureMaps<Integer>, bias: [Integer]? = nil,
    method: Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Int> {
    let geometry = try geometry(input, weights, bias)
    let digits = try IntegerDigits(input, weights, count: geometry.tapCount)
    return try digits.results(input, weights, shape: geometry.output, adding: bias) {
      input, weights throws(LayerError) in
      try FeatureMaps(written: geometry.output) { out throws(LayerError) in
        try ConvolutionJob(
          geometry: geometry, input: input, weights: weights, out: out,
          threads: threadCount(threads), isExact: true
        ).run(method: method)
      }
    }
  }

  /// The exact gradient with respect to the input, of integers.
  package func inputGradient<Integer: FixedWidthInteger & BitwiseCopyable & Sendable>(
    outputGradient: FeatureMaps<Integer>, weights: FeatureMaps<Integer>,
    inputShape: FeatureMapShape, method: Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Int> {
    let geometry = try ConvolutionGeometry(self, input: inputShape, weights: weights.shape)
    try outputGradient.checkIsGradient(of: geometry.output)
    return try geometry.exactAdjoint(outputGradient, weights, nil, method, threads: threads)
  }

  /// The exact gradient with respect to the weights, of integers.
  package func weightGradient<Integer: FixedWidthInteger & BitwiseCopyable & Sendable>(
    input: FeatureMaps<Integer>, outputGradient: FeatureMaps<Integer>,
    weightShape: FeatureMapShape, method: Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Int> {
    let geometry = try ConvolutionGeometry(self, input: input.shape, weights: weightShape)
    try outputGradient.checkIsGradient(of: geometry.output)
    let count = max(1, geometry.output.images * geometry.output.planeCount)
    let digits = try IntegerDigits(input, outputGradient, count: count)
    return try digits.results(input, outputGradient, shape: weightShape) {
      input, gradient throws(LayerError) in
      try geometry.weightGradient(
        input, gradient, method: method, threads: threadCount(threads), isExact: true)
    }
  }

  /// The exact gradient with respect to the bias, of integers.
  package static func biasGradient<Integer: FixedWidthInteger & BitwiseCopyable & Sendable>(
    outputGradient: FeatureMaps<Integer>
  ) throws(LayerError) -> [Int] {
    let shape = outputGradient.shape
    return try (0..<shape.channels).map { channel throws(LayerError) in
      var sum: Int128 = 0
      for image in 0..<shape.images {
        let start = (image * shape.channels + channel) * shape.planeCount
        for element in outputGradient.elements[start..<start + shape.planeCount] {
          sum += Int128(truncatingIfNeeded: element)
        }
      }
      guard let result = Int(exactly: sum) else { throw .overflow(index: channel) }
      return result
    }
  }
}

extension TransposedConvolutionLayer {
  /// The layer's exact output for integers of up to 64 bits; see
  /// ``forward(_:weights:bias:method:threads:)->FeatureMaps<Scalar>`` for the rest.
  ///
  /// - Throws: ``LayerError/overflow(index:)`` if an output does not fit `Int`,
  ///   ``LayerError/integerTooLarge(index:)``, and shapes that do not go together.
  /// - Complexity: that of one layer in `Double` for each pair of digits: one pair for integers of
  ///   16 bits, up to nine of 32 and 25 of 64.
  public func forward<Integer: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ input: FeatureMaps<Integer>, weights: FeatureMaps<Integer>, bias: [Integer]? = nil,
    method: ConvolutionLayer.Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Int> {
    try geometry(input, weights, bias).exactAdjoint(input, weights, bias, method, threads: threads)
  }

  /// The exact gradient with respect to the input, of integers.
  package func inputGradient<Integer: FixedWidthInteger & BitwiseCopyable & Sendable>(
    outputGradient: FeatureMaps<Integer>, weights: FeatureMaps<Integer>,
    inputShape: FeatureMapShape, method: ConvolutionLayer.Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Int> {
    try outputGradient.checkIsGradient(of: outputShape(for: inputShape, weights: weights.shape))
    return try transpose.forward(outputGradient, weights: weights, method: method, threads: threads)
      .resized(to: inputShape)
  }

  /// The exact gradient with respect to the weights, of integers.
  package func weightGradient<Integer: FixedWidthInteger & BitwiseCopyable & Sendable>(
    input: FeatureMaps<Integer>, outputGradient: FeatureMaps<Integer>,
    weightShape: FeatureMapShape, method: ConvolutionLayer.Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Int> {
    try outputGradient.checkIsGradient(of: outputShape(for: input.shape, weights: weightShape))
    let shape = try transpose.outputShape(for: outputGradient.shape, weights: weightShape)
    return try transpose.weightGradient(
      input: outputGradient, outputGradient: input.resized(to: shape), weightShape: weightShape,
      method: method, threads: threads)
  }
}

extension ConvolutionGeometry {
  /// The exact transpose of the layer.
  fileprivate func exactAdjoint<Integer: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ gradient: FeatureMaps<Integer>, _ weights: FeatureMaps<Integer>, _ bias: [Integer]?,
    _ method: ConvolutionLayer.Method?, threads: Int?
  ) throws(LayerError) -> FeatureMaps<Int> {
    let digits = try IntegerDigits(
      gradient, weights, count: groupKernels * self.weights.planeCount)
    return try digits.results(gradient, weights, shape: input, adding: bias) {
      gradient, weights throws(LayerError) in
      try FeatureMaps(written: input, isWritten: false) { out throws(LayerError) in
        try ConvolutionJob(
          geometry: self, input: gradient, weights: weights, out: out,
          threads: threadCount(threads), isExact: true
        ).runAdjoint(method: method)
      }
    }
  }
}
