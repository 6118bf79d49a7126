// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform
internal import Synchronization

/// Chooses how a convolution is evaluated: whichever method the cost model predicts to be fastest.
public struct Planner: Sendable {
  /// The costs that predictions are made from.
  package let model: CostModel
  /// Which short calls need no plan.
  let directLimits: DirectLimits

  /// Creates a planner.
  package init(model: CostModel) {
    self.model = model
    directLimits = DirectLimits(model)
  }

  /// The planner of every call that does not say otherwise. It has the costs that ship with
  /// the package, or those of the tuning that was adopted.
  public package(set) static var shared: Planner {
    get { sharedPlanner.withLock { $0 } }
    set { sharedPlanner.withLock { $0 = newValue } }
  }

  /// Chooses for a signal of n and a kernel of m samples.
  ///
  /// - Parameters:
  ///   - kind: the type of the samples.
  ///   - signalCount: n.
  ///   - kernelCount: m.
  ///   - mode: which of the results are wanted.
  ///   - method: where it is not nil, only the lengths are chosen.
  ///   - threads: how many may be used at most, nil for one a processor.
  ///   - uses: how often the same kernel will be used: the more often, the less its preparation
  ///     counts.
  /// - Complexity: O(log n).
  public func choose(
    _ kind: ElementKind, signalCount: Int, kernelCount: Int, mode: ConvolutionMode = .full,
    method: ConvolutionMethod? = nil, threads: Int? = nil, uses: Int = 1
  ) -> MethodChoice {
    choose(
      Job(
        kind: kind, signalCount: signalCount, kernelCount: kernelCount,
        range: mode.results(.convolution, signalCount: signalCount, kernelCount: kernelCount)
          .present,
        threads: threadCount(threads), uses: uses), method: method)
  }

  /// Chooses for an image and a kernel of these sizes, and predicts what every method would take.
  ///
  /// Where nothing beyond the edges takes part and the image fits into the kernel, the two change
  /// places, as ``convolve(_:_:mode:columnMode:boundary:method:threads:)->Matrix<Element>`` does it.
  ///
  /// - Parameters:
  ///   - kind: the type of the elements.
  ///   - rows: the rows of the image.
  ///   - columns: the columns of the image.
  ///   - kernelRows: the rows of the kernel.
  ///   - kernelColumns: the columns of the kernel.
  ///   - mode: which of the results are wanted.
  ///   - isPadded: whether what is beyond the image's edges takes part.
  ///   - method: where it is not nil, only the sizes are chosen. For nil the prediction for
  ///     `separable` is reported, and the choice is made among the others, because whether a kernel
  ///     is separable is seen from its taps.
  ///   - threads: how many may be used at most, nil for one a processor.
  ///   - uses: how often the same kernel will be used.
  public func choose(
    _ kind: ElementKind, rows: Int, columns: Int, kernelRows: Int, kernelColumns: Int,
    mode: ConvolutionMode = .full, isPadded: Bool = false, method: ConvolutionMethod? = nil,
    threads: Int? = nil, uses: Int = 1
  ) -> MethodChoice {
    let swaps = !isPadded && rows <= kernelRows && columns <= kernelColumns
    let large = swaps ? (kernelRows, kernelColumns) : (rows, columns)
    let small = swaps ? (rows, columns) : (kernelRows, kernelColumns)
    let region = WantedResults2D(
      .convolution, mode, nil, rows: rows, columns: columns, kernelRows: kernelRows,
      kernelColumns: kernelColumns
    ).region
    return chooseForImage(
      Job(
        kind: kind, rows: large.0, columns: large.1, kernelRows: small.0, kernelColumns: small.1,
        region: region, isPadded: isPadded, threads: threadCount(threads), uses: uses),
      method: method, predictsAll: true)
  }
}

