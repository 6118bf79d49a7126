/// The correlation layer by its definition: K² · C products for each output.
///
/// Sixteen neighbouring windows (of one row) are computed in the lanes of a vector. Three rows of
/// windows whose displaced windows lie on the same rows of b are computed at once, where the strides
/// allow it, so that b is loaded once for the three.
struct DirectCorrelation: Sendable {
  let geometry: CorrelationGeometry
  let skipsPadding: Bool
  /// How many rows of windows are computed at once.
  private let sharedRows: Int
  /// How many rows of windows further up the next displacement's windows lie on the same rows of b.
  private let sharedStep: Int

  init(_ geometry: CorrelationGeometry, skipsPadding: Bool) {
    self.geometry = geometry
    self.skipsPadding = skipsPadding
    let layer = geometry.layer
    let shares = layer.displacementStride % layer.stride == 0 && geometry.inputShape.channels >= 4
    sharedRows = shares ? min(3, geometry.vertical.displacements) : 1
    sharedStep = shares ? layer.displacementStride / layer.stride : 0
  }

  /// How many rows of windows a unit of work covers.
  private static var rowsOfUnit: Int { 16 }
  /// How many products are summed in `Scalar`, in parts of 64, before sums continue in `Double`.
  static var productsInScalar: Int { 1024 }

  func run<Scalar: LayerScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, image: Int, into out: Memory<Scalar>,
    workers: Int
  ) {
    let (layer, vertical, horizontal) = (geometry.layer, geometry.vertical, geometry.horizontal)
    let storeA = RowStore(
      a, image: image, rows: vertical.first..<vertical.first + vertical.span,
      columns: horizontal.first..<horizontal.first + horizontal.span, phaseCount: layer.stride,
      workers: workers)
    let storeB = RowStore(
      b, image: image,
      rows: vertical.first - vertical.reach..<vertical.first + vertical.span + vertical.reach,
      columns: horizontal.first - horizontal.reach..<horizontal.first + horizontal.span
        + horizontal.reach,
      phaseCount: layer.stride, workers: workers)
    let taps = self.taps(storeA, storeB)
    let groups = (vertical.displacements + sharedRows - 1) / sharedRows
    let lines = vertical.outputs + (sharedRows - 1) * sharedStep
    let chunks = (lines + Self.rowsOfUnit - 1) / Self.rowsOfUnit
    let wide =
      geometry.windowCount > Self.productsInScalar
      ? WideSums<Scalar>.scratch(
        rows: sharedRows * horizontal.displacements, width: horizontal.outputs,
        workers: min(workers, groups * chunks)) : []
    parallel(units: groups * chunks, workers: workers) { unit, worker in
      let group = unit / chunks * sharedRows
      let start = unit % chunks * Self.rowsOfUnit
      for line in start..<min(start + Self.rowsOfUnit, lines) {
        compute(
          line, displacementRow: group, image: image, storeA, storeB, taps, into: out,
          wide: wide.isEmpty ? nil : wide[worker])
      }
    }
  }

  /// The offsets of the elements in one column of a window: rows outermost, channels within.
  private func taps<Scalar>(_ a: RowStore<Scalar>, _ b: RowStore<Scalar>) -> LaneTaps {
    var (tapsA, tapsB): ([Int], [Int]) = ([], [])
    for row in 0..<geometry.layer.kernelSize {
      for channel in 0..<geometry.inputShape.channels {
        tapsA.append(row * a.rowStride + channel * a.channelStride)
        tapsB.append(row * b.rowStride + channel * b.channelStride)
      }
    }
    return LaneTaps(a: tapsA, b: tapsB)
  }

  /// Computes, for each member m of a group of displacement rows, the windows' row
  /// `line - m · sharedStep`: all of them meet the same rows of b.
  private func compute<Scalar: LayerScalar>(
    _ line: Int, displacementRow first: Int, image: Int, _ storeA: RowStore<Scalar>,
    _ storeB: RowStore<Scalar>, _ taps: LaneTaps, into out: Memory<Scalar>,
    wide: WideSums<Scalar>?
  ) {
    let (layer, vertical, horizontal) = (geometry.layer, geometry.vertical, geometry.horizontal)
    let width = horizontal.outputs
    let members = (0..<min(sharedRows, vertical.displacements - first)).filter {
      0..<vertical.outputs ~= line - $0 * sharedStep
    }
    guard !members.isEmpty else { return }
    let rowOfB = line * layer.stride + first * layer.displacementStride
    let kernelRows = self.kernelRows(rowOfB: rowOfB)
    let outRows = members.flatMap { member in
      (0..<horizontal.displacements).map { column in
        let channel = (first + member) * horizontal.displacements + column
        return
          ((image * geometry.outputShape.channels + channel) * vertical.outputs + line
          - member * sharedStep) * width
      }
    }
    guard !kernelRows.isEmpty else {
      for row in outRows { out.fill(row, width, with: 0) }
      return
    }
    let channels = geometry.inputShape.channels
    let range = kernelRows.lowerBound * channels..<kernelRows.upperBound * channels
    var job = LaneJob(aRows: [], bRows: [], outRows: outRows, width: width)
    for column in 0..<layer.kernelSize {
      job.aRows = members.map {
        (line - $0 * sharedStep) * layer.stride * storeA.rowStride
          + storeA.offset(ofColumn: column)
      }
      job.bRows = (0..<horizontal.displacements).map {
        rowOfB * storeB.rowStride
          + storeB.offset(ofColumn: column + $0 * layer.displacementStride)
      }
      let function: LaneFunction<Scalar> =
        layer.comparison == .product ? .product : .difference
      if let wide {
        wide.add(job, function, storeA.memory, storeB.memory, taps, range, isFirst: column == 0)
      } else {
        job.accumulates = column > 0
        job.divisor = column == layer.kernelSize - 1 ? Double(geometry.windowCount) : 1
        job.run(function, storeA.memory, storeB.memory, into: out, taps: taps, range: range)
      }
    }
    wide?.divide(by: geometry.windowCount, into: out, rows: outRows)
  }

  /// The rows of the windows that start at `rowOfB` of b's store and do not lie in the padding.
  private func kernelRows(rowOfB: Int) -> Range<Int> {
    let all = 0..<geometry.layer.kernelSize
    guard skipsPadding else { return all }
    let top = geometry.vertical.first - geometry.vertical.reach + rowOfB
    return all.clamped(
      to: min(
        max(-top, 0), all.upperBound)..<max(
          min(geometry.inputShape.rows - top, all.upperBound), min(max(-top, 0), all.upperBound)))
  }
}
