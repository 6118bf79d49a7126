/// The backward pass of the correlation layer, as the transpose of ``BoxCorrelation``.
///
/// The gradient of a window's output is the gradient of each of its elements' products. Summed over
/// the windows that hold element (y, x) of a, the output gradients of displacement d give a weight
/// w[d, y, x], and then
///
///     ∂a[c, y, x] = Σ_d w[d, y, x] · b[c, y + dy, x + dx]
///     ∂b[c, y, x] = Σ_d w[d, y - dy, x - dx] · a[c, y - dy, x - dx]
///
/// (or ±w alone for the absolute difference). The second sum has the form of the first one with the
/// displacements negated, so that one body does both. The weights of a few rows at a time are made,
/// used for all channels, and forgotten.
///
/// Elements that no window holds have zero weights, so that all numbers must be finite.
struct BoxCorrelationGradient: Sendable {
  let geometry: CorrelationGeometry
  let skipsPadding: Bool
  /// How many rows are computed at once, sharing the rows of the other input.
  private let sharedRows: Int

  init(_ geometry: CorrelationGeometry, skipsPadding: Bool) {
    self.geometry = geometry
    self.skipsPadding = skipsPadding
    // Sharing multiplies the other input's rows by zero weights beyond the first and the last
    // displacement, which costs time where displacements are few.
    sharedRows =
      geometry.vertical.displacements >= 5 && geometry.inputShape.channels >= 4
        && geometry.layer.displacementStride <= 8 ? 3 : 1
  }

