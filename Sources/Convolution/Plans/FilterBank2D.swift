// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
public import FourierTransform

/// Several kernels prepared once, each of which is convolved or correlated with the same images.
///
/// Where the kernels are of one size and products of spectra are the fastest method, an image is
/// transformed once for all of them. Results have the same bits as those of each kernel's own
/// ``ConvolutionPlan2D``. Banks may be used from many threads at once.
public struct FilterBank2D<Element: SignalElement>: Sendable {
  /// A plan for each kernel, in their order.
  public let plans: [ConvolutionPlan2D<Element>]

  /// Prepares for convolutions with each of `kernels`, whose sizes may differ.
  ///
  /// The other parameters are those of a ``ConvolutionPlan2D``.
  ///
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    kernels: [Matrix<Element>], mode: ConvolutionMode = .full, columnMode: ConvolutionMode? = nil,
    boundary: Boundary<Element> = .zero, method: ConvolutionMethod? = nil,
    threads: Int? = nil, expectedUses: Int = 100
  ) throws(ConvolutionError) {
    plans = try kernels.map { kernel throws(ConvolutionError) in
      try ConvolutionPlan2D(
        .convolution, kernel, mode, columnMode, boundary, method, threads, expectedUses)
    }
  }

  /// Prepares for correlations with each of `kernels`, whose sizes may differ.
  ///
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    correlatingWith kernels: [Matrix<Element>], mode: ConvolutionMode = .full,
    columnMode: ConvolutionMode? = nil, boundary: Boundary<Element> = .zero,
    method: ConvolutionMethod? = nil, threads: Int? = nil, expectedUses: Int = 100
  ) throws(ConvolutionError) {
    plans = try kernels.map { kernel throws(ConvolutionError) in
      try ConvolutionPlan2D(
        .correlation, kernel, mode, columnMode, boundary, method, threads, expectedUses)
    }
  }

  /// The number of results of all kernels for an image of `rows` by `columns`.
  public func resultCount(rows: Int, columns: Int) -> Int {
    plans.reduce(0) { $0 + $1.results(rows, columns).count }
  }

  /// The results of each kernel for an image, in the order of the kernels.
  public func apply(to image: Matrix<Element>) -> [Matrix<Element>] {
    image.elements.span.withShared { samples in
      plans.indices.pieces(of: Self.mostTogether).flatMap { some in
        results(of: some, samples, image.rows, image.columns, [])
      }
    }
  }

  /// Kernels whose results are made at the same time.
  private static var mostTogether: Int { 64 }

  /// Makes scratch for the results of `some` plans, one after the other, and then all of them at once
  /// with those that there is scratch for already.
  private func results(
    of some: Range<Int>, _ samples: SharedBuffer<Element>, _ rows: Int, _ columns: Int,
    _ ready: [SharedBuffer<Element>]
  ) -> [Matrix<Element>] {
    let next = some.lowerBound + ready.count
    guard next < some.upperBound else {
      convolve(some, samples, rows, columns, into: ready)
      return []
    }
    let size = plans[next].resultSize(rows: rows, columns: columns)
    var others: [Matrix<Element>] = []
    let elements: [Element] = makeArray(count: size.rows * size.columns) { output in
      others = output.withShared { results(of: some, samples, rows, columns, ready + [$0]) }
    }
    return [Matrix(rows: size.rows, columns: size.columns, elements: elements)] + others
  }

  /// Writes the results of all kernels for an image, given row by row, to `output`: those of the
  /// first kernel row by row, then those of the next.
  ///
  /// - Parameters:
  ///   - image: `rows · columns` elements.
  ///   - rows: the rows of the image.
  ///   - columns: the columns of the image.
  ///   - output: ``resultCount(rows:columns:)`` elements.
  /// - Throws: ``ConvolutionError/wrongImageCount(rows:columns:actual:)`` and
  ///   ``ConvolutionError/wrongOutputCount(expected:actual:)``.
  public func apply(
    to image: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
    rows: Int, columns: Int,
    into output: inout some MutableContiguousSamples<Element> & ~Copyable & ~Escapable
  ) throws(ConvolutionError) {
    try ConvolutionError.checkImage(image.span.count, rows: rows, columns: columns)
    var target = output._mutableSpan()
    let expected = resultCount(rows: rows, columns: columns)
    try ConvolutionError.checkOutput(target.count, expected: expected)
    image.span.withShared { samples in
      target.withShared { output in
        var start = 0
        let outputs = plans.map { plan in
          let from = start
          start += plan.results(rows, columns).count
          return output.part(from..<start)
        }
        convolve(plans.indices, samples, rows, columns, into: outputs)
      }
    }
  }

  /// Writes the results of `some` plans, each to its own of `outputs`.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  private func convolve(
    _ some: Range<Int>, _ samples: SharedBuffer<Element>, _ rows: Int, _ columns: Int,
    into outputs: [SharedBuffer<Element>]
  ) {
    // Kernels that are done alike share what is done to the image.
    var groups: [SharedWork: [Int]] = [:]
    for (place, plan) in plans[some].enumerated() {
      let results = plan.results(rows, columns)
      guard results.isComplete else {
        // A mode of lags, some of which have no products.
        outputs[place].withAllElements {
          plan.write(samples.span, rows: rows, columns: columns, into: &$0)
        }
        continue
      }
      let choice = plan.choice(rows: rows, columns: columns)
      if choice.method == .fft || choice.method == .overlapSave {
        let work = SharedWork(
          kernelRows: plan.kernelRows, kernelColumns: plan.kernelColumns, choice: choice)
        groups[work, default: []].append(place)
      } else {
        plan.engine.convolve(
          extended(samples, rows, columns), results.region, choice, into: outputs[place])
      }
    }
    for (work, places) in groups {
      let group = places.map { plans[some.lowerBound + $0] }
      ConvolutionEngine2D.convolve(
        extended(samples, rows, columns), group[0].results(rows, columns).region, work.choice,
        with: group.map(\.engine), into: places.map { outputs[$0] })
    }
  }

  private func extended(
    _ samples: SharedBuffer<Element>, _ rows: Int, _ columns: Int
  ) -> ExtendedImage<Element> {
    ExtendedImage(
      elements: samples, rows: rows, columns: columns, boundary: plans[0].boundary)
  }

  /// What kernels have in common that are done alike.
  private struct SharedWork: Hashable {
    let kernelRows: Int
    let kernelColumns: Int
    let choice: MethodChoice
  }
}
