// SPDX-License-Identifier: MIT

public import COverlap
internal import CorrelationLayers
internal import FourierTransform

// The functions of overlap.h for the layers of neural networks.

/// Writes the output of a convolution layer; the header, overlap.h, has the rest.
@c @implementation
public func overlap_convolution_layer_forward(
  _ type: overlap_type, _ layer: UnsafePointer<overlap_convolution_layer>?,
  _ input: UnsafePointer<overlap_array>?, _ weights: UnsafePointer<overlap_array>?,
  _ bias: UnsafePointer<overlap_array>?, _ threads: Int32, _ output: UnsafePointer<overlap_array>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    let type = try ElementType(type)
    let layer = unsafe try ConvolutionLayer(layer)
    let maps = unsafe try MapPair(
      ArrayView(input, type, "the input"), "the input",
      ArrayView(weights, type, "the weights"), "the weights",
      ArrayView(output, type, "the output", isWritten: true))
    let bias = unsafe bias == nil ? nil : unsafe try ArrayView(bias, type, "the bias")
    try bias?.require(rank: 1, "the bias")
    let threads = try ArrayOptions.threads(threads)
    if type.cType == OVERLAP_FLOAT32 {
      try maps.forward(layer, bias, threads, Float.self)
    } else {
      try maps.forward(layer, bias, threads, Double.self)
    }
  }
}

/// Writes the shape of a convolution layer's output; the header, overlap.h, has the rest.
@c @implementation
public func overlap_convolution_layer_shape(
  _ layer: UnsafePointer<overlap_convolution_layer>?, _ inputShape: UnsafePointer<Int64>?,
  _ weightShape: UnsafePointer<Int64>?, _ shape: UnsafeMutablePointer<Int64>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    let layer = unsafe try ConvolutionLayer(layer)
    let input = unsafe try FeatureMapShape(checkedShape(4, inputShape, "the input"))
    let weights = unsafe try FeatureMapShape(checkedShape(4, weightShape, "the weights"))
    let output = try translating(InterfaceError.init) { () throws(LayerError) in
      try layer.outputShape(for: input, weights: weights)
    }
    unsafe try write(output.lengths, to: shape)
  }
}

/// Writes the output of a correlation layer; the header, overlap.h, has the rest.
@c @implementation
public func overlap_correlation_layer_forward(
  _ type: overlap_type, _ layer: UnsafePointer<overlap_correlation_layer>?,
  _ a: UnsafePointer<overlap_array>?, _ b: UnsafePointer<overlap_array>?, _ threads: Int32,
  _ output: UnsafePointer<overlap_array>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    let type = try ElementType(type)
    let layer = unsafe try CorrelationLayer(layer)
    let maps = unsafe try MapPair(
      ArrayView(a, type, "the first input"), "the first input",
      ArrayView(b, type, "the second input"), "the second input",
      ArrayView(output, type, "the output", isWritten: true))
    let threads = try ArrayOptions.threads(threads)
    if type.cType == OVERLAP_FLOAT32 {
      try maps.forward(layer, threads, Float.self)
    } else {
      try maps.forward(layer, threads, Double.self)
    }
  }
}

/// Writes the shape of a correlation layer's output; the header, overlap.h, has the rest.
@c @implementation
public func overlap_correlation_layer_shape(
  _ layer: UnsafePointer<overlap_correlation_layer>?, _ inputShape: UnsafePointer<Int64>?,
  _ shape: UnsafeMutablePointer<Int64>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    let layer = unsafe try CorrelationLayer(layer)
    let input = unsafe try FeatureMapShape(checkedShape(4, inputShape, "the input"))
    let output = try translating(InterfaceError.init) { () throws(LayerError) in
      try layer.outputShape(for: input)
    }
    unsafe try write(output.lengths, to: shape)
  }
}

/// Two feature maps and the place for the result.
private struct MapPair {
  let first: ArrayView
  let second: ArrayView
  let output: ArrayView

  init(
    _ first: ArrayView, _ firstName: String, _ second: ArrayView, _ secondName: String,
    _ output: ArrayView
  ) throws(InterfaceError) {
    for (maps, name) in [(first, firstName), (second, secondName), (output, "the output")] {
      try maps.require(rank: 4, name)
      try maps.requireReal(name)
    }
    self.first = first
    self.second = second
    self.output = output
  }

