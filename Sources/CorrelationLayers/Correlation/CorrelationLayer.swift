public import FourierTransform
internal import ComputeSupport

/// The displacement-limited correlation layer of optical-flow and stereo networks.
///
/// It compares windows of one feature map with displaced windows of another and has one output
/// channel for each displacement. With kernel size K, displacements d = (dy, dx) that are the
/// multiples of ``displacementStride`` up to ``maxDisplacement`` in either direction (dx fastest,
/// negative first), and windows whose top left corners are ``stride`` apart,
///
///     output[n, d, i, j] = 1/(K²·C) · Σ_{c, h, w < K} f(a[n, c, y + h, x + w],
///                                                       b[n, c, y + dy + h, x + dx + w])
///
/// where y = i · stride + maxDisplacement.rows - padding (x likewise), both inputs are zero outside
/// their borders, and f(a, b) is a · b or |a - b|. There are
/// `ceil((rows + 2 · padding - 2 · (maxDisplacement.rows + (K - 1)/2)) / stride)` rows of windows,
/// and columns likewise.
///
/// The definition is FlowNet's (Dosovitskiy et al., 2015, section 3); strides, borders and the order
/// of the channels are those of MXNet's `Correlation` operator, whose numbers it gives.
public struct CorrelationLayer: Hashable, Sendable {
  /// How two elements are compared.
  public enum Comparison: Hashable, Sendable, CaseIterable {
    /// a · b
    case product
    /// |a - b|
    case absoluteDifference
  }

  /// A way of computing the layer.
  public enum Method: String, Hashable, Sendable, CaseIterable {
    /// K² · C products for each output.
    case direct
    /// One map of products for each displacement, shared by all windows, and sums over windows of
    /// it: about min(stride, K)² · C products for each output.
    case box
    /// One transform of each window and of its surroundings: for products alone, where windows lie
    /// far apart and displacements are many. Its error grows with the norms of the windows and not
    /// with the single output.
    case fft
  }

  /// The number of rows and of columns of a window: odd.
  public let kernelSize: Int
  /// The largest displacement. No vertical displacement at all makes the layer that of stereo.
  public let maxDisplacement: Extent
  /// The distance between windows ("stride1").
  public let stride: Int
  /// The distance between displacements ("stride2").
  public let displacementStride: Int
  /// How many zeros surround both inputs.
  public let padding: Int
  /// How two elements are compared.
  public let comparison: Comparison

  /// Creates a layer.
  ///
  /// - Throws: ``LayerError/invalidParameter(name:requirement:actual:)`` if the kernel size is even
  ///   or below 1, a stride is below 1, or a displacement or the padding is negative.
  public init(
    kernelSize: Int = 1, maxDisplacement: Extent, stride: Int = 1, displacementStride: Int = 1,
    padding: Int = 0, comparison: Comparison = .product
  ) throws(LayerError) {
    guard kernelSize % 2 == 1, 1...largestParameter ~= kernelSize else {
      throw .invalidParameter(
        name: "the kernel size", requirement: "odd and at least 1", actual: kernelSize)
    }
    for value in [maxDisplacement.rows, maxDisplacement.columns] {
      try checkParameter("the maximal displacement", value, from: 0)
    }
    try checkParameter("stride 1", stride, from: 1)
    try checkParameter("stride 2", displacementStride, from: 1)
    try checkParameter("the padding", padding, from: 0)
    self.kernelSize = kernelSize
    self.maxDisplacement = maxDisplacement
    self.stride = stride
    self.displacementStride = displacementStride
    self.padding = padding
    self.comparison = comparison
  }

  /// Creates a layer with the same displacements along both axes.
  ///
  /// - Throws: as ``init(kernelSize:maxDisplacement:stride:displacementStride:padding:comparison:)``
  public init(
    kernelSize: Int = 1, maxDisplacement: Int, stride: Int = 1, displacementStride: Int = 1,
    padding: Int = 0, comparison: Comparison = .product
  ) throws(LayerError) {
    try self.init(
      kernelSize: kernelSize,
      maxDisplacement: Extent(rows: maxDisplacement, columns: maxDisplacement), stride: stride,
      displacementStride: displacementStride, padding: padding, comparison: comparison)
  }

  /// The displacement of an output channel.
  ///
  /// - Precondition: there is such a channel.
  public func displacement(ofChannel channel: Int) -> Extent {
    let across = 2 * (maxDisplacement.columns / displacementStride) + 1
    let down = 2 * (maxDisplacement.rows / displacementStride) + 1
    precondition(0 <= channel && channel / across < down, "there is no channel \(channel)")
    return Extent(
      rows: (channel / across - down / 2) * displacementStride,
      columns: (channel % across - across / 2) * displacementStride)
  }

  /// The shape of the output for inputs of `shape`.
  ///
  /// - Throws: ``LayerError/noOutput(input:needed:available:axis:)`` if no window fits, and
  ///   ``LayerError/invalidShape(_:)`` if the output has too many elements.
  public func outputShape(for shape: FeatureMapShape) throws(LayerError) -> FeatureMapShape {
    try CorrelationGeometry(self, shape).outputShape
  }

