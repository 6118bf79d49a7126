// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import TestSupport
import Testing

/// What volumes mean, of any size.
@Suite struct VolumeTests {
  /// With a unit impulse, convolution gives the kernel and correlation gives it turned around.
  @Test func impulse() {
    var impulse = Volume(repeating: 0.0, planes: 3, rows: 3, columns: 3)
    impulse[1, 1, 1] = 1
    let kernel = Volume<Double>(
      planes: 3, rows: 3, columns: 3, elements: (1...27).map { Double($0) })
    for method in ConvolutionMethod.choices {
      let convolved = convolve(impulse, kernel, mode: .same, method: method)
      let correlated = correlate(impulse, kernel, mode: .same, method: method)
      for (index, element) in kernel.elements.enumerated() {
        #expect(abs(convolved.elements[index] - element) < 1e-13)
        #expect(abs(correlated.elements[26 - index] - element) < 1e-13)
      }
    }
  }

  /// A volume of one plane is an image, and one of one line a signal.
  @Test func fewerDimensions() {
    var generator = SeededGenerator(seed: 41)
    let image = Matrix<Double>(
      rows: 12, columns: 9, elements: (0..<108).map { _ in Double(generator.smallInteger()) })
    let kernel = Matrix<Double>(
      rows: 4, columns: 3, elements: (0..<12).map { _ in Double(generator.smallInteger()) })
    let wanted = convolve(image, kernel, boundary: .reflect, method: .direct)
    #expect(
      convolve(Volume([image]), Volume([kernel]), boundary: .reflect, method: .direct)
        == Volume([wanted]))
    let line = Volume(planes: 1, rows: 1, columns: 9, elements: Array(image.elements[..<9]))
    let taps = Volume(planes: 1, rows: 1, columns: 3, elements: Array(kernel.elements[..<3]))
    #expect(
      convolve(line, taps, method: .direct).elements
        == convolve(line.elements, taps.elements, method: .direct))
  }

  /// Correlation is the convolution with the reversed conjugate, and lags count from it.
  @Test func correlation() {
    var generator = SeededGenerator(seed: 42)
    func volume(_ shape: [Int]) -> Volume<Complex<Double>> {
      Volume(shape: shape) {
        Complex(Double(generator.smallInteger()), Double(generator.smallInteger()))
      }
    }
    let (x, h) = (volume([7, 6, 5]), volume([3, 2, 4]))
    let reversed = Volume(
      planes: 3, rows: 2, columns: 4, elements: h.elements.reversed().map(\.conjugate))
    #expect(correlate(x, h, method: .direct) == convolve(x, reversed, method: .direct))
    // Lag 0 is the sum of products as they lie on each other.
    var sum = Complex<Double>.zero
    for plane in 0..<3 {
      for row in 0..<2 {
        for column in 0..<4 {
          sum += x[plane, row, column] * h[plane, row, column].conjugate
        }
      }
    }
    let lags = correlate(x, h, mode: .lags(-9...9), method: .direct)
    #expect(lags.shape == [19, 19, 19])
    #expect(lags[9, 9, 9] == sum)
    #expect(lags[0, 9, 9] == .zero && lags[9, 18, 9] == .zero)
  }

  /// Random volumes with every method, against direct sums in Double: by one transform and by many
  /// blocks, of whole lines and of parts of them.
  @Test(arguments: ConvolutionMethod.allCases, [31 as UInt64, 32, 33])
  func random(method: ConvolutionMethod, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = (0..<3).map { _ in Int.random(in: 20...60, using: &generator) }
    let taps = (0..<3).map { _ in Int.random(in: 1...9, using: &generator) }
    let x = Volume<Float>(shape: shape) { Float(generator.normal()) }
    func line(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.normal()) } }
    let kernel =
      method == .separable
      ? Volume(line(taps[0]), line(taps[1]), line(taps[2]), *)
      : Volume<Float>(shape: taps) { Float(generator.normal()) }
    let boundary = TestBoundary.allCases.randomElement(using: &generator) ?? .zero
    for mode in [ConvolutionMode.full, .same, .valid] {
      let wanted = convolve(
        x.map(Double.init), kernel.map(Double.init), mode: mode,
        boundary: boundary.of(constant: 0.5), method: .direct)
      let actual = convolve(
        x, kernel, mode: mode, boundary: boundary.of(constant: 0.5), method: method)
      #expect(actual.shape == wanted.shape)
      let error = relativeError(actual.elements, wanted.elements)
      #expect(
        error <= (method == .direct ? 4 : 6),
        "seed \(seed), \(shape) by \(taps), \(boundary): \(error) u")
    }
  }

  /// Blocks and one transform agree with direct sums where there are many blocks.
  @Test func manyBlocks() throws {
    let seed: UInt64 = 34
    var generator = SeededGenerator(seed: seed)
    let x = Volume<Float>(shape: [130, 120, 110]) { Float(generator.normal()) }
    let kernel = Volume<Float>(shape: [7, 6, 5]) { Float(generator.normal()) }
    let plan = try ConvolutionPlan3D(kernel: kernel, mode: .same, method: .overlapSave)
    let choice = plan.choice(planes: 130, rows: 120, columns: 110)
    #expect(choice.method == .overlapSave)
    #expect(choice.blockPlanes < 130 || choice.blockRows < 120, "one block tests nothing")
    let wanted = convolve(x, kernel, mode: .same, method: .direct)
    let error = relativeError(plan.apply(to: x).elements, wanted.elements.map(Double.init))
    #expect(error <= 6, "seed \(seed): \(error) u")
  }

  /// The bits are the same on any number of threads.
  @Test(arguments: ConvolutionMethod.choices) func threads(method: ConvolutionMethod?) {
    var generator = SeededGenerator(seed: 44)
    let x = Volume<Float>(shape: [40, 33, 50]) { Float(generator.normal()) }
    let line = (0..<6).map { _ in Float(generator.normal()) }
    let kernel = Volume(line, line, line, *)
    let one = convolve(x, kernel, boundary: .wrap, method: method, threads: 1)
    for threads in [2, 3] {
      #expect(convolve(x, kernel, boundary: .wrap, method: method, threads: threads) == one)
    }
  }

  /// Whole numbers are exact, digit by digit where they are large, or an error.
  @Test(arguments: ConvolutionMethod.choices) func integers(method: ConvolutionMethod?) throws {
    var generator = SeededGenerator(seed: 45)
    let x = Volume<Int>(shape: [6, 5, 7]) {
      Int.random(in: -(1 << 30)...(1 << 30), using: &generator)
    }
    let h = Volume<Int>(shape: [3, 4, 2]) {
      Int.random(in: -(1 << 25)...(1 << 25), using: &generator)
    }
    for boundary in TestBoundary.allCases {
      let edge: Boundary<Int> =
        switch boundary {
        case .zero: .zero
        case .constant: .constant(1 << 20)
        case .wrap: .wrap
        case .symmetric: .symmetric
        case .reflect: .reflect
        case .replicate: .replicate
        }
      for mode in [ConvolutionMode.full, .same, .valid] {
        let sums = expected(x, h, mode, boundary, constant: 1 << 20, *)
        #expect(try convolve(x, h, mode: mode, boundary: edge, method: method) == sums)
      }
    }
    let large = Volume(repeating: Int.max, planes: 1, rows: 1, columns: 2)
    #expect(throws: ConvolutionError.overflow(index: 1)) {
      try convolve(large, Volume(repeating: 1, planes: 1, rows: 1, columns: 2), method: method)
    }
  }

  @Test func emptyVolumesGiveNone() throws {
    let none = Volume<Float>(repeating: 0, planes: 0, rows: 3, columns: 3)
    let some = Volume<Float>(repeating: 1, planes: 2, rows: 2, columns: 2)
    for mode in [ConvolutionMode.full, .same, .valid] {
      #expect(convolve(none, some, mode: mode).isEmpty)
      #expect(convolve(some, none, mode: mode).isEmpty)
      #expect(correlate(none, none, mode: mode).isEmpty)
    }
    #expect(throws: ConvolutionError.emptyKernel) { try ConvolutionPlan3D(kernel: none) }
  }

  /// A plan gives what a call gives, into the caller's memory, and says what does not fit.
  @Test func plans() throws {
    var generator = SeededGenerator(seed: 46)
    let x = Volume<Float>(shape: [9, 8, 7]) { Float(generator.normal()) }
    let kernel = Volume<Float>(shape: [3, 2, 4]) { Float(generator.normal()) }
    let plan = try ConvolutionPlan3D(
      correlatingWith: kernel, mode: .same, columnMode: .full, boundary: .symmetric,
      method: .direct)
    let wanted = correlate(
      x, kernel, mode: .same, columnMode: .full, boundary: .symmetric, method: .direct)
    #expect(wanted.shape == [9, 8, 10])
    #expect(plan.resultSize(planes: 9, rows: 8, columns: 7) == (9, 8, 10))
    #expect(plan.apply(to: x) == wanted)
    var output = [Float](repeating: .nan, count: wanted.count)
    try plan.apply(to: x.elements, planes: 9, rows: 8, columns: 7, into: &output)
    #expect(output == wanted.elements)
    #expect(
      throws: ConvolutionError.wrongVolumeCount(planes: 9, rows: 8, columns: 8, actual: 504)
    ) {
      try plan.apply(to: x.elements, planes: 9, rows: 8, columns: 8, into: &output)
    }
    output.removeLast()
    #expect(throws: ConvolutionError.wrongOutputCount(expected: 720, actual: 719)) {
      try plan.apply(to: x.elements, planes: 9, rows: 8, columns: 7, into: &output)
    }
  }

  /// However large a volume is, what it is done by has blocks of at most 2²⁰ samples, or of 16 times
  /// the kernel's.
  @Test(arguments: [5, 15, 31, 101]) func memoryIsBounded(taps: Int) {
    let choice = Planner.shared.choose(
      .float32, planes: 2000, rows: 3000, columns: 4000, kernelPlanes: taps, kernelRows: taps,
      kernelColumns: taps)
    #expect(choice.method != .fft)
    #expect(
      choice.transformRows * choice.transformColumns <= max(1 << 20, 16 * taps * taps * taps))
  }

  /// The planner sees what a kernel is made of.
  @Test func separableKernelsAreSeen() throws {
    let line = (0..<15).map { Float($0) - 3.3 }
    let plan = try ConvolutionPlan3D(kernel: Volume(line, line, line, *), mode: .same)
    #expect(plan.choice(planes: 100, rows: 100, columns: 100).method == .separable)
    var generator = SeededGenerator(seed: 47)
    let noise = Volume<Float>(shape: [15, 15, 15]) { Float(generator.normal()) }
    let other = try ConvolutionPlan3D(kernel: noise, mode: .same)
    let method = other.choice(planes: 100, rows: 100, columns: 100).method
    #expect([.fft, .overlapSave].contains(method), "\(method)")
  }
}
