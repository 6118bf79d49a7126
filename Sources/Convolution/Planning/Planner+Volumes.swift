// SPDX-License-Identifier: MIT

internal import ComputeSupport

extension Planner {
  /// A convolution of a volume to be planned.
  struct VolumeJob {
    var kind: ElementKind
    var size: VolumeSize
    var kernel: VolumeSize
    /// The wanted results among the full ones.
    var region: Region3D
    /// Whether what is beyond the volume's edges takes part.
    var isPadded: Bool
    var threads: Int
    /// How often the same kernel will be used.
    var uses: Int

    var planes: Int { region.planes.count }
    var rows: Int { region.rows.count }
    var columns: Int { region.columns.count }
    /// What preparing the kernel counts, in blocks: one of a block's two transforms, once.
    var preparation: Double { 0.5 / Double(max(1, uses)) }
  }

  /// Chooses for a volume.
  func chooseForVolume(
    _ job: VolumeJob, method: ConvolutionMethod?, predictsAll: Bool = false
  ) -> MethodChoice {
    guard let costs = model.matrixCosts[job.kind], !job.region.isEmpty else { return .nothing }
    let direct = direct(job, costs)
    // The least that a transform of the results could take.
    let least = costs.transformCall + Double(job.region.count) * costs.leastTransformSeconds
    if method == nil && !predictsAll && direct.work < least {
      return choice(among: [direct], method: nil)
    }
    return choice(among: candidates(job, method: method), method: method)
  }

  /// All methods, but for whole transforms of large volumes, whose memory has no bound, unless they
  /// are asked for.
  func candidates(_ job: VolumeJob, method: ConvolutionMethod?) -> [MethodChoice] {
    guard let costs = model.matrixCosts[job.kind] else { return [] }
    let planes = costs.passesSeconds(
      rows: job.rows, columns: job.columns, firstRows: job.rows, kernelRows: job.kernel.rows,
      kernelColumns: job.kernel.columns, job.kind)
    var candidates = [
      direct(job, costs), separable(job, planeSeconds: planes), blocks(job, costs),
    ]
    let whole = whole(job, costs)
    if method == .fft || whole.transformRows * whole.transformColumns <= Self.mostWholeSamples {
      candidates.append(whole)
    }
    return candidates
  }

  private func direct(_ job: VolumeJob, _ costs: MatrixCosts) -> MethodChoice {
    let plane = costs.directSeconds(
      rows: job.rows, columns: job.columns, kernelRows: job.kernel.planes * job.kernel.rows,
      kernelColumns: job.kernel.columns)
    let work = costs.directCall + Double(job.planes) * (plane - costs.directCall)
    // About as many as direct sums are shared out in.
    let pieces = (job.planes / 16 + 1) * (job.rows / 64 + 1) * (job.columns / 256 + 1)
    var choice = candidate(
      .direct, threads: job.threads, block: (job.rows, job.columns), work: work, pieces: pieces)
    choice.blockPlanes = job.planes
    return choice
  }

  /// A kernel that is a product of a line and of a plane, of which a plane of results takes so long.
  func separable(_ job: VolumeJob, planeSeconds: Double) -> MethodChoice {
    guard let costs = model.matrixCosts[job.kind] else { return .nothing }
    let planes =
      job.isPadded
      ? job.planes + job.kernel.planes - 1
      : min(job.planes + job.kernel.planes - 1, job.size.planes)
    let sums =
      Double(job.region.count)
      * (costs.passResult + Double(job.kernel.planes) * costs.passProduct)
    var choice = candidate(
      .separable, threads: job.threads, block: (job.rows, job.columns),
      work: Double(planes) * planeSeconds + sums, pieces: max(1, planes))
    choice.blockPlanes = job.planes
    return choice
  }

  private func whole(_ job: VolumeJob, _ costs: MatrixCosts) -> MethodChoice {
    // The length along an axis that has all results.
    func least(_ count: Int, _ kernel: Int, _ range: Range<Int>) -> Int {
      job.isPadded
        ? range.count + kernel - 1
        : leastTransformLength(signalCount: count, kernelCount: kernel, range: range)
    }
    let planes = least(job.size.planes, job.kernel.planes, job.region.planes)
    let lines = least(job.size.rows, job.kernel.rows, job.region.rows)
    let lineLength = least(job.size.columns, job.kernel.columns, job.region.columns)
    let planeIndex = TransformLengths.index(atLeast: planes)
    let index = TransformLengths.index(atLeast: saturatingProduct(lines, lineLength))
    var best = (seconds: Double.infinity, rows: 0, columns: 0)
    for p in planeIndex..<(planeIndex + 2) {
      for q in index..<(index + 2) {
        let block =
          costs.blockSeconds(
            rowIndex: p, columnIndex: q, samples: min(planes, job.size.planes),
            results: job.planes, job.kind)
          + copySeconds(
            lines: (job.size.planes + job.planes) * lines, length: lineLength, job.kind)
        if block < best.seconds {
          best = (block, TransformLengths.length(at: p), TransformLengths.length(at: q))
        }
      }
    }
    var choice = candidate(
      .fft, threads: job.threads, block: (job.rows, job.columns),
      transform: (best.rows, best.columns),
      once: costs.transformCall + job.preparation * best.seconds, work: best.seconds,
      pieces: best.rows / BlockConvolver2D<Float>.rowsOfPiece)
    (choice.blockPlanes, choice.lineLength) = (job.planes, lineLength)
    return choice
  }

