// SPDX-License-Identifier: MIT

import CInterface
import COverlap
import Convolution
import TestSupport
import Testing

@Suite("C interface: boundaries, methods and integers")
struct BoundaryTests {
  static let boundaries: [(overlap_boundary, Boundary<Double>, Boundary<Int64>)] = [
    (OVERLAP_ZERO, .zero, .zero), (OVERLAP_CONSTANT, .constant(3), .constant(3)),
    (OVERLAP_WRAP, .wrap, .wrap), (OVERLAP_SYMMETRIC, .symmetric, .symmetric),
    (OVERLAP_REFLECT, .reflect, .reflect), (OVERLAP_REPLICATE, .replicate, .replicate),
  ]
  static let methods: [(overlap_method, ConvolutionMethod?)] = [
    (OVERLAP_AUTOMATIC, nil), (OVERLAP_DIRECT, .direct), (OVERLAP_SEPARABLE, .separable),
    (OVERLAP_FFT, .fft), (OVERLAP_OVERLAP_SAVE, .overlapSave),
  ]

  @Test("Images and volumes have the bits that Swift's plans give", arguments: [1, 2, 3])
  func swift(rank: Int) throws {
    let samples: [Double] = whiteNoise(7 * 9 * 8, seed: 5)
    let taps: [Double] = whiteNoise(3 * 4 * 2, seed: 6)
    let n = [7, 9, 8].suffix(rank)
    let m = [3, 4, 2].suffix(rank)
    let signal = Array(samples.prefix(n.reduce(1, *)))
    let kernel = Array(taps.prefix(m.reduce(1, *)))
    for (boundary, swiftBoundary, _) in Self.boundaries {
      for (method, swiftMethod) in Self.methods {
        for (mode, swiftMode) in [(OVERLAP_FULL, ConvolutionMode.full), (OVERLAP_SAME, .same)] {
          let options = TestOptions(
            mode: mode, boundary: boundary, constant: 3, method: method, threads: 2)
          let expected: [Double]
          if rank == 3 {
            let plan = try ConvolutionPlan3D(
              kernel: Volume(planes: 3, rows: 4, columns: 2, elements: kernel), mode: swiftMode,
              boundary: swiftBoundary, method: swiftMethod, threads: 2, expectedUses: 1)
            expected =
              plan.apply(to: Volume(planes: 7, rows: 9, columns: 8, elements: signal)).elements
          } else {
            // A line is an image of one row.
            let rows = rank == 1 ? 1 : 9
            let plan = try ConvolutionPlan2D(
              kernel: Matrix(rows: rank == 1 ? 1 : 4, columns: 2, elements: kernel),
              mode: swiftMode, boundary: swiftBoundary, method: swiftMethod, threads: 2,
              expectedUses: 1)
            expected = plan.apply(to: Matrix(rows: rows, columns: 8, elements: signal)).elements
          }
          let shape = try #require(options.resultShape(Array(n), Array(m)))
          let found = CArray(repeating: 0.0, shape)
          let status = run(
            CArray(signal, Array(n)), CArray(kernel, Array(m)), into: found, options)
          #expect(status == OVERLAP_OK)
          let error = relativeError(found.elements, expected)
          // A line without a boundary goes by a plan of its own.
          #expect(
            rank == 1 && boundary == OVERLAP_ZERO ? error < 4 : found.elements == expected,
            "\(boundary) \(method) \(mode) \(error)")
        }
      }
    }
  }

  @Test("Boundaries of integers, in one and two dimensions")
  func integers() throws {
    var generator = SeededGenerator(seed: 7)
    let image = Numbers([5, 6], using: &generator)
    let kernel = Numbers([3, 2], using: &generator)
    for (boundary, _, swiftBoundary) in Self.boundaries {
      let expected = try correlate(
        Matrix(rows: 5, columns: 6, elements: image.values.map(Int64.init)),
        Matrix(rows: 3, columns: 2, elements: kernel.values.map(Int64.init)), mode: .same,
        boundary: swiftBoundary)
      let result = CArray(repeating: Int8(0), [5, 6], .columns)
      let options = TestOptions(mode: OVERLAP_SAME, boundary: boundary, constant: 3)
      let status = run(
        correlates: true, CArray(image.values.map(Int8.init), [5, 6], .columns),
        CArray(kernel.values.map(Int8.init), [3, 2]), into: result, options)
      // Some sums may be beyond Int8; they are refused.
      if expected.elements.allSatisfy({ -128...127 ~= $0 }) {
        #expect(status == OVERLAP_OK, "\(message)")
        #expect(result.elements.map { Int($0) } == expected.elements)
      } else {
        #expect(status == OVERLAP_OUT_OF_RANGE)
      }
    }
  }

  @Test("Integers are exact, or refused where a result does not fit")
  func range() {
    func status<Element: FixedWidthInteger, Result: FixedWidthInteger>(
      _ signal: [Element], _ kernel: [Element], _ expected: [Result],
      _ options: TestOptions = TestOptions()
    ) -> overlap_status {
      let result = CArray(repeating: Result(0), [signal.count + kernel.count - 1])
      let status = run(
        CArray(signal, [signal.count]), CArray(kernel, [kernel.count]), into: result, options)
      if status == OVERLAP_OK { #expect(result.elements == expected) }
      return status
    }
    #expect(status([100, 27], [1] as [Int8], [100, 27] as [Int8]) == OVERLAP_OK)
    #expect(status([100], [2] as [Int8], [0] as [Int8]) == OVERLAP_OUT_OF_RANGE)
    #expect(message.contains("int8"))
    let wide = TestOptions(resultType: OVERLAP_INT32)
    #expect(status([100, 1], [2] as [Int8], [200, 2] as [Int32], wide) == OVERLAP_OK)
    #expect(status([255, 255], [255] as [UInt8], [65025, 65025] as [Int32], wide) == OVERLAP_OK)
    let unsigned = TestOptions(resultType: OVERLAP_UINT16)
    #expect(status([3], [-3] as [Int8], [0] as [UInt16], unsigned) == OVERLAP_OUT_OF_RANGE)
    #expect(status([Int64.max], [1], [Int64.max]) == OVERLAP_OK)
    #expect(status([Int64.min], [2], [0] as [Int64]) == OVERLAP_OUT_OF_RANGE)
    // Results are counted in 64 bits with a sign.
    #expect(status([UInt64.max >> 1], [1], [UInt64.max >> 1]) == OVERLAP_OK)
    #expect(status([UInt64.max], [1], [UInt64.max]) == OVERLAP_OUT_OF_RANGE)
  }

  @Test("The planner's choice, and what it predicts")
  func choice() {
    var method = OVERLAP_AUTOMATIC
    var seconds = [Double](repeating: -1, count: 5)
    func choose(_ n: [Int64], _ m: [Int64], _ type: overlap_type = OVERLAP_FLOAT32)
      -> overlap_status
    {
      unsafe overlap_choose_method(
        type, Int32(n.count), n, Int32(m.count), m, nil, &method, &seconds)
    }
    #expect(choose([10], [3]) == OVERLAP_OK)
    #expect(method == OVERLAP_DIRECT)
    #expect(choose([1_000_000], [100_000], OVERLAP_INT32) == OVERLAP_OK)
    #expect(method == OVERLAP_FFT || method == OVERLAP_OVERLAP_SAVE)
    #expect(seconds[0] == 0 && seconds[1] > seconds[Int(method.rawValue)])
    #expect(choose([100, 100, 100], [9, 9, 9], OVERLAP_COMPLEX64) == OVERLAP_OK)
    #expect(choose([1000, 1000], [99, 99]) == OVERLAP_OK)
    #expect(choose([], []) == OVERLAP_OK)
    #expect(choose([9, 9, 9, 9], [2, 2, 2, 2]) == OVERLAP_WRONG_SHAPE)
  }
}
