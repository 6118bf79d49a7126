// SPDX-License-Identifier: MIT

import CInterface
import COverlap
import ComplexModule
import TestSupport
import Testing

@Suite("C interface: convolution of arrays")
struct ConvolutionTests {
  @Test("The header's example is what it says")
  func example() {
    let result = CArray(repeating: 0.0, [3])
    let status = run(
      correlates: true, CArray([0.0, 1, 2, 3], [4]), CArray([1.0, 2], [2]), into: result,
      TestOptions(mode: OVERLAP_VALID))
    #expect(status == OVERLAP_OK)
    #expect(result.elements == [2, 5, 8])
  }

  /// Shapes of each rank, small ones all.
  static let pairs: [(signal: [Int], kernel: [Int])] = {
    var pairs: [([Int], [Int])] = []
    for n in 1...5 { for m in 1...5 { pairs.append(([n], [m])) } }
    for n in Numbers.indices([3, 4]) {
      for m in Numbers.indices([3, 3]) { pairs.append((n.map { $0 + 1 }, m.map { $0 + 1 })) }
    }
    pairs += [([3, 4, 5], [2, 1, 3]), ([2, 3, 2], [3, 3, 4]), ([4, 1, 3], [2, 2, 2])]
    pairs += [([3, 2, 4, 3], [2, 2, 1, 2]), ([2, 3, 2, 2, 3], [2, 1, 2, 2, 2])]
    return pairs
  }()

  @Test("Every small shape, mode and layout gives the sums of products")
  func smallShapes() {
    var generator = SeededGenerator(seed: 1)
    for (n, m) in Self.pairs {
      let signal = Numbers(n, using: &generator)
      let kernel = Numbers(m, using: &generator)
      for mode in [OVERLAP_FULL, OVERLAP_SAME, OVERLAP_VALID] {
        for correlates in [false, true] {
          check(signal, kernel, TestOptions(mode: mode), correlates, using: &generator)
        }
      }
    }
  }

  private func check(
    _ signal: Numbers, _ kernel: Numbers, _ options: TestOptions, _ correlates: Bool,
    using generator: inout SeededGenerator
  ) {
    let (n, m) = (signal.shape, kernel.shape)
    guard let shape = options.resultShape(n, m) else {
      let isNested = zip(n, m).allSatisfy { $0 >= $1 } || zip(n, m).allSatisfy { $0 <= $1 }
      #expect(options.mode == OVERLAP_VALID && !isNested, "\(n) \(m) \(message)")
      return
    }
    let axes = options.axes ?? Array(n.indices)
    let first = axes.map { firstResult(options.mode, n[$0], m[$0]) }
    let expected = signal.convolved(
      with: kernel, correlates: correlates, axes: axes, from: first, shape)
    let layouts = (0..<3).map { _ in Layout.allCases.randomElement(using: &generator) ?? .plain }
    func found<Element: Numeric>(_: Element.Type, _ tail: Element) -> [Element] {
      let result = CArray(repeating: tail, shape, layouts[2])
      let status = run(
        correlates: correlates,
        CArray(signal.values.map { Element(exactly: $0) ?? 0 }, n, layouts[0]),
        CArray(kernel.values.map { Element(exactly: $0) ?? 0 }, m, layouts[1]), into: result,
        options)
      #expect(status == OVERLAP_OK, "\(n) \(m) \(options) \(message)")
      return result.elements
    }
    let what = "\(n) \(m) \(options) \(correlates) \(layouts)"
    // So few small numbers are summed without an error by direct sums, and transforms of them are far
    // from a half.
    #expect(found(Double.self, .nan).map { $0.rounded() } == expected.map(Double.init), "\(what)")
    #expect(found(Float.self, .nan).map { $0.rounded() } == expected.map(Float.init), "\(what)")
    #expect(found(Int64.self, -77).map { Int($0) } == expected, "\(what)")
    #expect(found(Int32.self, -77).map { Int($0) } == expected, "\(what)")
    #expect(found(Int16.self, -77).map { Int($0) } == expected, "\(what)")
    let complex = found(Complex<Double>.self, Complex(.nan, .nan))
    #expect(complex.map { $0.real.rounded() } == expected.map(Double.init), "\(what)")
  }