  /// The method that the forward pass takes where none is named, for finite inputs of `shape`: the
  /// one that is predicted to be the fastest on one thread.
  ///
  /// - Throws: as ``outputShape(for:)``.
  public func plannedMethod(for shape: FeatureMapShape) throws(LayerError) -> Method {
    try CorrelationGeometry(self, shape).costs().method
  }

  /// The layer's output for `a` and `b`, which have the same shape.
  ///
  /// The error of an output is at most about 150 units of rounding times the mean of |f|, whatever
  /// the size of the sum, by the methods `direct` and `box`. A NaN or an infinity reaches exactly
  /// the outputs whose windows hold it.
  ///
  /// - Parameters:
  ///   - method: How to compute it; by default the fastest, as predicted.
  ///   - threads: How many threads may work on it; by default one for each core. The result's bits
  ///     do not depend on it.
  /// - Throws: ``LayerError``: shapes that differ, no output, or a method that does not exist for
  ///   the comparison.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: FourierScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, method: Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    let geometry = try checkedGeometry(a, b)
    let threads = threadCount(threads)
    guard method != .fft || comparison == .product else {
      throw .unavailableMethod(operation: "the absolute difference", method: "fft")
    }
    let shape = geometry.outputShape
    guard shape.elementCount > 0, a.shape.elementCount > 0 else {
      // No channels: the mean over nothing is taken to be 0.
      return FeatureMaps(shape: shape, repeating: 0)
    }
    // What lies in the padding is skipped where it is known to add 0 · finite = 0.
    let isFinite = areFinite([a, b], threads: threads)
    var method = method ?? geometry.costs().method
    if method == .fft && !isFinite { method = .box }
    let elements = try makeSharedArray(count: shape.elementCount, isWritten: true) {
      out throws(LayerError) in
      for image in 0..<shape.images {
        switch method {
        case .direct:
          DirectCorrelation(geometry, skipsPadding: isFinite && comparison == .product)
            .run(a, b, image: image, into: out, threads: threads)
        case .box:
          BoxCorrelation(geometry, skipsPadding: isFinite && comparison == .product)
            .run(a, b, image: image, into: out, threads: threads)
        case .fft:
          try FFTCorrelation(geometry).run(a, b, image: image, into: out, threads: threads)
        }
      }
    }
    return FeatureMaps(checked: shape, elements)
  }

  /// The gradients of a loss with respect to `a` and `b`, given that with respect to the output.
  ///
  /// Where a = b, |a - b| is taken to grow with a and to shrink with b.
  ///
  /// - Parameters:
  ///   - method: How to compute them; by default the faster of `box` and `fft`, as predicted.
  ///     `direct` follows the definition literally, and numbers that are not finite take it always.
  ///   - threads: How many threads may work on it; by default one for each core. The result's bits
  ///     do not depend on it.
  /// - Throws: ``LayerError``: shapes that differ or do not go with the layer, or a method that does not
  ///   exist for the comparison.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: FourierScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, outputGradient: FeatureMaps<Scalar>,
    method: Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> (a: FeatureMaps<Scalar>, b: FeatureMaps<Scalar>) {
    let geometry = try checkedGeometry(a, b)
    let threads = threadCount(threads)
    guard method != .fft || comparison == .product else {
      throw .unavailableMethod(operation: "the absolute difference", method: "fft")
    }
    guard outputGradient.shape == geometry.outputShape else {
      throw .wrongShape(
        role: "the output gradient", expected: geometry.outputShape, actual: outputGradient.shape)
    }
    guard a.shape.elementCount > 0, geometry.outputShape.elementCount > 0 else {
      return (FeatureMaps(shape: a.shape, repeating: 0), FeatureMaps(shape: b.shape, repeating: 0))
    }
    let isFinite = areFinite([a, b, outputGradient], threads: threads)
    let method = isFinite ? method ?? geometry.gradientMethod() : .direct
    let isWritten = method != .fft
    var forB: [Scalar] = []
    let forA = try makeSharedArray(count: a.shape.elementCount, isWritten: isWritten) {
      outA throws(LayerError) in
      forB = try makeSharedArray(count: b.shape.elementCount, isWritten: isWritten) {
        outB throws(LayerError) in
        guard method != .direct else {
          return DirectCorrelationGradient(geometry: geometry)
            .run(a, b, outputGradient, intoA: outA, intoB: outB, threads: threads)
        }
        for image in 0..<a.shape.images {
          if method == .fft {
            try FFTCorrelationGradient(geometry: geometry).run(
              a, b, outputGradient, image: image, intoA: outA, intoB: outB, threads: threads)
          } else {
            BoxCorrelationGradient(geometry, skipsPadding: comparison == .product).run(
              a, b, outputGradient, image: image, intoA: outA, intoB: outB, threads: threads)
          }
        }
      }
    }
    return (FeatureMaps(checked: a.shape, forA), FeatureMaps(checked: b.shape, forB))
  }

  private func checkedGeometry<Scalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>
  ) throws(LayerError) -> CorrelationGeometry {
    guard a.shape == b.shape else {
      throw .wrongShape(role: "the second input", expected: a.shape, actual: b.shape)
    }
    return try CorrelationGeometry(self, a.shape)
  }
}
