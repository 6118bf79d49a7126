internal import ComputeSupport
internal import FourierTransform
internal import Synchronization

/// Chooses how a convolution is evaluated: whichever method the cost model predicts to be fastest.
public struct Planner: Sendable {
  /// The costs that predictions are made from.
  public var model: CostModel

  /// Creates a planner.
  public init(model: CostModel) { self.model = model }

  /// The planner of every call that does not say otherwise. It starts with the costs that ship with
  /// the package; put another one here to use measured ones.
  public static var shared: Planner {
    get { sharedPlanner.withLock { $0 } }
    set { sharedPlanner.withLock { $0 = newValue } }
  }

  /// Chooses for a signal of n and a kernel of m samples.
  ///
  /// - Parameter method: where it is not nil, only the lengths are chosen.
  /// - Parameter uses: how often the same kernel will be used: the more often, the less its
  ///   preparation counts.
  /// - Complexity: O(log n).
  public func choose(
    _ kind: ElementKind, signalCount: Int, kernelCount: Int, mode: ConvolutionMode = .full,
    method: ConvolutionMethod? = nil, threads: Int? = nil, uses: Int = 1
  ) -> MethodChoice {
    choose(
      Job(
        kind: kind, signalCount: signalCount, kernelCount: kernelCount,
        range: mode.range(signalCount: signalCount, kernelCount: kernelCount),
        threads: threadCount(threads),
        uses: uses), method: method)
  }

  /// A convolution to be planned.
  struct Job {
    var kind: ElementKind
    var signalCount: Int
    var kernelCount: Int
    /// The wanted results among the full ones.
    var range: Range<Int>
    var threads: Int
    var uses: Int
  }

  func choose(_ job: Job, method: ConvolutionMethod?) -> MethodChoice {
    guard let costs = model.costs[job.kind], !job.range.isEmpty else { return .nothing }
    let candidates = [direct(job, costs), whole(job, costs), blocks(job, costs)]
    // Chosen by what they take on one thread, so that the number of threads never shows in the bits
    // of a result.
    let best =
      candidates.filter { method == nil || $0.method == method }
      .min { $0.work < $1.work } ?? candidates[0]
    var choice = MethodChoice(
      method: best.method, blockRows: 1, blockColumns: best.blockLength,
      transformRows: best.transformLength == 0 ? 0 : 1, transformColumns: best.transformLength,
      threads: best.threads)
    for candidate in candidates {
      choice.seconds[candidate.method] = candidate.seconds
      choice.work[candidate.method] = candidate.work
    }
    return choice
  }

  private struct Candidate {
    var method: ConvolutionMethod
    var blockLength: Int
    var transformLength: Int
    /// Seconds on one thread.
    var work: Double
    var threads = 1
    /// Seconds on that many threads.
    var seconds: Double
  }

  private func direct(_ job: Job, _ costs: CostModel.Costs) -> Candidate {
    let work = Double(job.range.count) * Double(job.kernelCount) * costs.product
    let pieces = job.range.count / DirectTile.length + 1
    let (threads, seconds) = shared(work, pieces: pieces, threads: job.threads)
    return Candidate(
      method: .direct, blockLength: job.range.count, transformLength: 0,
      work: costs.directCall + work, threads: threads, seconds: costs.directCall + seconds)
  }

  private func whole(_ job: Job, _ costs: CostModel.Costs) -> Candidate {
    let least = leastTransformLength(
      signalCount: job.signalCount, kernelCount: job.kernelCount, range: job.range)
    let index = cheapest(from: TransformLengths.index(atLeast: least), costs.stepSeconds(at:))
    let length = TransformLengths.length(at: index)
    let work =
      costs.stepSeconds(at: index) * (1 + preparation(job))
      + memorySeconds(job, transformLength: length)
    // Only transforms in four steps are shared among threads, by their rows and columns.
    let pieces = FourStep.isShared(length: length, kind: job.kind) ? FourStep.pieces : 1
    let (threads, seconds) = shared(work, pieces: pieces, threads: job.threads)
    return Candidate(
      method: .fft, blockLength: job.range.count, transformLength: length,
      work: costs.transformCall + work, threads: threads, seconds: costs.transformCall + seconds)
  }

  /// What a block takes besides its step: finding its samples and handing it to a thread. The
  /// difference between measured overlap-save and one whole transform of the same length.
  private static let pieceSeconds = 4e-7

  private func blocks(_ job: Job, _ costs: CostModel.Costs) -> Candidate {
    var best: Candidate?
    // From the shortest block to the first that takes all results at once.
    var index = TransformLengths.index(atLeast: job.kernelCount)
    while true {
      let length = TransformLengths.length(at: index)
      let cut = BlockCut(
        transformLength: length, kernelCount: job.kernelCount, firstResult: job.range.lowerBound,
        kind: job.kind)
      let steps = cut.pieceCount(resultCount: job.range.count)
      let step = costs.stepSeconds(at: index) + Self.pieceSeconds
      let once =
        costs.transformCall + step * preparation(job) + memorySeconds(job, transformLength: length)
      let work = once + Double(steps) * step
      if work < best?.work ?? .infinity {
        let (threads, seconds) = shared(
          Double(steps) * step, pieces: steps, threads: job.threads)
        best = Candidate(
          method: .overlapSave, blockLength: cut.blockLength, transformLength: length, work: work,
          threads: threads, seconds: once + seconds)
      }
      if steps == 1, let best { return best }
      index += 1
    }
  }

  /// What preparing the kernel counts, in steps: one of a step's two transforms, once.
  private func preparation(_ job: Job) -> Double { 0.5 / Double(max(1, job.uses)) }

  /// What the memory of a block and of the kernel's spectrum takes in each call, or in a plan's first,
  /// where they are too long to be kept from one call for the next.
  private func memorySeconds(_ job: Job, transformLength: Int) -> Double {
    let bytes = transformLength * job.kind.byteCount
    guard AlignedBuffer<UInt8>.isFresh(count: bytes) else { return 0 }
    return Double(bytes) * model.freshByte * (1 + 2 * preparation(job))
  }

  /// The cheapest of the next lengths: a longer one can be faster.
  private func cheapest(from index: Int, _ seconds: (Int) -> Double) -> Int {
    (index..<(index + 4)).min { seconds($0) < seconds($1) } ?? index
  }

  /// The threads that work in equal pieces is worth sharing among, and the seconds it then takes.
  func shared(_ work: Double, pieces: Int, threads: Int) -> (threads: Int, seconds: Double) {
    let threads = min(threads, pieces)
    guard threads > 1 else { return (1, work) }
    let rounds = Double((pieces + threads - 1) / threads)
    let together = model.threadStart + work * rounds / Double(pieces)
    return together < work ? (threads, together) : (1, work)
  }
}

private let sharedPlanner = Mutex(Planner(model: .shipped))