  /// What copying lines takes: the samples of blocks to memory where they lie together, and the
  /// results back. A line by itself comes from far, and is not foreseen.
  ///
  /// Measured on a machine with AVX-512 (2 MiB of second-level cache) on 256 x 256 x 256 samples, and
  /// reduced as the costs that ship are smaller than those measured there.
  private func copySeconds(lines: Int, length: Int, _ kind: ElementKind) -> Double {
    Double(lines) * (20e-9 + 0.08e-9 * Double(length * kind.byteCount))
  }

  /// Samples of a block at most, unless the kernel needs more: it takes about three times their
  /// bytes for each thread, of which 12 MiB in single precision are kept for the next call. Larger
  /// ones would leave out a little more of what they overlap by, but reach beyond the caches.
  private static var mostBlockSamples: Int { 1 << 20 }
  /// Samples of a whole transform at most, unless it is asked for: 48 MiB in single precision.
  private static var mostWholeSamples: Int { 1 << 22 }

  /// Blocks of a size that is searched for: whole lines or equal parts of them, as many of these as
  /// a transform of a plane has room for, and as many planes as one along the planes.
  private func blocks(_ job: VolumeJob, _ costs: MatrixCosts) -> MethodChoice {
    let kernel = job.kernel
    let taps = saturatingProduct(kernel.planes, saturatingProduct(kernel.rows, kernel.columns))
    let most = max(Self.mostBlockSamples, saturatingProduct(16, taps))
    let first = TransformLengths.index(atLeast: kernel.planes)
    let last = TransformLengths.index(atLeast: job.planes + kernel.planes - 1)
    var best = (seconds: Double.infinity, block: 0.0, choice: MethodChoice.nothing, count: 0)
    var parts = 0
    while parts < job.columns {
      parts += 1
      let width = (job.columns + parts - 1) / parts
      // Of narrower parts more than half would be transformed in vain, or lie in short lines.
      if parts > 1 && width < max(16, kernel.columns) && best.seconds < .infinity { break }
      let lineLength = width + kernel.columns - 1
      let lowest = TransformLengths.index(atLeast: kernel.rows * lineLength)
      let highest = TransformLengths.index(
        atLeast: (job.rows + kernel.rows - 1) * lineLength)
      for q in lowest...highest {
        let columns = TransformLengths.length(at: q)
        let lines = min(columns / lineLength, job.rows + kernel.rows - 1)
        let height = lines - kernel.rows + 1
        guard height > 0 else { continue }
        let blocksOfPlane = ((job.rows - 1) / height + 1) * ((job.columns - 1) / width + 1)
        for p in first...max(first, last) {
          let rows = TransformLengths.length(at: p)
          guard rows * columns <= most || best.seconds == .infinity else { break }
          let depth = min(rows - kernel.planes + 1, job.planes)
          let block = costs.blockSeconds(
            rowIndex: p, columnIndex: q, samples: min(rows, depth + kernel.planes - 1),
            results: depth, job.kind)
          let count = ((job.planes - 1) / depth + 1) * blocksOfPlane
          let copies = copySeconds(
            lines: (depth + kernel.planes - 1) * lines + depth * height, length: lineLength,
            job.kind)
          let seconds = (block + copies) * Double(count) + block * job.preparation
          guard seconds < best.seconds else { continue }
          var choice = MethodChoice.nothing
          (choice.blockPlanes, choice.blockRows, choice.blockColumns) = (depth, height, width)
          (choice.transformRows, choice.transformColumns) = (rows, columns)
          choice.lineLength = lineLength
          best = (seconds, block + copies, choice, count)
        }
      }
    }
    let found = best.choice
    var choice = candidate(
      .overlapSave, threads: job.threads, block: (found.blockRows, found.blockColumns),
      transform: (found.transformRows, found.transformColumns),
      once: costs.transformCall + job.preparation * best.block,
      work: Double(best.count) * best.block, pieces: max(1, best.count))
    (choice.blockPlanes, choice.lineLength) = (found.blockPlanes, found.lineLength)
    // What the sizes were compared by.
    choice.work = costs.transformCall + best.seconds
    return choice
  }
}
