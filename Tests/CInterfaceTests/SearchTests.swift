// SPDX-License-Identifier: MIT

import Alignment
import CInterface
import COverlap
import Convolution
import CorrelationLayers
import ImageMatching
import TestSupport
import Testing

@Suite("C interface: delays, images and layers are those of Swift")
struct SearchTests {
  @Test("A delay, with options")
  func delay() throws {
    let sound: [Float] = whiteNoise(30_000, seed: 15)
    let (reference, other) = (Array(sound[..<25_000]), Array(sound[300...]))
    let search = DelaySearchOptions(
      maximumDelay: 0.5, measuresDrift: true, band: 200...3000, expectedDelay: 0.1)
    let expected = try estimateDelay(
      of: other, from: reference, sampleRate: 8000, options: search)
    var options = overlap_delay_options()
    options.maximum_delay = 0.5
    options.expected_delay = 0.1
    options.lowest_frequency = 200
    options.highest_frequency = 3000
    options.measures_drift = 1
    var found = overlap_delay()
    let first = CArray(reference, [25_000], .spread)
    let second = CArray(other, [other.count], .reversed)
    #expect(
      unsafe overlap_estimate_delay(
        OVERLAP_FLOAT32, first.pointer, second.pointer, 8000, &options, &found) == OVERLAP_OK)
    #expect(found.delay == expected.delay && abs(found.delay + 0.0375) < 1e-5)
    #expect(found.standard_error == expected.standardError)
    #expect(found.false_alarm_probability == expected.falseAlarmProbability)
    #expect(found.drift == expected.drift?.rate && found.polarity == 1)
    #expect(found.peak_ratio == expected.peakRatio && found.is_ambiguous == 0)
    #expect(found.overlap == expected.overlap)
  }

  @Test("A shift between images, and a template's places")
  func images() throws {
    let noise: [Double] = whiteNoise(60 * 70, seed: 16)
    let scene = Matrix(rows: 60, columns: 70, elements: noise)
    func part(_ top: Int, _ left: Int, _ rows: Int, _ columns: Int) -> Matrix<Double> {
      Matrix(
        rows: rows, columns: columns,
        elements: (0..<rows).flatMap { row in
          (0..<columns).map { scene[top + row, left + $0] }
        })
    }
    let (reference, moving) = (part(8, 9, 48, 50), part(5, 13, 48, 50))
    let expected = try estimateTranslation(of: moving, from: reference)
    var shift = overlap_translation()
    let first = CArray(reference.elements, [48, 50], .columns)
    let second = CArray(moving.elements, [48, 50], .spread)
    #expect(
      unsafe overlap_register(OVERLAP_FLOAT64, first.pointer, second.pointer, 0, &shift)
        == OVERLAP_OK)
    #expect(shift.row_shift == expected.rowShift && abs(shift.row_shift - 3) < 0.01)
    #expect(shift.column_shift == expected.columnShift && abs(shift.column_shift + 4) < 0.01)
    #expect(shift.row_standard_error == expected.rowStandardError)
    #expect(shift.false_alarm_probability == expected.falseAlarmProbability)
    #expect(shift.peak_ratio == expected.peakRatio && shift.polarity == 1)

    let places = try findTemplate(part(20, 30, 9, 11), in: scene, count: 3)
    var matches = [overlap_match](repeating: overlap_match(), count: 5)
    var count: Int64 = -1
    let template = CArray(part(20, 30, 9, 11).elements, [9, 11])
    let image = CArray(scene.elements, [60, 70], .reversed)
    #expect(
      unsafe overlap_find_template(
        OVERLAP_FLOAT64, template.pointer, image.pointer, 2, 3, &matches, &count) == OVERLAP_OK)
    #expect(count == 3 && matches[0].row == 20 && matches[0].column == 30)
    for (match, place) in zip(matches, places) {
      #expect(match.row == place.row && match.column == place.column && match.score == place.score)
      #expect(match.false_alarm_probability == place.falseAlarmProbability)
    }
    #expect(
      unsafe overlap_find_template(
        OVERLAP_FLOAT64, template.pointer, image.pointer, 0, 0, nil, &count) == OVERLAP_OK)
    #expect(count == 0)
  }

  @Test("The layers, into outputs of any layout")
  func layers() throws {
    let numbers: [Float] = whiteNoise(2 * 4 * 9 * 8, seed: 17)
    let more: [Float] = whiteNoise(2 * 4 * 9 * 8, seed: 18)
    let shape = [2, 4, 9, 8]
    let mapShape = try FeatureMapShape(images: 2, channels: 4, rows: 9, columns: 8)
    let a = try FeatureMaps(shape: mapShape, elements: numbers)
    let b = try FeatureMaps(shape: mapShape, elements: more)

    let swiftLayer = try ConvolutionLayer(
      stride: .init(rows: 2, columns: 1), padding: .init(top: 1, left: 0, bottom: 2, right: 1),
      dilation: .init(rows: 1, columns: 2), groups: 2)
    let weightShape = try FeatureMapShape(images: 6, channels: 2, rows: 3, columns: 2)
    let weights = Array(more[..<72])
    let expected = try swiftLayer.forward(
      a, weights: FeatureMaps(shape: weightShape, elements: weights), bias: Array(numbers[..<6]))
    var layer = overlap_convolution_layer()
    layer.stride = (2, 1)
    layer.padding = (1, 0, 2, 1)
    layer.dilation = (1, 2)
    layer.groups = 2
    var outputShape = [Int64](repeating: 0, count: 4)
    #expect(
      unsafe overlap_convolution_layer_shape(
        &layer, shape.map(Int64.init), [6, 2, 3, 2], &outputShape) == OVERLAP_OK)
    for layout in Layout.allCases {
      let output = CArray(repeating: Float.nan, outputShape.map { Int($0) }, layout)
      let input = CArray(numbers, shape, layout)
      let kernels = CArray(weights, [6, 2, 3, 2], layout)
      let bias = CArray(Array(numbers[..<6]), [6], layout)
      #expect(
        unsafe overlap_convolution_layer_forward(
          OVERLAP_FLOAT32, &layer, input.pointer, kernels.pointer, bias.pointer, 0, output.pointer)
          == OVERLAP_OK, "\(message)")
      #expect(output.elements == expected.elements)
    }

    for comparison in [CorrelationLayer.Comparison.product, .absoluteDifference] {
      let swiftCorrelation = try CorrelationLayer(
        kernelSize: 3, maxDisplacement: 2, stride: 2, padding: 3, comparison: comparison)
      let correlated = try swiftCorrelation.forward(a, b)
      var correlation = overlap_correlation_layer()
      correlation.kernel_size = 3
      correlation.max_displacement = (2, 2)
      correlation.stride = 2
      correlation.padding = 3
      correlation.absolute_difference = comparison == .product ? 0 : 1
      #expect(
        unsafe overlap_correlation_layer_shape(
          &correlation, shape.map(Int64.init), &outputShape) == OVERLAP_OK)
      for layout in Layout.allCases {
        let output = CArray(repeating: Float.nan, outputShape.map { Int($0) }, layout)
        let (first, second) = (CArray(numbers, shape, layout), CArray(more, shape))
        #expect(
          unsafe overlap_correlation_layer_forward(
            OVERLAP_FLOAT32, &correlation, first.pointer, second.pointer, 1, output.pointer)
            == OVERLAP_OK, "\(message)")
        #expect(output.elements == correlated.elements)
      }
    }
  }
}
