// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform
internal import Synchronization

extension FFTCorrelation {
  /// Adds the gradients of the image's elements, given those of its outputs.
  ///
  /// With the output gradients of a patch in a plane g by displacement, its gradient is the
  /// correlation of its surroundings with g, and theirs the convolution of the patch with g.
  ///
  /// - Parameter scale: of the image's output gradients.
  /// - Returns: false if the image is to be done by another method; see ``run(into:)``.
  func addGradients(
    _ outputGradient: FeatureMaps<Scalar>, scale: TransformScale<Scalar>,
    toA outA: SharedBuffer<Scalar>, toB outB: SharedBuffer<Scalar>
  ) -> Bool {
    let vertical = geometry.vertical
    let scratch = (0..<max(1, min(job.threads, vertical.outputs))).map { _ in Scratch(transform) }
    let isDone = Atomic<Bool>(true)
    // Rows of patches whose surroundings do not meet are added at once.
    let apart = (geometry.kernelSize + 2 * vertical.reach + geometry.stride - 1) / geometry.stride
    for first in 0..<min(apart, vertical.outputs) {
      let rows = Array(stride(from: first, to: vertical.outputs, by: apart))
      forEachPiece(rows.count, threads: job.threads) { unit, thread in
        for column in 0..<geometry.horizontal.outputs where isDone.load(ordering: .relaxed) {
          let patch = PatchGradients(
            correlation: self, row: rows[unit], column: column, outputGradient: outputGradient,
            scale: scale, scratch: scratch[thread])
          if !patch.add(toA: outA, toB: outB) { isDone.store(false, ordering: .relaxed) }
        }
      }
    }
    return isDone.load(ordering: .relaxed)
  }
}

/// The gradients of one patch and of its surroundings.
private struct PatchGradients<Scalar: FourierScalar> {
  let correlation: FFTCorrelation<Scalar>
  let row: Int
  let column: Int
  let outputGradient: FeatureMaps<Scalar>
  let scale: TransformScale<Scalar>
  let scratch: FFTCorrelation<Scalar>.Scratch

  private var geometry: CorrelationGeometry { correlation.geometry }
  private var transform: RealTransform<Scalar> { correlation.transform }

  /// Adds them; false if direct sums would take longer than the transforms.
  func add(toA outA: SharedBuffer<Scalar>, toB outB: SharedBuffer<Scalar>) -> Bool {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let (plane, patch, gradient) = (scratch.plane, scratch.patch, scratch.outputs)
    let slopes = outputGradient.span
    plane.fill(0, transform.sampleCount, with: 0)
    correlation.forEachOutput(row, column) { source, lag in
      plane[lag] = slopes[source] * scale.factor / correlation.divisor
    }
    transform.forward(plane, into: gradient)
    let ofGradient = plane.energy()
    guard ofGradient > 0 else { return true }
    let top = vertical.first + row * geometry.stride
    let left = horizontal.first + column * geometry.stride
    let size = geometry.kernelSize
    for channel in 0..<geometry.input.channels {
      let ofSurroundings = correlation.transformSurroundings(channel, row, column, scratch)
      patch.fill(0, patch.count, with: .zero)
      patch.addProducts(scratch.surroundings, conjugated: gradient)
      guard
        finish(
          channel, energies: (ofGradient, ofSurroundings), isFirst: true,
          rows: top..<top + size, columns: left..<left + size, into: outA)
      else { return false }

      let ofPatch = correlation.transformPatch(channel, row, column, scratch)
      patch.withAllElements { patch in
        let gradient = gradient.span
        for index in patch.indices { patch[index] *= gradient[index] }
      }
      guard
        finish(
          channel, energies: (ofGradient, ofPatch), isFirst: false,
          rows: top - vertical.reach..<top + size + vertical.reach,
          columns: left - horizontal.reach..<left + size + horizontal.reach, into: outB)
      else { return false }
    }
    return true
  }

