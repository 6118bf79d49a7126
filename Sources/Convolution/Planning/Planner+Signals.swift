// SPDX-License-Identifier: MIT

internal import ComputeSupport

extension Planner {
  /// Chooses for a signal.
  func choose(_ job: Job, method: ConvolutionMethod?) -> MethodChoice {
    guard let costs = model.costs[job.kind], !job.region.isEmpty else { return .nothing }
    return choice(
      among: [direct(job, costs), whole(job, costs), blocks(job, costs)], method: method)
  }

  private func direct(_ job: Job, _ costs: CostModel.Costs) -> MethodChoice {
    let work = Double(job.region.count) * Double(job.kernelColumns) * costs.product
    let pieces = job.region.count / DirectConvolution<Float>.pieceLength + 1
    return candidate(
      .direct, threads: job.threads, block: (1, job.region.count), once: costs.directCall,
      work: work,
      pieces: pieces)
  }

  private func whole(_ job: Job, _ costs: CostModel.Costs) -> MethodChoice {
    let least = TransformLengths.index(
      atLeast: leastTransformLength(
        signalCount: job.columns, kernelCount: job.kernelColumns, range: job.region.columns))
    // The cheapest of the next lengths: a longer one can be faster.
    let index =
      (least..<(least + 4)).min { costs.stepSeconds(at: $0) < costs.stepSeconds(at: $1) } ?? least
    let length = TransformLengths.length(at: index)
    let work =
      costs.stepSeconds(at: index) * (1 + job.preparation)
      + memorySeconds(job, transformLength: length)
    // Only transforms in four steps are shared among threads, by their rows and columns.
    let pieces = FourStep.isShared(length: length, kind: job.kind) ? FourStep.pieces : 1
    return candidate(
      .fft, threads: job.threads, block: (1, job.region.count), transform: (1, length),
      layout: layout(job, transformLength: length), once: costs.transformCall, work: work,
      pieces: pieces)
  }

  /// What a block takes besides its step: finding its samples and handing it to a thread. The
  /// difference between measured overlap-save and one whole transform of the same length.
  private static let pieceSeconds = 4e-7

  private func blocks(_ job: Job, _ costs: CostModel.Costs) -> MethodChoice {
    var best = (
      index: 0, layout: layout(job, transformLength: job.kernelColumns), once: 0.0,
      work: Double.infinity
    )
    // From the shortest block to the first that takes all results at once.
    var index = TransformLengths.index(atLeast: job.kernelColumns)
    while true {
      let length = TransformLengths.length(at: index)
      let layout = layout(job, transformLength: length)
      let steps = layout.blockCount(resultCount: job.region.count)
      let step = costs.stepSeconds(at: index) + Self.pieceSeconds
      let once =
        costs.transformCall + step * job.preparation + memorySeconds(job, transformLength: length)
      let work = Double(steps) * step
      if once + work < best.once + best.work { best = (index, layout, once, work) }
      if steps == 1 { break }
      index += 1
    }
    return candidate(
      .overlapSave, threads: job.threads, block: (1, best.layout.blockLength),
      transform: (1, TransformLengths.length(at: best.index)), layout: best.layout,
      once: best.once, work: best.work,
      pieces: best.layout.blockCount(resultCount: job.region.count))
  }

  private func layout(_ job: Job, transformLength: Int) -> OverlapSaveLayout {
    OverlapSaveLayout(
      transformLength: transformLength, kernelCount: job.kernelColumns,
      firstResult: job.region.columns.lowerBound, kind: job.kind)
  }

  /// What the memory of a block and of the kernel's spectrum takes in each call, or in a plan's first,
  /// where they are too long to be kept from one call for the next.
  private func memorySeconds(_ job: Job, transformLength: Int) -> Double {
    let bytes = transformLength * job.kind.byteCount
    guard AlignedBuffer<UInt8>.isFresh(count: bytes) else { return 0 }
    return Double(bytes) * model.freshByte * (1 + 2 * job.preparation)
  }
}
