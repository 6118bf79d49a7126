internal import ComputeSupport
internal import FourierTransform

/// The backward pass of the correlation layer, as the transpose of ``BoxCorrelation``.
///
/// The gradient of a patch's output is the gradient of each of its elements' products. Summed over
/// the patches that hold element (y, x) of a, the output gradients of displacement d give a weight
/// w[d, y, x], and then
///
///     ∂a[c, y, x] = Σ_d w[d, y, x] · b[c, y + dy, x + dx]
///     ∂b[c, y, x] = Σ_d w[d, y - dy, x - dx] · a[c, y - dy, x - dx]
///
/// (or ±w alone for the absolute difference). The second sum has the form of the first one with the
/// displacements negated, so that one body does both. The weights of a few rows at a time are made,
/// used for all channels, and forgotten.
///
/// Elements that no patch holds have zero weights, so that all numbers must be finite.
struct BoxCorrelationGradient: Sendable {
  let geometry: CorrelationGeometry
  let skipsPadding: Bool
  /// How many rows are computed at once, sharing the rows of the other input.
  let sharedRows: Int

  init(_ geometry: CorrelationGeometry, skipsPadding: Bool) {
    self.geometry = geometry
    self.skipsPadding = skipsPadding
    // Sharing multiplies the other input's rows by zero weights beyond the first and the last
    // displacement, which costs time where displacements are few.
    sharedRows =
      geometry.vertical.displacements >= 5 && geometry.input.channels >= 4
        && geometry.displacementStride <= 8 ? 3 : 1
  }

