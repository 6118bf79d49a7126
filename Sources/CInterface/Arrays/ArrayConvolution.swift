// SPDX-License-Identifier: MIT

internal import COverlap
internal import ComputeSupport
internal import Convolution
internal import Synchronization

/// A kernel of any rank, and what has been prepared of it for the arrays that it met so far.
final class ArrayConvolution<Element: ComputedElement>: Sendable {
  typealias Operation = BlockOperation<Element>

  let kernel: ArrayView
  let options: ArrayOptions
  let isCorrelation: Bool
  let resultType: ElementType
  /// How many signals are expected.
  let uses: Int
  /// By the kernel's axes that slide inside of a block, and whether blocks share the threads.
  private let prepared = Mutex<[(axes: [Int?], isAlone: Bool, blocks: [Operation])]>([])

  init(
    _ kernel: ArrayView, _ options: ArrayOptions, isCorrelation: Bool, uses: Int
  ) throws(InterfaceError) {
    resultType = options.resultType ?? kernel.type
    guard resultType == kernel.type || (kernel.type.isInteger && resultType.isInteger) else {
      throw .argument(
        "results of \(kernel.type.name) cannot be \(resultType.name): only integers have other types"
      )
    }
    self.kernel = kernel
    self.options = options
    self.isCorrelation = isCorrelation
    self.uses = uses
  }

  func geometry(_ signal: [Int]) throws(InterfaceError) -> Geometry {
    try Geometry(
      signal: signal, kernel: kernel.shape, options, isCorrelation: isCorrelation)
  }

  /// The operation on lines of samples that are computed with as they are, by a kernel that is a line of
  /// them; nil if it is none.
  func lineOperation() throws(InterfaceError) -> Operation? {
    guard kernel.rank == 1, !kernel.isEmpty, !kernel.type.isInteger, options.axes == nil,
      options.boundary == .zero
    else { return nil }
    let mode: ConvolutionMode =
      switch options.mode {
      case .full: .full
      case .same: .same
      case .valid: .valid
      case .lags: .lags(options.lags[0])
      }
    return try Element.operation(
      kernel.elements(Element.self),
      BlockJob(
        isCorrelation: isCorrelation, shape: kernel.shape, modes: [mode], boundary: .zero,
        imaginaryConstant: 0, method: options.method, threads: options.threads, uses: uses))
  }

  /// Writes the results for a signal.
  func execute(_ signal: ArrayView, _ output: ArrayView) throws(InterfaceError) {
    let geometry = try geometry(signal.shape)
    guard output.shape == geometry.resultShape else {
      throw .shape(
        "the result has the shape \(text(geometry.resultShape)), and the output \(text(output.shape))"
      )
    }
    guard !output.isEmpty else { return }
    guard !signal.isEmpty, !kernel.isEmpty else { return output.clear() }
    let (signal, output) =
      geometry.isExtended ? (signal.appended, output.appended) : (signal, output)
    // By FFT the planner keeps to blocks; at once it takes about four arrays more.
    let arrays = options.method == .fft || signal.type.isInteger ? 4 : 1
    try requireMemory(arrays * (signal.count + output.count) * MemoryLayout<Element>.stride)
    let walk = BlockLoop(
      geometry, signal, output, isCorrelation: isCorrelation,
      splits: splits(geometry, signal, output), Element.self)
    let isAlone = walk.pieceCount > 1
    let inner = geometry.inner
    let kernelOuter = walk.kernelAxes.filter { geometry.axes[$0].kernel > 1 }
    let job = BlockJob(
      isCorrelation: isCorrelation, shape: inner.map { geometry.axes[$0].kernel },
      // Every sliding axis has a mode.
      modes: inner.map { geometry.axes[$0].mode ?? .full }, boundary: options.boundary,
      imaginaryConstant: options.imaginaryConstant, method: options.method,
      threads: isAlone ? 1 : options.threads,
      uses: saturated(uses, walk.partCount / max(1, walk.kernelCount(kernelOuter))))
    let keeps = uses > 1 || !geometry.added.isEmpty || kernelOuter.isEmpty
    let blocks = try keeps ? operations(geometry, walk, job, isAlone: isAlone) : []
    guard isAlone else {
      return try walk.run(0, threads: options.threads) { number throws(InterfaceError) in
        try keeps ? blocks[number] : operation(geometry, walk, job, number)
      }
    }
    let failure = Mutex<InterfaceError?>(nil)
    forEachPiece(walk.pieceCount, threads: threadCount(options.threads), scratch: {}) { piece, _ in
      guard failure.withLock({ $0 == nil }) else { return }
      do throws(InterfaceError) {
        try walk.run(piece, threads: 1) { number throws(InterfaceError) in
          try keeps ? blocks[number] : operation(geometry, walk, job, number)
        }
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  /// Whether blocks may be taken part by part along their first axis: if something has to be gathered,
  /// the parts are independent of each other, and no method is asked for that takes all at once.
  private func splits(_ geometry: Geometry, _ signal: ArrayView, _ output: ArrayView) -> Bool {
    guard options.mode != .lags, options.method != .fft, !signal.type.isInteger,
      options.mode == .valid || options.boundary == .zero
    else { return false }
    return !signal.block(offset: 0, axes: geometry.inner).isInPlace(Element.self)
      || !output.block(offset: 0, axes: geometry.inner).isInPlace(Element.Result.self)
  }

  /// The operations of all blocks of the kernel.
  private func operations(
    _ geometry: Geometry, _ walk: BlockLoop<Element>, _ job: BlockJob, isAlone: Bool
  ) throws(InterfaceError) -> [Operation] {
    let axes = geometry.inner.map { geometry.axes[$0].kernelAxis }
    let known = prepared.withLock { prepared in
      prepared.first { $0.axes == axes && $0.isAlone == isAlone }?.blocks
    }
    if let known { return known }
    var blocks: [Operation] = []
    for number in 0..<walk.kernelCount(walk.kernelAxes) {
      blocks.append(try operation(geometry, walk, job, number))
    }
    let made = blocks
    prepared.withLock { $0.append((axes, isAlone, made)) }
    return made
  }

  /// The operation of one block of the kernel.
  private func operation(
    _ geometry: Geometry, _ walk: BlockLoop<Element>, _ job: BlockJob, _ number: Int
  ) throws(InterfaceError) -> Operation {
    var (offset, rest) = (0, number)
    for axis in walk.kernelAxes.reversed() {
      let length = geometry.axes[axis].kernel
      if let own = geometry.axes[axis].kernelAxis { offset += rest % length * kernel.strides[own] }
      rest /= length
    }
    // A kernel without an axis of the block's has one number for it.
    let axes = geometry.inner.compactMap { geometry.axes[$0].kernelAxis }
    return try Element.operation(
      kernel.block(offset: offset, axes: axes).elements(Element.self), job)
  }
}

private func saturated(_ first: Int, _ second: Int) -> Int {
  let (product, overflows) = first.multipliedReportingOverflow(by: max(1, second))
  return overflows ? .max : product
}