  func run<Scalar: LayerScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, _ outputGradient: FeatureMaps<Scalar>,
    image: Int, intoA outA: Memory<Scalar>, intoB outB: Memory<Scalar>, workers: Int
  ) {
    let spread = self.spread(outputGradient, image: image, workers: workers)
    accumulate(
      .first, centre: a, other: b, spread, image: image, into: outA, workers: workers)
    accumulate(
      .second, centre: b, other: a, spread, image: image, into: outB, workers: workers)
  }

  /// Whose gradient is computed: that of the input whose windows stay, or of the displaced one.
  private enum Input {
    case first
    case second
  }

  /// The output gradients divided by the number of elements of a window and summed over the windows
  /// that hold a column, for one row of windows after another: displacement by displacement, each
  /// ``CorrelationAxis/span`` columns.
  private func spread<Scalar: LayerScalar>(
    _ outputGradient: FeatureMaps<Scalar>, image: Int, workers: Int
  ) -> Memory<Scalar> {
    let (layer, vertical, horizontal) = (geometry.layer, geometry.vertical, geometry.horizontal)
    let (size, span) = (layer.kernelSize, horizontal.span)
    let channels = geometry.outputShape.channels
    let result = Memory<Scalar>(unwritten: vertical.outputs * channels * span)
    let padded = span + size - 1
    let scratch = (0..<max(1, min(workers, vertical.outputs))).map { _ in
      Memory<Scalar>(unwritten: padded)
    }
    let divisor = Scalar(geometry.windowCount)
    let kernels = Scalar._layerKernels
    parallel(units: vertical.outputs, workers: workers) { row, worker in
      let line = scratch[worker]
      for channel in 0..<channels {
        let source =
          ((image * channels + channel) * vertical.outputs + row) * horizontal.outputs
        let target = (row * channels + channel) * span
        if size == 1 && layer.stride == 1 {
          for column in 0..<span {
            result[target + column] = outputGradient.elements[source + column] / divisor
          }
          continue
        }
        // Windows' gradients stand at their first columns; the windows that hold a column start at
        // most K - 1 columns before it.
        line.fill(0, padded, with: 0)
        for column in 0..<horizontal.outputs {
          line[size - 1 + column * layer.stride] =
            outputGradient.elements[source + column] / divisor
        }
        unsafe kernels.rowSums(
          line.address(0, padded), padded, size, result.address(target, span), span)
      }
    }
    return result
  }

  /// The weights of some rows of one input, in the order in which the kernel adds: row by row,
  /// displacement by displacement (with rows of zeros before the first and after the last row of
  /// displacements), column by column.
  private struct Weights<Scalar: LayerScalar>: Sendable {
    let memory: Memory<Scalar>
    let columnStride: Int
    let displacementRowStride: Int
    let rowStride: Int

    init(_ gradient: BoxCorrelationGradient, rows: Int) {
      let geometry = gradient.geometry
      columnStride = geometry.inputShape.columns
      displacementRowStride = geometry.horizontal.displacements * columnStride
      rowStride =
        (geometry.vertical.displacements + 2 * (gradient.sharedRows - 1)) * displacementRowStride
      memory = Memory(zeros: rows * rowStride + readBeyond)
    }
  }

  private func accumulate<Scalar: LayerScalar>(
    _ input: Input, centre: FeatureMaps<Scalar>, other: FeatureMaps<Scalar>,
    _ spread: Memory<Scalar>, image: Int, into out: Memory<Scalar>, workers: Int
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let shape = geometry.inputShape
    let step = geometry.layer.displacementStride
    let store = RowStore(
      other, image: image, rows: -vertical.reach..<shape.rows + vertical.reach,
      columns: -horizontal.reach..<shape.columns + horizontal.reach,
      leavesPaddedRows: skipsPadding, workers: workers)
    let blockRows = sharedRows == 1 ? 1 : sharedRows * step
    let units = (shape.rows + blockRows - 1) / blockRows
    let scratch = (0..<max(1, min(workers, units))).map { _ in
      Weights<Scalar>(self, rows: blockRows)
    }
    let lines = vertical.displacements + sharedRows - 1
    var (tapsA, tapsB): ([Int], [Int]) = ([], [])
    for line in 0..<lines {
      for column in 0..<horizontal.displacements {
        tapsA.append(line * scratch[0].displacementRowStride + column * scratch[0].columnStride)
        tapsB.append(line * step * store.rowStride + column * step)
      }
    }
    let taps = LaneTaps(a: tapsA, b: tapsB)
    parallel(units: units, workers: workers) { unit, worker in
      let rows = unit * blockRows..<min((unit + 1) * blockRows, shape.rows)
      let weights = scratch[worker]
      for row in rows {
        fill(weights, at: row - rows.lowerBound, for: input, row: row, from: spread)
      }
      for phase in 0..<min(sharedRows == 1 ? 1 : step, rows.count) {
        let members = stride(from: rows.lowerBound + phase, to: rows.upperBound, by: step)
        add(
          sharedRows == 1 ? [rows.lowerBound] : Array(members), input, centre: centre,
          weights, firstRow: rows.lowerBound, store, taps, image: image, into: out)
      }
    }
  }

  /// Makes the weights of one row of an input.
  private func fill<Scalar: LayerScalar>(
    _ weights: Weights<Scalar>, at index: Int, for input: Input, row: Int,
    from spread: Memory<Scalar>
  ) {
    let (layer, vertical, horizontal) = (geometry.layer, geometry.vertical, geometry.horizontal)
    let kernels = Scalar._layerKernels
    for y in 0..<vertical.displacements {
      let start =
        index * weights.rowStride + (y + sharedRows - 1) * weights.displacementRowStride
      weights.memory.fill(start, weights.displacementRowStride, with: 0)
      // For the second input the displacements run backwards, and its elements met windows
      // that stand a displacement away.
      let down = (y - vertical.radius) * layer.displacementStride
      let line = (input == .first ? row : row + down) - vertical.first
      guard 0..<vertical.span ~= line else { continue }
      let displacementRow = input == .first ? y : vertical.displacements - 1 - y
      // The windows that hold the line start at most K - 1 lines before it.
      let earliest = max(line - layer.kernelSize + 1, 0)
      let firstWindow = (earliest + layer.stride - 1) / layer.stride
      let lastWindow = min(line / layer.stride, vertical.outputs - 1)
      guard firstWindow <= lastWindow else { continue }
      for x in 0..<horizontal.displacements {
        let across = (x - horizontal.radius) * layer.displacementStride
        let displacementColumn = input == .first ? x : horizontal.displacements - 1 - x
        // Column X of the input is column X + shift of the windows' span.
        let shift = (input == .first ? 0 : across) - horizontal.first
        let columns =
          max(
            0, -shift)..<max(
            max(0, -shift), min(geometry.inputShape.columns, horizontal.span - shift))
        let target = start + x * weights.columnStride + columns.lowerBound
        for window in firstWindow...lastWindow {
          let source =
            ((window * vertical.displacements + displacementRow) * horizontal.displacements
              + displacementColumn) * horizontal.span + columns.lowerBound + shift
          if window == firstWindow {
            weights.memory.copy(columns.count, from: spread, at: source, to: target)
          } else if !columns.isEmpty {
            unsafe kernels.add(
              spread.address(source, columns.count),
              weights.memory.address(target, columns.count), columns.count)
          }
        }
      }
    }
  }

  /// Adds up the gradients of rows that are a displacement apart, for all channels.
  private func add<Scalar: LayerScalar>(
    _ rows: [Int], _ input: Input, centre: FeatureMaps<Scalar>, _ weights: Weights<Scalar>,
    firstRow: Int, _ store: RowStore<Scalar>, _ taps: LaneTaps, image: Int,
    into out: Memory<Scalar>
  ) {
    let shape = geometry.inputShape
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let step = geometry.layer.displacementStride
    // The lines of displacements whose rows of the other input are not padding.
    var lines = 0..<vertical.displacements + rows.count - 1
    if skipsPadding {
      let firstLine = vertical.reach - rows[0]
      let first = firstLine <= 0 ? 0 : (firstLine + step - 1) / step
      let last = (shape.rows - 1 + vertical.reach - rows[0]) / step
      lines = lines.clamped(to: min(first, last + 1)..<last + 1)
    }
    guard !lines.isEmpty else { return }
    let range =
      lines.lowerBound * horizontal.displacements..<lines.upperBound * horizontal.displacements
    let job = LaneJob(
      aRows: rows.enumerated().map { member, row in
        (row - firstRow) * weights.rowStride
          + (sharedRows - 1 - member) * weights.displacementRowStride
      },
      bRows: (0..<shape.channels).map {
        rows[0] * store.rowStride + $0 * store.channelStride
      },
      outRows: rows.flatMap { row in
        (0..<shape.channels).map { channel in
          ((image * shape.channels + channel) * shape.rows + row) * shape.columns
        }
      },
      width: shape.columns)
    switch geometry.layer.comparison {
    case .product:
      job.run(.product, weights.memory, store.memory, into: out, taps: taps, range: range)
    case .absoluteDifference:
      Memory.withBorrowed(centre.elements) { centre in
        job.run(
          .sign(centre: centre, reversed: input == .second), weights.memory, store.memory,
          into: out, taps: taps, range: range)
      }
    }
  }
}
