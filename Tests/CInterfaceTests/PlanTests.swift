// SPDX-License-Identifier: MIT

import CInterface
import COverlap
import ComputeSupport
import Convolution
import TestSupport
import Testing

@Suite("C interface: plans and filters")
struct PlanTests {
  @Test("A plan keeps its kernel, and serves signals of any shape and layout, again and again")
  func plan() throws {
    var generator = SeededGenerator(seed: 8)
    let kernel = Numbers([3, 2], using: &generator)
    var plan: OpaquePointer?
    do {
      // Its memory is gone when the plan is used.
      let taps = CArray(kernel.values.map(Float.init), [3, 2], .reversed)
      let status = unsafe overlap_plan_create(
        OVERLAP_FLOAT32, OVERLAP_CORRELATION, taps.pointer, nil, &plan)
      #expect(status == OVERLAP_OK)
    }
    defer { unsafe overlap_plan_destroy(plan) }
    for shape in [[5, 4], [1, 1], [2, 6, 3], [3, 2, 4, 4], [5, 4]] {
      let signal = Numbers(shape, using: &generator)
      var expectedShape = shape
      expectedShape[shape.count - 2] += 2
      expectedShape[shape.count - 1] += 1
      var resultShape = [Int64](repeating: 0, count: shape.count)
      let status = unsafe overlap_plan_result_shape(
        plan, Int32(shape.count), shape.map(Int64.init), &resultShape)
      #expect(status == OVERLAP_OK)
      #expect(resultShape.map { Int($0) } == expectedShape)
      let wide = Numbers([Int](repeating: 1, count: shape.count - 2) + [3, 2], kernel.values)
      let expected = signal.convolved(
        with: wide, correlates: true, axes: [shape.count - 2, shape.count - 1], from: [0, 0],
        expectedShape)
      for layout in Layout.allCases {
        let result = CArray(repeating: Float.nan, expectedShape, layout)
        let samples = CArray(signal.values.map(Float.init), shape, layout)
        #expect(unsafe overlap_plan_execute(plan, samples.pointer, result.pointer) == OVERLAP_OK)
        #expect(result.elements.map { $0.rounded() } == expected.map(Float.init))
      }
    }
  }

  @Test("A line's plan has the bits that Swift's has, on several threads at once")
  func line() throws {
    let signal: [Double] = whiteNoise(20_000, seed: 9)
    let kernel: [Double] = whiteNoise(700, seed: 10)
    let expected = try ConvolutionPlan(kernel: kernel).apply(to: signal)
    var plan: OpaquePointer?
    let taps = CArray(kernel, [700])
    #expect(
      unsafe overlap_plan_create(
        OVERLAP_FLOAT64, OVERLAP_CONVOLUTION, taps.pointer, nil, &plan) == OVERLAP_OK)
    let shared = unsafe Shared(plan)
    let results = parallelMap(8, threads: 4) { _ in
      let (samples, result) = (CArray(signal, [20_000]), CArray(repeating: 0.0, [20_699]))
      let status = unsafe overlap_plan_execute(shared.plan, samples.pointer, result.pointer)
      return status == OVERLAP_OK ? result.elements : []
    }
    for result in results { #expect(result == expected) }
    unsafe overlap_plan_destroy(plan)
    overlap_plan_destroy(nil)
  }

  /// A plan may be used from many threads at once.
  @safe private struct Shared: @unchecked Sendable {
    let plan: OpaquePointer?
    init(_ plan: OpaquePointer?) { unsafe self.plan = plan }
  }

  @Test("Long lines that do not lie side by side give what those give that do")
  func strides() {
    let kernel: [Float] = whiteNoise(99, seed: 11)
    let signal: [Float] = whiteNoise(3 * 90_000, seed: 12)
    for (shape, axes) in [([270_000], [0]), ([3, 90_000], [1]), ([90_000, 3], [0])] {
      let options = TestOptions(mode: OVERLAP_SAME, axes: axes)
      let results = Layout.allCases.map { layout in
        let result = CArray(repeating: Float.nan, shape, layout)
        let status = run(
          CArray(signal, shape, layout), CArray(kernel, [99], layout), into: result, options)
        #expect(status == OVERLAP_OK, "\(message)")
        return result.elements
      }
      for result in results {
        #expect(relativeError(result, results[0].map(Double.init)) < 4)
      }
    }
  }

  @Test("A filter gives what Swift's gives, from pieces of any layout")
  func filter() throws {
    let kernel: [Float] = whiteNoise(300, seed: 13)
    let signal: [Float] = whiteNoise(3000, seed: 14)
    for latency in [0, 128] {
      var reference = try StreamingFilter(kernel: kernel, latency: latency)
      let expected = reference.push(signal)
      var filter: OpaquePointer?
      let taps = CArray(kernel, [300], .spread)
      #expect(
        unsafe overlap_filter_create(OVERLAP_FLOAT32, taps.pointer, Int64(latency), &filter)
          == OVERLAP_OK)
      defer { unsafe overlap_filter_destroy(filter) }
      for _ in 0..<2 {
        var found: [Float] = []
        for (number, from) in stride(from: 0, to: 3000, by: 170).enumerated() {
          let piece = Array(signal[from..<min(3000, from + 170)])
          let layout = Layout.allCases[number % Layout.allCases.count]
          let samples = CArray(piece, [piece.count], layout)
          let results = CArray(repeating: Float.nan, [piece.count], layout)
          #expect(
            unsafe overlap_filter_push(filter, samples.pointer, results.pointer) == OVERLAP_OK)
          found += results.elements
        }
        #expect(found == expected)
        #expect(unsafe overlap_filter_reset(filter) == OVERLAP_OK)
      }
    }
    overlap_filter_destroy(nil)
  }
}
