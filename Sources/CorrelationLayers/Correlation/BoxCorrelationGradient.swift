// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// The backward pass of the correlation layer for one image, as the transpose of ``BoxCorrelation``.
///
/// Summed over the patches that hold element (y, x) of a, the output gradients of displacement d
/// give a weight w[d, y, x], and then
///
///     ∂a[c, y, x] = Σ_d w[d, y, x] · b[c, y + dy, x + dx]
///     ∂b[c, y, x] = Σ_d w[d, y - dy, x - dx] · a[c, y - dy, x - dx]
///
/// (or ±w alone for the absolute difference). The second sum is the first one with the
/// displacements negated, so that one body does both. The weights of a few rows at a time serve all
/// channels. Elements that no patch holds have zero weights, so that all numbers must be finite.
struct BoxCorrelationGradient<Scalar: FourierScalar>: Sendable {
  private let geometry: CorrelationGeometry
  private let image: Int
  private let threads: Int
  /// How many rows are computed at once, sharing the rows of the other input.
  private let sharedRows: Int
  /// The distances of rows of displacements, and of rows of an input, among its weights, columns
  /// fastest. Rows of zeros stand before the first and after the last row of displacements.
  private let lineStride: Int
  private let rowStride: Int

  init(_ geometry: CorrelationGeometry, image: Int, threads: Int) {
    self.geometry = geometry
    self.image = image
    self.threads = threads
    // Sharing multiplies by zero weights at both ends, which costs time for few displacements.
    sharedRows =
      geometry.vertical.displacements >= 5 && geometry.input.channels >= 4
        && geometry.displacementStride <= 8 ? 3 : 1
    lineStride = geometry.horizontal.displacements * geometry.input.columns
    rowStride = (geometry.vertical.displacements + 2 * (sharedRows - 1)) * lineStride
  }

  func run(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, _ outputGradient: FeatureMaps<Scalar>,
    intoA outA: SharedBuffer<Scalar>, intoB outB: SharedBuffer<Scalar>
  ) {
    let spread = self.spread(outputGradient)
    let parts = [
      Part(isFirst: true, centre: a, padded: padded(b), out: outA),
      Part(isFirst: false, centre: b, padded: padded(a), out: outB),
    ]
    PaddedRows.fill(parts.map(\.padded), threads: threads)
    let step = geometry.displacementStride
    let (blockRows, phases) = sharedRows == 1 ? (1, 1) : (sharedRows * step, step)
    let blocks = (0..<geometry.input.rows).pieces(of: blockRows)
    let taps = self.taps(parts[0].padded)
    forEachPiece(2 * blocks.count, threads: threads) {
      SharedBuffer<Scalar>(zeros: blockRows * rowStride + readBeyond)
    } _: { unit, weights in
      let part = parts[unit / blocks.count]
      let rows = blocks[unit % blocks.count]
      for (index, row) in rows.enumerated() {
        fill(weights, at: index * rowStride, for: part, row: row, from: spread)
      }
      for first in rows.prefix(phases) {
        add(
          Array(stride(from: first, to: rows.upperBound, by: step)), part, weights,
          at: (first - rows.lowerBound) * rowStride, taps)
      }
    }
  }

  /// One of the two gradients.
  private struct Part: Sendable {
    /// Whether it is that of the input whose patches stay, or of the displaced one.
    let isFirst: Bool
    /// The input that it is the gradient of.
    let centre: FeatureMaps<Scalar>
    /// The other input.
    let padded: PaddedRows<Scalar>
    let out: SharedBuffer<Scalar>
  }

  /// An input with what the displacements reach around it. Products skip the rows of padding.
  private func padded(_ maps: FeatureMaps<Scalar>) -> PaddedRows<Scalar> {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    return PaddedRows(
      maps, image: image, rows: -vertical.reach..<vertical.length + vertical.reach,
      columns: -horizontal.reach..<horizontal.length + horizontal.reach,
      leavesPaddedRows: geometry.isProduct)
  }