  func forward<Scalar: ComputedElement & FourierScalar>(
    _ layer: ConvolutionLayer, _ bias: ArrayView?, _ threads: Int?, _: Scalar.Type
  ) throws(InterfaceError) {
    let (input, weights) = try (maps(first, Scalar.self), maps(second, Scalar.self))
    try check(
      translating(InterfaceError.init) { () throws(LayerError) in
        try layer.outputShape(for: input.shape, weights: weights.shape)
      })
    let bias = try bias?.elements(Scalar.self)
    try write(Scalar.self) { results throws(LayerError) in
      try layer.forward(input, weights: weights, bias: bias, threads: threads, into: &results)
    }
  }

  func forward<Scalar: ComputedElement & FourierScalar>(
    _ layer: CorrelationLayer, _ threads: Int?, _: Scalar.Type
  ) throws(InterfaceError) {
    let (a, b) = try (maps(first, Scalar.self), maps(second, Scalar.self))
    try check(
      translating(InterfaceError.init) { () throws(LayerError) in
        try layer.outputShape(for: a.shape)
      })
    try write(Scalar.self) { results throws(LayerError) in
      try layer.forward(a, b, threads: threads, into: &results)
    }
  }

  private func check(_ expected: FeatureMapShape) throws(InterfaceError) {
    guard output.shape == expected.lengths else {
      throw .shape("the output has the shape \(text(output.shape)), not \(expected)")
    }
  }

  private func maps<Scalar: ComputedElement & FourierScalar>(
    _ array: ArrayView, _: Scalar.Type
  ) throws(InterfaceError) -> FeatureMaps<Scalar> {
    let (shape, elements) = try (FeatureMapShape(array.shape), array.elements(Scalar.self))
    return try translating(InterfaceError.init) { () throws(LayerError) in
      try FeatureMaps(shape: shape, elements: elements)
    }
  }

  /// Lets `body` write the output, in place where that is possible.
  private func write<Scalar: ComputedElement & FourierScalar>(
    _: Scalar.Type, _ body: (inout MutableSpan<Scalar>) throws(LayerError) -> Void
  ) throws(InterfaceError) {
    if output.isInPlace(Scalar.self) {
      return try output.withMutableSpan(Scalar.self) { results throws(InterfaceError) in
        try translating(InterfaceError.init) { () throws(LayerError) in try body(&results) }
      }
    }
    let results = try makeElements(output.count) { results throws(InterfaceError) in
      try translating(InterfaceError.init) { () throws(LayerError) in try body(&results) }
    }
    _ = output.scatter(results.span)
  }
}

extension FeatureMapShape {
  fileprivate init(_ lengths: [Int]) throws(InterfaceError) {
    self = try translating(InterfaceError.init) { () throws(LayerError) in
      try FeatureMapShape(
        images: lengths[0], channels: lengths[1], rows: lengths[2], columns: lengths[3])
    }
  }

  fileprivate var lengths: [Int] { [images, channels, rows, columns] }
}

extension ConvolutionLayer {
  fileprivate init(_ given: UnsafePointer<overlap_convolution_layer>?) throws(InterfaceError) {
    guard let layer = unsafe given?.pointee else { throw .argument("the layer is NULL") }
    func length(_ value: Int64) -> Int { value == 0 ? 1 : Int(value) }
    self = try translating(InterfaceError.init) { () throws(LayerError) in
      try ConvolutionLayer(
        stride: Extent(rows: length(layer.stride.0), columns: length(layer.stride.1)),
        padding: Padding(
          top: Int(layer.padding.0), left: Int(layer.padding.1), bottom: Int(layer.padding.2),
          right: Int(layer.padding.3)),
        dilation: Extent(rows: length(layer.dilation.0), columns: length(layer.dilation.1)),
        groups: length(layer.groups))
    }
  }
}

extension CorrelationLayer {
  fileprivate init(_ given: UnsafePointer<overlap_correlation_layer>?) throws(InterfaceError) {
    guard let layer = unsafe given?.pointee else { throw .argument("the layer is NULL") }
    func length(_ value: Int64) -> Int { value == 0 ? 1 : Int(value) }
    guard 0...1 ~= layer.absolute_difference else {
      throw .argument("absolute_difference is 0 or 1, not \(layer.absolute_difference)")
    }
    self = try translating(InterfaceError.init) { () throws(LayerError) in
      try CorrelationLayer(
        kernelSize: length(layer.kernel_size),
        maxDisplacement: ConvolutionLayer.Extent(
          rows: Int(layer.max_displacement.0), columns: Int(layer.max_displacement.1)),
        stride: length(layer.stride), displacementStride: length(layer.displacement_stride),
        padding: Int(layer.padding),
        comparison: layer.absolute_difference == 0 ? .product : .absoluteDifference)
    }
  }
}
