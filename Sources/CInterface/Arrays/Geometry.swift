// SPDX-License-Identifier: MIT

internal import Convolution

/// How a kernel meets an array: along which axes it slides, and what results there are.
struct Geometry: Sendable {
  struct Axis {
    /// The lengths; 1 where the array, or the kernel, is used for all of the other's indices.
    var signal: Int
    var kernel: Int
    var result: Int
    /// The kernel's axis; nil if a kernel of lower rank has none.
    var kernelAxis: Int?
    /// What is wanted, where the kernel slides.
    var mode: ConvolutionMode?
    /// The index of the first result in the full convolution.
    var first = 0
  }

  /// The array's axes.
  let axes: [Axis]
  /// Those that one convolution of one to three dimensions takes.
  let inner: [Int]
  /// Those that the kernel slides along besides: their products are added up one by one.
  let added: [Int]
  /// Those along which nothing slides.
  let batch: [Int]

  /// Whether the last axis is one of length 1 that neither array has.
  let isExtended: Bool

  var resultShape: [Int] { axes.dropLast(isExtended ? 1 : 0).map(\.result) }

  init(
    signal: [Int], kernel: [Int], _ options: ArrayOptions, isCorrelation: Bool
  ) throws(InterfaceError) {
    var axes = signal.map { Axis(signal: $0, kernel: 1, result: $0) }
    let sliding = try Self.slidingAxes(signal: signal, kernel: kernel, options)
    if kernel.count == signal.count {
      for index in axes.indices {
        axes[index].kernelAxis = index
        axes[index].kernel = kernel[index]
      }
    } else {
      for (kernelAxis, index) in sliding.enumerated() {
        axes[index].kernelAxis = kernelAxis
        axes[index].kernel = kernel[kernelAxis]
      }
    }
    for index in axes.indices where !sliding.contains(index) {
      let (n, m) = (axes[index].signal, axes[index].kernel)
      guard n == m || n == 1 || m == 1 else {
        throw .shape(
          "along axis \(index) the signal has the length \(n) and the kernel \(m), which have to be "
            + "equal or 1")
      }
      axes[index].result = n == 1 ? m : n
    }
    for (number, index) in sliding.enumerated() {
      let (n, m) = (axes[index].signal, axes[index].kernel)
      let mode: ConvolutionMode =
        switch options.mode {
        case .full: .full
        case .same: .same
        case .valid: .valid
        case .lags: .lags(options.lags[number])
        }
      axes[index].mode = mode
      axes[index].result = mode.lags(signalCount: n, kernelCount: m).count
      axes[index].first =
        switch options.mode {
        case .full: 0
        case .same: max(0, m - 1) / 2
        case .valid: max(0, min(n, m) - 1)
        case .lags: options.lags[number].lowerBound + (isCorrelation ? m - 1 : 0)
        }
    }
    if options.mode == .valid {
      let pairs = sliding.map { axes[$0] }
      let isNested =
        pairs.allSatisfy { $0.signal >= $0.kernel } || pairs.allSatisfy { $0.signal <= $0.kernel }
      guard isNested || pairs.contains(where: { $0.signal == 0 || $0.kernel == 0 }) else {
        throw .shape(
          "neither of \(text(signal)) and \(text(kernel)) lies wholly inside the other, as results "
            + "of the mode valid need it")
      }
    }
    try checkCount(axes.map(\.result), "the result")
    // A kernel of length 1 does not slide, unless its results are elsewhere.
    let long = sliding.filter { axes[$0].kernel != 1 || options.mode == .lags }.sorted()
    var slides = long
    var isExtended = false
    if slides.isEmpty {
      // Nothing slides: a block is a line that one number of the kernel is for, or else one product.
      if let line = axes.lastIndex(where: { $0.kernel == 1 }) {
        slides = [line]
        axes[line].mode = .same
      } else {
        isExtended = true
        slides = [axes.count]
        axes.append(Axis(signal: 1, kernel: 1, result: 1, mode: .same))
      }
    }
    self.isExtended = isExtended
    if slides.count > 3 && options.boundary != .zero {
      throw .shape("a boundary other than zero is for three axes at most, not \(slides.count)")
    }
    self.axes = axes
    inner = slides.suffix(3)
    added = slides.dropLast(3)
    batch = axes.indices.filter { !slides.contains($0) }
  }

  /// The axes along which the kernel slides, in the order of the options.
  private static func slidingAxes(
    signal: [Int], kernel: [Int], _ options: ArrayOptions
  ) throws(InterfaceError) -> [Int] {
    let rank = signal.count
    guard kernel.count <= rank else {
      throw .shape(
        "the kernel has rank \(kernel.count), and the signal no more than \(rank)")
    }
    guard let given = options.axes else { return Array((rank - kernel.count)..<rank) }
    var axes: [Int] = []
    for axis in given {
      guard -rank..<rank ~= axis else {
        throw .argument("axis \(axis) is none of the \(rank) axes of the signal, counted from 0")
      }
      let place = axis < 0 ? axis + rank : axis
      guard !axes.contains(place) else { throw .argument("axis \(axis) is given twice") }
      axes.append(place)
    }
    guard kernel.count == rank || kernel.count == axes.count else {
      throw .shape(
        "the kernel has rank \(kernel.count), neither that of the signal, \(rank), nor the number of "
          + "its axes, \(axes.count)")
    }
    return axes
  }
}