  /// Transforms the products of spectra back and adds the plane's first rows and columns at a place
  /// of an input, without what lies outside.
  private func finish(
    _ channel: Int, energies: (Double, Double), isFirst: Bool, rows: Range<Int>,
    columns: Range<Int>, into out: SharedBuffer<Scalar>
  ) -> Bool {
    let (plane, shape) = (scratch.plane, geometry.input)
    guard min(energies.0, energies.1) > 0 else { return true }
    transform.unscaledInverse(consuming: scratch.patch, into: plane)
    let noise = TransformNoise<Scalar>(
      planeCount: transform.sampleCount,
      productOfNorms: TransformNoise<Scalar>.squaredNorm(energies.0, energies.1).squareRoot(),
      energy: plane.energy())
    let inside = columns.clamped(to: 0..<shape.columns)
    guard !inside.isEmpty else { return true }
    let factors = scale.restoring(isFirst ? correlation.scaleOfB : correlation.scaleOfA)
    let sums = GradientSums(
      correlation: correlation, row: row, column: column, slopes: outputGradient, isFirst: isFirst,
      leastMagnitude: scaled(noise.leastMagnitude, factors))
    let top = (correlation.job.image * shape.channels + channel) * shape.rows
    var products = 0
    for row in rows.clamped(to: 0..<shape.rows) {
      let from =
        (row - rows.lowerBound) * transform.columns + inside.lowerBound - columns.lowerBound
      let target = (top + row) * shape.columns + inside.lowerBound
      for index in 0..<inside.count {
        var result = plane[from + index]
        let isSmall = result.magnitude < Scalar(noise.leastResult)
        result = result * factors.0 * factors.1
        if isSmall,
          let sum = sums.sum(
            channel, row - rows.lowerBound, inside.lowerBound + index - columns.lowerBound,
            &products)
        {
          result = Scalar(sum)
        }
        out[target + index] += result
      }
      guard products <= 8 * transform.sampleCount else { return false }
    }
    return true
  }
}

/// Sums of products of a patch's output gradients with elements of its surroundings, or of itself.
private struct GradientSums<Scalar: FourierScalar> {
  let correlation: FFTCorrelation<Scalar>
  let row: Int
  let column: Int
  let slopes: FeatureMaps<Scalar>
  /// Whether the sums are gradients of the patch: else of its surroundings.
  let isFirst: Bool
  let leastMagnitude: Double

  /// The sum for a place of the patch, or of its surroundings; nil where the products' magnitudes
  /// show that it is not needed.
  func sum(_ channel: Int, _ y: Int, _ x: Int, _ products: inout Int) -> Double? {
    let geometry = correlation.geometry
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let (step, stride, image) = (
      geometry.displacementStride, geometry.stride, correlation.job.image
    )
    let padded = isFirst ? correlation.job.b : correlation.job.a
    let (elements, slopes) = (padded.elements.span, slopes.span)
    // The displacements by which an element of the patch meets the place.
    func displacements(_ place: Int, _ count: Int) -> Range<Int> {
      guard !isFirst else { return 0..<count }
      let first = max(0, place - geometry.kernelSize + 1)
      return (first + step - 1) / step..<max((first + step - 1) / step, place / step + 1)
    }
    let down = displacements(y, vertical.displacements).clamped(to: 0..<vertical.displacements)
    let across = displacements(x, horizontal.displacements)
      .clamped(to: 0..<horizontal.displacements)
    let count = Double(geometry.patchCount)
    var sum = 0.0
    var magnitude = 0.0
    for p in down {
      let line = row * stride + (isFirst ? y + p * step : y - p * step)
      let first = line * padded.rowStride + channel * padded.channelStride + column * stride
      products += across.count
      for q in across {
        let plane = geometry.outputPlane(image: image, row: p, column: q)
        let slope = slopes[(plane * vertical.outputs + row) * horizontal.outputs + column]
        let product =
          Double(slope) / count * Double(elements[first + (isFirst ? x + q * step : x - q * step)])
        sum += product
        magnitude += abs(product)
      }
      if magnitude > leastMagnitude { return nil }
    }
    return sum
  }
}