  @Test("Along some axes the kernel slides, along the others lengths are equal or 1")
  func axes() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<300 {
      let rank = Int.random(in: 1...5, using: &generator)
      let n = (0..<rank).map { _ in Int.random(in: 1...5, using: &generator) }
      var m = (0..<rank).map { _ in Int.random(in: 1...4, using: &generator) }
      var signalShape = n
      let axes = (0..<rank).filter { _ in Bool.random(using: &generator) }.shuffled(
        using: &generator)
      for axis in 0..<rank where !axes.contains(axis) {
        m[axis] = Bool.random(using: &generator) ? 1 : n[axis]
        if m[axis] > 1, Int.random(in: 0..<4, using: &generator) == 0 { signalShape[axis] = 1 }
      }
      let mode = [OVERLAP_FULL, OVERLAP_SAME, OVERLAP_VALID].randomElement(using: &generator)
      check(
        Numbers(signalShape, using: &generator), Numbers(m, using: &generator),
        TestOptions(mode: mode ?? OVERLAP_FULL, axes: axes), Bool.random(using: &generator),
        using: &generator)
    }
  }

  @Test("A kernel of lower rank filters all lines of an array, and all images")
  func lowerRanks() {
    var generator = SeededGenerator(seed: 3)
    let signal = Numbers([3, 40, 5], using: &generator)
    for (axes, kernelShape, wide) in [
      (nil as [Int]?, [4], [1, 1, 4]), ([1], [4], [1, 4, 1]), ([-3], [2], [2, 1, 1]),
      (nil, [3, 2], [1, 3, 2]), ([2, 0], [2, 3], [3, 1, 2]), (nil, [], [1, 1, 1]),
    ] {
      let kernel = Numbers(kernelShape, using: &generator)
      // The same kernel with an axis for each of the signal's.
      var same = Numbers(wide, kernel.values)
      if axes == [2, 0] {
        same.values = Numbers.indices(wide).map { kernel[[$0[2], $0[0]]] }
      }
      let sliding = wide.indices.filter { wide[$0] > 1 }
      let shape = zip(signal.shape, wide).map { $0 + $1 - 1 }
      let expected = signal.convolved(
        with: same, correlates: false, axes: sliding, from: sliding.map { _ in 0 }, shape)
      let result = CArray(repeating: 0.0, shape, .columns)
      let status = run(
        CArray(signal.values.map(Double.init), signal.shape, .reversed),
        CArray(kernel.values.map(Double.init), kernelShape), into: result,
        TestOptions(axes: axes))
      #expect(status == OVERLAP_OK, "\(message)")
      #expect(result.elements.map { $0.rounded() } == expected.map(Double.init), "\(wide)")
    }
  }

  /// At more than three axes the products along the outer ones are added block by block.
  @Test(
    "Lags have the results that they name, and zeros where nothing overlaps", arguments: 1...5)
  func lags(rank: Int) {
    var generator = SeededGenerator(seed: 4)
    // From before the first overlap, to behind the last, and where there is none at all.
    let axes = [(4, 2, -3...7), (3, 3, 1...6), (2, 3, -4...4), (3, 1, 3...4), (1, 2, -2...2)]
      .prefix(rank)
    for outermost in 0..<rank {
      let axes = axes[outermost...] + axes[..<outermost]
      let lags = axes.map(\.2)
      let signal = Numbers(axes.map(\.0), using: &generator)
      let kernel = Numbers(axes.map(\.1), using: &generator)
      let options = TestOptions(mode: OVERLAP_LAGS, lags: lags)
      for correlates in [false, true] {
        let result = CArray(repeating: 7.0, lags.map(\.count))
        let status = run(
          correlates: correlates, CArray(signal.values.map(Double.init), signal.shape),
          CArray(kernel.values.map(Double.init), kernel.shape), into: result, options)
        #expect(status == OVERLAP_OK)
        let first = zip(lags, kernel.shape).map { $0.lowerBound + (correlates ? $1 - 1 : 0) }
        let expected = signal.convolved(
          with: kernel, correlates: correlates, axes: Array(0..<rank), from: first,
          lags.map(\.count))
        #expect(result.elements.map { $0.rounded() } == expected.map(Double.init), "\(lags)")
      }
    }
  }

  @Test("Arrays without elements have results without elements, or zeros at lags")
  func empty() {
    for (n, m) in [([0], [3]), ([3], [0]), ([2, 0], [1, 1]), ([0, 2], [2, 2])] {
      for mode in [OVERLAP_FULL, OVERLAP_SAME, OVERLAP_VALID] {
        let options = TestOptions(mode: mode)
        let shape = options.resultShape(n, m)
        #expect(shape?.contains(0) == true, "\(n) \(m) \(mode)")
        let status = run(
          CArray(repeating: 1.0, n), CArray(repeating: 1.0, m),
          into: CArray(repeating: 0.0, shape ?? []), options)
        #expect(status == OVERLAP_OK)
      }
    }
    let result = CArray(repeating: 5.0, [4])
    let status = run(
      CArray(repeating: 1.0, [0]), CArray(repeating: 1.0, [2]), into: result,
      TestOptions(mode: OVERLAP_LAGS, lags: [-1...2]))
    #expect(status == OVERLAP_OK)
    #expect(result.elements == [0, 0, 0, 0])
  }

  @Test("Arrays of rank 0 are multiplied")
  func rankZero() {
    let result = CArray(repeating: Complex<Float>.zero, [])
    let status = run(
      correlates: true, CArray([Complex<Float>(1, 2)], []), CArray([Complex<Float>(3, 4)], []),
      into: result)
    #expect(status == OVERLAP_OK)
    #expect(result.elements == [Complex(11, 2)])
  }

  @Test("NaN reaches the results that it is a part of and no others, in four dimensions too")
  func nan() {
    let shape = [3, 3, 3, 3]
    var values = [Double](repeating: 1, count: 81)
    values[40] = .nan
    let result = CArray(repeating: 0.0, [4, 4, 4, 4])
    let status = run(
      CArray(values, shape), CArray(repeating: Double.infinity, [2, 2, 2, 2]), into: result)
    #expect(status == OVERLAP_OK)
    let places = Numbers.indices([4, 4, 4, 4])
    for (place, value) in zip(places, result.elements) {
      #expect(value.isNaN == place.allSatisfy { 1...2 ~= $0 }, "\(place)")
    }
  }
}