  /// The output gradients, divided by the number of elements of a patch, summed over the patches
  /// that hold a column: row of patches by row, and ``CorrelationAxis/span`` a displacement.
  private func spread(_ outputGradient: FeatureMaps<Scalar>) -> SharedBuffer<Scalar> {
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
        let source = ((image * channels + channel) * vertical.outputs + row) * horizontal.outputs
        let target = (row * channels + channel) * span
        let gradients = outputGradient.span.extracting(source..<source + horizontal.outputs)
        if size == 1 && geometry.stride == 1 {
          result.withElements(target..<target + span) { result in
            for column in result.indices { result[column] = gradients[column] / divisor }
          }
          continue
        }
        // The patches that hold a column start at most K - 1 columns before it.
        line.fill(0, padded, with: 0)
        line.withElements(size - 1..<padded) { line in
          for column in gradients.indices {
            line[column * geometry.stride] = gradients[column] / divisor
          }
        }
        unsafe Scalar._operations.kernels.pointee.rowSums(
          line.address(0, padded), padded, size, result.address(target, span), span)
      }
    }
    return result
  }

  /// Where the weights of a row are, and what they are multiplied by.
  private func taps(_ padded: PaddedRows<Scalar>) -> TapOffsets {
    let step = geometry.displacementStride
    let offsets = (0..<geometry.vertical.displacements + sharedRows - 1).flatMap { line in
      (0..<geometry.horizontal.displacements).map { (line * padded.rowStride + $0) * step }
    }
    return TapOffsets(a: offsets.indices.map { $0 * geometry.input.columns }, b: offsets)
  }

  /// Makes the weights of one row of an input, which begin at `origin`.
  private func fill(
    _ weights: SharedBuffer<Scalar>, at origin: Int, for part: Part, row: Int,
    from spread: SharedBuffer<Scalar>
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    // For the second input displacements run backwards, from patches a displacement away.
    func displacement(_ index: Int, _ axis: CorrelationAxis) -> (index: Int, shift: Int) {
      part.isFirst
        ? (index, 0)
        : (axis.displacements - 1 - index, (index - axis.radius) * geometry.displacementStride)
    }
    let kernels = unsafe Scalar._operations.kernels
    for y in 0..<vertical.displacements {
      let start = origin + (y + sharedRows - 1) * lineStride
      weights.fill(start, lineStride, with: 0)
      let (displacementRow, down) = displacement(y, vertical)
      let line = row + down - vertical.first
      guard 0..<vertical.span ~= line else { continue }
      // The patches that hold the line start at most K - 1 lines before it.
      let patches = (line - geometry.kernelSize + 1..<line + 1)
        .steps(of: geometry.stride, from: 0).clamped(to: 0..<vertical.outputs)
      for x in 0..<horizontal.displacements {
        let (displacementColumn, across) = displacement(x, horizontal)
        // Column X of the input is column X + shift of the patches' span.
        let shift = across - horizontal.first
        let columns = (-shift..<horizontal.span - shift).clamped(to: 0..<geometry.input.columns)
        let target = start + x * geometry.input.columns + columns.lowerBound
        for patch in patches {
          let plane = geometry.outputPlane(
            image: patch, row: displacementRow, column: displacementColumn)
          let source = plane * horizontal.span + columns.lowerBound + shift
          if patch == patches.lowerBound {
            weights.copy(columns.count, from: spread, at: source, to: target)
          } else if !columns.isEmpty {
            unsafe kernels.pointee.add(
              spread.address(source, columns.count), weights.address(target, columns.count),
              columns.count)
          }
        }
      }
    }
  }

  /// Adds up the gradients of rows a displacement apart, whose weights begin at `origin`.
  private func add(
    _ rows: [Int], _ part: Part, _ weights: SharedBuffer<Scalar>, at origin: Int, _ taps: TapOffsets
  ) {
    let shape = geometry.input
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    // The lines of displacements whose rows of the other input are not padding.
    var lines = 0..<vertical.displacements + rows.count - 1
    if geometry.isProduct {
      lines = (0..<shape.rows)
        .steps(of: geometry.displacementStride, from: rows[0] - vertical.reach).clamped(to: lines)
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
      origin + (row - rows[0]) * rowStride + (sharedRows - 1 - member) * lineStride
    }
    // Three of the kernel's tiles: so many channels stay in the second-level cache.
    for channels in (0..<shape.channels).pieces(of: 42) {
      let sums = PairSums(
        aRows: aRows,
        bRows: channels.map { rows[0] * part.padded.rowStride + $0 * part.padded.channelStride },
        outRows: outRows(channels), width: shape.columns)
      part.centre.span.withShared { centre in
        sums.run(
          geometry.isProduct ? .product : .sign(centre: centre, reversed: !part.isFirst), weights,
          part.padded.elements, into: part.out, taps: taps, range: range)
      }
    }
  }
}
