// SPDX-License-Identifier: MIT

import CorrelationLayers
import Testing

/// What convolution layers refuse, and how they say so.
@Suite struct ConvolutionLayerMistakeTests {
  @Test func parametersOutOfRangeAreNamed() throws {
    let limit = 1 << 30
    func named(_ parameter: LayerError.Parameter, _ least: Int, _ actual: Int) -> LayerError {
      .outOfRange(parameter, allowed: least...limit, actual: actual)
    }
    for value in [0, -1, limit + 1, .max, .min] {
      for extent in [
        ConvolutionLayer.Extent(rows: value, columns: 1),
        ConvolutionLayer.Extent(rows: 1, columns: value),
      ] {
        #expect(throws: named(.stride, 1, value)) { try ConvolutionLayer(stride: extent) }
        #expect(throws: named(.dilation, 1, value)) { try ConvolutionLayer(dilation: extent) }
        #expect(throws: named(.stride, 1, value)) {
          try TransposedConvolutionLayer(stride: extent)
        }
      }
      #expect(throws: named(.groups, 1, value)) {
        try ConvolutionLayer(groups: value)
      }
    }
    for value in [-1, limit + 1, .max, .min] {
      for padding in [
        ConvolutionLayer.Padding(top: value, left: 0, bottom: 0, right: 0),
        ConvolutionLayer.Padding(top: 0, left: value, bottom: 0, right: 0),
        ConvolutionLayer.Padding(top: 0, left: 0, bottom: value, right: 0),
        ConvolutionLayer.Padding(top: 0, left: 0, bottom: 0, right: value),
      ] {
        #expect(throws: named(.padding, 0, value)) { try ConvolutionLayer(padding: padding) }
      }
    }
    // Output padding stays below the larger of stride and dilation.
    for value in [-1, 3, .max] {
      #expect(
        throws: LayerError.outOfRange(.outputPadding, allowed: 0...2, actual: value)
      ) {
        try TransposedConvolutionLayer(
          stride: 2, dilation: 3, outputPadding: ConvolutionLayer.Extent(rows: 0, columns: value))
      }
    }
  }

  /// Sizes whose product overflows, or needs more memory than there is, are refused before anything
  /// is allocated.
  @Test func sizesThatAreTooLargeAreRefused() throws {
    let huge = 1 << 30
    let input = try FeatureMaps<Float>.counting(1, 1, 2, 2)
    let weights = try FeatureMaps<Float>.counting(1, 1, 1, 1)
    #expect(throws: LayerError.invalidShape([1, 1, 2 * huge + 2, 2 * huge + 2])) {
      try ConvolutionLayer(padding: .init(rows: huge, columns: huge)).forward(
        input, weights: weights)
    }
    let long = try FeatureMapShape(images: 1, channels: 1, rows: huge, columns: 1)
    #expect(throws: LayerError.self) {
      try ConvolutionLayer(padding: ConvolutionLayer.Padding(rows: 0, columns: huge))
        .outputShape(for: long, weights: weights.shape)
    }
    #expect(throws: LayerError.self) {
      try ConvolutionLayer(padding: ConvolutionLayer.Padding(rows: 0, columns: 1 << 28)).forward(
        FeatureMaps<Float>.counting(1, 1, 1 << 8, 1), weights: weights)
    }
    #expect(throws: LayerError.self) {
      try TransposedConvolutionLayer(stride: ConvolutionLayer.Extent(huge)).forward(
        input, weights: weights)
    }
    let two = try FeatureMaps<Float>.counting(1, 1, 2, 2)
    #expect(throws: LayerError.self) {
      try TransposedConvolutionLayer(dilation: ConvolutionLayer.Extent(huge)).forward(
        input, weights: two)
    }
    #expect(throws: LayerError.self) {
      try TransposedConvolutionLayer(groups: huge).outputShape(
        for: FeatureMapShape(images: 1, channels: huge, rows: 1, columns: 1),
        weights: FeatureMapShape(images: huge, channels: huge, rows: 1, columns: 1))
    }
  }

  @Test func mistakesAreNamed() throws {
    #expect(throws: LayerError.self) { try ConvolutionLayer(stride: 0) }
    #expect(throws: LayerError.self) { try ConvolutionLayer(padding: -1) }
    #expect(throws: LayerError.self) { try ConvolutionLayer(dilation: 0) }
    #expect(throws: LayerError.self) { try ConvolutionLayer(groups: 0) }
    #expect(throws: LayerError.self) { try TransposedConvolutionLayer(outputPadding: 1) }
    let input = try FeatureMaps<Float>.counting(1, 4, 5, 5)
    let weights = try FeatureMaps<Float>.counting(2, 3, 3, 3)
    let layer = try ConvolutionLayer()
    #expect(throws: LayerError.wrongChannelCount(expected: 3, actual: 4)) {
      try layer.forward(input, weights: weights)
    }
    let three = try FeatureMaps<Float>.counting(1, 3, 5, 2)
    #expect(
      throws: LayerError.noOutput(
        input: three.shape, needed: 3, available: .init(rows: 5, columns: 2))
    ) { try layer.forward(three, weights: weights) }
    let right = try FeatureMaps<Float>.counting(1, 3, 5, 5)
    #expect(throws: LayerError.wrongBiasCount(expected: 2, actual: 3)) {
      try layer.forward(right, weights: weights, bias: [1, 2, 3])
    }
    #expect(throws: LayerError.self) {
      try ConvolutionLayer(groups: 3).forward(right, weights: weights)
    }
    #expect(throws: LayerError.self) {
      try layer.inputGradient(
        outputGradient: right, weights: weights, inputShape: right.shape)
    }
    #expect(
      try layer.forward(right, weights: weights, threads: 0)
        == layer.forward(right, weights: weights, threads: 1))
    let noRows = try FeatureMapShape(images: 2, channels: 3, rows: 0, columns: 3)
    #expect(throws: LayerError.self) { try layer.outputShape(for: right.shape, weights: noRows) }
    #expect(
      throws: LayerError.wrongOutputGradient(
        expected: try FeatureMapShape(images: 1, channels: 2, rows: 3, columns: 3),
        actual: right.shape)
    ) {
      try layer.weightGradient(
        input: right, outputGradient: right, weightShape: weights.shape)
    }
    let transposed = try TransposedConvolutionLayer(padding: 4)
    #expect(throws: LayerError.wrongChannelCount(expected: 2, actual: 3)) {
      try transposed.forward(right, weights: weights)
    }
    let maps = try FeatureMaps<Float>.counting(1, 2, 5, 5)
    #expect(
      throws: LayerError.noOutput(input: maps.shape, needed: 9, available: 7)
    ) { try transposed.forward(maps, weights: weights) }
    #expect(throws: LayerError.wrongElementCount(expected: 50, actual: 1)) {
      try FeatureMaps(shape: maps.shape, elements: [Float(1)])
    }
  }
}
