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
        .correlation, kernel.reversedConjugate, mode, columnMode, boundary, method, threads,
        expectedUses)
    }
  }

  /// The number of results of all kernels for an image of `rows` by `columns`.
  public func resultCount(rows: Int, columns: Int) -> Int {
    plans.reduce(0) {
      let size = $1.resultSize(rows: rows, columns: columns)
      return $0 + size.rows * size.columns
    }
  }

  /// The results of each kernel for an image, in the order of the kernels.
  public func apply(to image: Matrix<Element>) -> [Matrix<Element>] {
    guard areComplete(image.rows, image.columns) else { return plans.map { $0.apply(to: image) } }
    return image.elements.span.withShared { samples in
      plans.indices.pieces(of: Self.mostTogether).flatMap { some in
        results(of: some, samples, image.rows, image.columns, [])
      }
    }
  }

  /// Whether all wanted results have products: a mode of lags may have some that have none.
  private func areComplete(_ rows: Int, _ columns: Int) -> Bool {
    plans.allSatisfy { $0.results(rows, columns).isComplete }
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
    let region = plans[next].region(rows, columns)
    var others: [Matrix<Element>] = []
    let elements: [Element] = makeArray(count: region.count) { output in
      others = output.withShared { results(of: some, samples, rows, columns, ready + [$0]) }
    }
    let own = Matrix(rows: region.rows.count, columns: region.columns.count, elements: elements)
    return [own] + others
  }

  /// Writes the results of all kernels for an image, given row by row, to `output`: those of the
  /// first kernel row by row, then those of the next.
  ///
  /// - Parameter image: `rows · columns` elements.
  /// - Parameter output: ``resultCount(rows:columns:)`` elements.
  /// - Throws: ``ConvolutionError/wrongImageCount(rows:columns:actual:)`` and
  ///   ``ConvolutionError/wrongOutputCount(expected:actual:)``.
  public func apply<Image, Output>(
    to image: borrowing Image, rows: Int, columns: Int, into output: inout Output
  ) throws(ConvolutionError)
  where
    Image: ContiguousSamples<Element> & ~Copyable & ~Escapable,
    Output: MutableContiguousSamples<Element> & ~Copyable & ~Escapable
  {
    var target = output._mutableSpan()
    try write(image.span, rows: rows, columns: columns, into: &target)
  }

  private func write(
    _ image: Span<Element>, rows: Int, columns: Int, into output: inout MutableSpan<Element>
  ) throws(ConvolutionError) {
    try checkImage(image.count, rows: rows, columns: columns)
    try check(output.count, resultCount(rows: rows, columns: columns))
    guard areComplete(rows, columns) else {
      var start = 0
      for plan in plans {
        let size = plan.resultSize(rows: rows, columns: columns)
        var part = output._mutatingExtracting(start..<(start + size.rows * size.columns))
        try plan.apply(to: image, rows: rows, columns: columns, into: &part)
        start += part.count
      }
      return
    }
    image.withShared { samples in
      output.withShared { output in
        var outputs: [SharedBuffer<Element>] = []
        var start = 0
        for plan in plans {
          let end = start + plan.region(rows, columns).count
          outputs.append(output.part(start..<end))
          start = end
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
      let region = plan.region(rows, columns)
      guard !region.isEmpty else { continue }
      let image = ExtendedImage(
        elements: samples, rows: rows, columns: columns, boundary: plan.boundary)
      let choice = plan.choice(rows: rows, columns: columns)
      if choice.method == .fft || choice.method == .overlapSave {
        groups[SharedWork(plan, choice), default: []].append(place)
      } else {
        plan.engine.convolve(image, region, choice, into: outputs[place])
      }
    }
    for (work, places) in groups {
      let plan = plans[some.lowerBound + places[0]]
      let image = ExtendedImage(
        elements: samples, rows: rows, columns: columns, boundary: plan.boundary)
      guard places.count > 1 else {
        plan.engine.convolve(
          image, plan.region(rows, columns), work.choice, into: outputs[places[0]])
        continue
      }
      ConvolutionEngine2D.convolve(
        image, plan.region(rows, columns), work.choice,
        with: places.map { plans[some.lowerBound + $0].engine }, into: places.map { outputs[$0] })
    }
  }

  /// What kernels have in common that are done alike.
  private struct SharedWork: Hashable {
    var kernelRows: Int
    var kernelColumns: Int
    var choice: MethodChoice

    init(_ plan: ConvolutionPlan2D<Element>, _ choice: MethodChoice) {
      (kernelRows, kernelColumns) = (plan.kernelRows, plan.kernelColumns)
      self.choice = choice
    }
  }
}