  func run<Scalar: FourierScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, _ outputGradient: FeatureMaps<Scalar>,
    image: Int, intoA outA: SharedBuffer<Scalar>, intoB outB: SharedBuffer<Scalar>, threads: Int
  ) {
    let spread = self.spread(outputGradient, image: image, threads: threads)
    let parts = [
      Part(self, .first, centre: a, other: b, image: image, out: outA),
      Part(self, .second, centre: b, other: a, image: image, out: outB),
    ]
    PaddedRows.fill(parts.map(\.padded), threads: threads)
    let step = geometry.displacementStride
    let rowCount = geometry.input.rows
    let blockRows = sharedRows == 1 ? 1 : sharedRows * step
    let units = (rowCount + blockRows - 1) / blockRows
    let taps = self.taps(Weights<Scalar>(self, rows: 0), parts[0].padded)
    forEachPiece(2 * units, threads: threads) {
      Weights<Scalar>(self, rows: blockRows)
    } _: { unit, weights in
      let part = parts[unit / units]
      let first = unit % units * blockRows
      let rows = first..<min(first + blockRows, rowCount)
      for row in rows {
        fill(weights, at: row - first, for: part.input, row: row, from: spread)
      }
      for phase in 0..<min(sharedRows == 1 ? 1 : step, rows.count) {
        add(
          Array(stride(from: first + phase, to: rows.upperBound, by: step)), part, weights,
          firstRow: first, taps, image: image)
      }
    }
  }

  /// One of the two gradients.
  private struct Part<Scalar: FourierScalar>: Sendable {
    let input: Input
    /// The input that it is the gradient of.
    let centre: FeatureMaps<Scalar>
    /// The other input.
    let padded: PaddedRows<Scalar>
    let out: SharedBuffer<Scalar>

    init(
      _ gradient: BoxCorrelationGradient, _ input: Input, centre: FeatureMaps<Scalar>,
      other: FeatureMaps<Scalar>, image: Int, out: SharedBuffer<Scalar>
    ) {
      self.input = input
      self.centre = centre
      self.out = out
      let (shape, vertical) = (gradient.geometry.input, gradient.geometry.vertical)
      let reach = gradient.geometry.horizontal.reach
      padded = PaddedRows(
        other, image: image, rows: -vertical.reach..<shape.rows + vertical.reach,
        columns: -reach..<shape.columns + reach,
        leavesPaddedRows: gradient.skipsPadding)
    }
  }

  /// The output gradients divided by the number of elements of a patch and summed over the patches
  /// that hold a column, for one row of patches after another: displacement by displacement, each
  /// ``CorrelationAxis/span`` columns.
  private func spread<Scalar: FourierScalar>(
    _ outputGradient: FeatureMaps<Scalar>, image: Int, threads: Int
  ) -> SharedBuffer<Scalar> {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let (size, span) = (geometry.kernelSize, horizontal.span)
    let channels = geometry.output.channels
    let result = SharedBuffer<Scalar>(unwritten: vertical.outputs * channels * span)
    let padded = span + size - 1
    let divisor = Scalar(geometry.patchCount)
    forEachPiece(vertical.outputs, threads: threads) {
      SharedBuffer<Scalar>(unwritten: padded)
    } _: { row, line in
      for channel in 0..<channels {
        let source =
          ((image * channels + channel) * vertical.outputs + row) * horizontal.outputs
        let target = (row * channels + channel) * span
        let gradients = outputGradient.span.extracting(
          source..<source + horizontal.outputs)
        if size == 1 && geometry.stride == 1 {
          result.withElements(target..<target + span) { result in
            for column in result.indices { result[column] = gradients[column] / divisor }
          }
          continue
        }
        // Patches' gradients stand at their first columns; the patches that hold a column start at
        // most K - 1 columns before it.
        line.fill(0, padded, with: 0)
        line.withElements(size - 1..<padded) { line in
          for column in gradients.indices {
            line[column * geometry.stride] = gradients[column] / divisor
          }
        }
        unsafe Scalar._operations.kernels.rowSums(
          line.address(0, padded), padded, size, result.address(target, span), span)
      }
    }
    return result
  }

  /// Adds up the gradients of rows that are a displacement apart, for all channels.
  private func add<Scalar: FourierScalar>(
    _ rows: [Int], _ part: Part<Scalar>, _ weights: Weights<Scalar>, firstRow: Int,
    _ taps: TapOffsets, image: Int
  ) {
    let shape = geometry.input
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let step = geometry.displacementStride
    // The lines of displacements whose rows of the other input are not padding.
    var lines = 0..<vertical.displacements + rows.count - 1
    if skipsPadding {
      let firstLine = vertical.reach - rows[0]
      let first = firstLine <= 0 ? 0 : (firstLine + step - 1) / step
      let last = (shape.rows - 1 + vertical.reach - rows[0]) / step
      lines = lines.clamped(to: min(first, last + 1)..<last + 1)
    }
    func outRows(_ channels: Range<Int>) -> [Int] {
      rows.flatMap { row in
        channels.map { ((image * shape.channels + $0) * shape.rows + row) * shape.columns }
      }
    }
    guard !lines.isEmpty else {
      for row in outRows(0..<shape.channels) { part.out.fill(row, shape.columns, with: 0) }
      return
    }
    let range =
      lines.lowerBound * horizontal.displacements..<lines.upperBound * horizontal.displacements
    let aRows = rows.enumerated().map { member, row in
      (row - firstRow) * weights.rowStride
        + (sharedRows - 1 - member) * weights.displacementRowStride
    }
    for first in stride(from: 0, to: shape.channels, by: Self.channelsOfJob) {
      let channels = first..<min(first + Self.channelsOfJob, shape.channels)
      let job = PairSums(
        aRows: aRows,
        bRows: channels.map {
          rows[0] * part.padded.rowStride + $0 * part.padded.channelStride
        },
        outRows: outRows(channels), width: shape.columns)
      guard geometry.isProduct else {
        part.centre.span.withShared { centre in
          job.run(
            .sign(centre: centre, reversed: part.input == .second), weights.elements,
            part.padded.elements, into: part.out, taps: taps, range: range)
        }
        continue
      }
      job.run(
        .product, weights.elements, part.padded.elements, into: part.out, taps: taps, range: range)
    }
  }

  /// How many channels of the other input are read at once, and then stay in the second-level cache
  /// for all columns: three of the kernel's tiles.
  private static var channelsOfJob: Int { 42 }
}