extension Planner {
  /// Chooses for a volume and a kernel of these sizes, and predicts what every method would take; the
  /// rest is as for an image, and `separable` is for a kernel that is the product of a line along the
  /// planes, a column and a row.
  ///
  /// - Parameters:
  ///   - kind: the type of the elements.
  ///   - planes: the planes of the volume.
  ///   - rows: the rows of the volume.
  ///   - columns: the columns of the volume.
  ///   - kernelPlanes: the planes of the kernel.
  ///   - kernelRows: the rows of the kernel.
  ///   - kernelColumns: the columns of the kernel.
  ///   - mode: which of the results are wanted.
  ///   - isPadded: whether what is beyond the volume's edges takes part.
  ///   - method: where it is not nil, only the sizes are chosen.
  ///   - threads: how many may be used at most, nil for one a processor.
  ///   - uses: how often the same kernel will be used.
  public func choose(
    _ kind: ElementKind, planes: Int, rows: Int, columns: Int, kernelPlanes: Int, kernelRows: Int,
    kernelColumns: Int, mode: ConvolutionMode = .full, isPadded: Bool = false,
    method: ConvolutionMethod? = nil, threads: Int? = nil, uses: Int = 1
  ) -> MethodChoice {
    let size = VolumeSize(planes: planes, rows: rows, columns: columns)
    let kernel = VolumeSize(planes: kernelPlanes, rows: kernelRows, columns: kernelColumns)
    let swaps = !isPadded && kernel.holds(size)
    let results = WantedResults3D(
      .convolution, VolumeModes(mode, rows: nil, columns: nil), size, kernel: kernel)
    return chooseForVolume(
      VolumeJob(
        kind: kind, size: swaps ? kernel : size, kernel: swaps ? size : kernel,
        region: results.region, isPadded: isPadded, threads: threadCount(threads), uses: uses),
      method: method, predictsAll: true)
  }
}

private let sharedPlanner = Mutex(Planner(model: .shipped))

extension Planner {
  /// Whether the shared planner would choose direct sums on one thread for a call of so many results,
  /// as far as that is certain without comparing all methods.
  package static func isSurelyDirect(
    _ kind: ElementKind, results: Int, taps: Int, method: ConvolutionMethod?
  ) -> Bool {
    // More results are shared among threads.
    guard results < DirectConvolution<Float>.pieceLength else { return false }
    if let method { return method == .direct }
    return sharedPlanner.withLock { $0.directLimits.hold(kind, results: results, taps: taps) }
  }

  /// A convolution to be planned. A signal is an image of one row.
  struct Job {
    var kind: ElementKind
    var rows: Int
    var columns: Int
    var kernelRows: Int
    var kernelColumns: Int
    /// The wanted results among the full ones.
    var region: Region2D
    /// Whether what is beyond the image's edges takes part.
    var isPadded = false
    var threads: Int
    /// How often the same kernel will be used.
    var uses: Int
  }

  /// The candidate of `method`, or the fastest but for the passes of `separable`, or the first.
  ///
  /// It is chosen by what the candidates take on one thread, so that the number of threads never
  /// shows in the bits of a result.
  func choice(among candidates: [MethodChoice], method: ConvolutionMethod?) -> MethodChoice {
    let eligible = candidates.lazy.filter {
      method == nil ? $0.method != .separable : $0.method == method
    }
    var choice = eligible.min { $0.work < $1.work } ?? candidates[0]
    for candidate in candidates {
      choice.candidateSeconds[candidate.method.place] = candidate.seconds
      if candidate.method == .separable { choice.passesWork = candidate.work }
    }
    return choice
  }

  /// A method that takes `once`, and then `work` in equal pieces, which threads share if that pays.
  func candidate(
    _ method: ConvolutionMethod, threads most: Int, block: (rows: Int, columns: Int),
    transform: (rows: Int, columns: Int) = (0, 0), layout: OverlapSaveLayout? = nil,
    once: Double = 0, work: Double, pieces: Int
  ) -> MethodChoice {
    var choice = MethodChoice(
      method: method, blockRows: block.rows, blockColumns: block.columns,
      transformRows: transform.rows, transformColumns: transform.columns, threads: 1,
      layout: layout, work: once + work, seconds: once + work)
    let threads = min(most, pieces)
    guard threads > 1 else { return choice }
    let rounds = Double((pieces + threads - 1) / threads)
    let together = model.threadStart + work * rounds / Double(pieces)
    if together < work { (choice.threads, choice.seconds) = (threads, once + together) }
    return choice
  }
}

extension Planner.Job {
  init(
    kind: ElementKind, signalCount: Int, kernelCount: Int, range: Range<Int>, threads: Int,
    uses: Int
  ) {
    self.init(
      kind: kind, rows: 1, columns: signalCount, kernelRows: 1, kernelColumns: kernelCount,
      region: Region2D(rows: 0..<1, columns: range), threads: threads, uses: uses)
  }

  /// The wanted results of a signal.
  var range: Range<Int> { region.columns }

  /// What preparing the kernel counts, in blocks: one of a block's two transforms, once.
  var preparation: Double { 0.5 / Double(max(1, uses)) }
}

/// a · b, or the largest number there is.
func saturatingProduct(_ a: Int, _ b: Int) -> Int {
  let (product, overflows) = a.multipliedReportingOverflow(by: b)
  return overflows ? .max : product
}
