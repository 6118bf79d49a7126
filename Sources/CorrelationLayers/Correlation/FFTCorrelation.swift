// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import Synchronization

/// The correlation layer of one image by transforms, for products: the product of the spectra of a
/// patch and of its surroundings in the other input, summed over the channels, holds the patch's
/// outputs for all displacements.
///
/// Patch element t meets element t + d + reach, below the transforms' K + 2 · reach.
///
/// Results that are small beside their patch are checked, and summed directly where the transforms'
/// errors could show in them; see ``TransformNoise``.
struct FFTCorrelation<Scalar: FourierScalar>: Sendable {
  let job: CorrelationJob<Scalar>
  let geometry: CorrelationGeometry
  let transform: RealTransform<Scalar>
  /// Of the image's elements in both inputs.
  let scaleOfA: TransformScale<Scalar>
  let scaleOfB: TransformScale<Scalar>

  /// What one thread works with.
  struct Scratch: Sendable {
    let plane: SharedBuffer<Scalar>
    let patch: SharedBuffer<Complex<Scalar>>
    let surroundings: SharedBuffer<Complex<Scalar>>
    /// The spectrum of the outputs of all displacements, or of their gradients.
    let outputs: SharedBuffer<Complex<Scalar>>

    init(_ transform: RealTransform<Scalar>) {
      plane = SharedBuffer(unwritten: transform.sampleCount)
      patch = SharedBuffer(unwritten: transform.spectrumCount)
      surroundings = SharedBuffer(unwritten: transform.spectrumCount)
      outputs = SharedBuffer(unwritten: transform.spectrumCount)
    }
  }

  /// - Parameter scales: of the image's elements in both inputs.
  init(
    _ job: CorrelationJob<Scalar>, scales: (TransformScale<Scalar>, TransformScale<Scalar>)
  ) throws(LayerError) {
    self.job = job
    geometry = job.geometry
    (scaleOfA, scaleOfB) = scales
    let lengths = geometry.transformLengths(LayerCosts.shared.transforms)
    transform = try .planned(rows: lengths.rows, columns: lengths.columns)
  }

  /// - Returns: false if the image is to be done by another method: where elements of patches range
  ///   so widely that many results would be wrong.
  func run(into out: SharedBuffer<Scalar>) -> Bool {
    let isDone = Atomic<Bool>(true)
    forEachPiece(geometry.vertical.outputs, threads: job.threads) {
      Scratch(transform)
    } _: { row, scratch in
      for column in 0..<geometry.horizontal.outputs where isDone.load(ordering: .relaxed) {
        if !correlate(row, column, scratch, into: out) { isDone.store(false, ordering: .relaxed) }
      }
    }
    return isDone.load(ordering: .relaxed)
  }

  /// The outputs of one patch; false if direct sums would take longer than the transforms.
  private func correlate(
    _ row: Int, _ column: Int, _ scratch: Scratch, into out: SharedBuffer<Scalar>
  ) -> Bool {
    let sum = scratch.outputs
    sum.fill(0, sum.count, with: .zero)
    var squaredNorms = 0.0
    var energies = (0.0, 0.0)
    for channel in 0..<geometry.input.channels {
      let ofPatch = transformPatch(channel, row, column, scratch)
      let ofSurroundings = transformSurroundings(channel, row, column, scratch)
      squaredNorms += TransformNoise<Scalar>.squaredNorm(ofPatch, ofSurroundings)
      energies = (energies.0 + ofPatch, energies.1 + ofSurroundings)
      sum.addProducts(scratch.surroundings, conjugated: scratch.patch)
    }
    guard energies.0 > 0, energies.1 > 0 else {
      forEachOutput(row, column) { target, _ in out[target] = 0 }
      return true
    }
    transform.unscaledInverse(consuming: sum, into: scratch.plane)
    let noise = TransformNoise<Scalar>(
      planeCount: transform.sampleCount, productOfNorms: squaredNorms.squareRoot(),
      energy: scratch.plane.energy())
    let factors = scaleOfA.restoring(scaleOfB)
    let leastResult = Scalar(noise.leastResult)
    let leastMagnitude = scaled(noise.leastMagnitude / Double(transform.sampleCount), factors)
    var products = 0
    forEachOutput(row, column) { target, lag in
      let result = scratch.plane[lag]
      out[target] = result / divisor * factors.0 * factors.1
      guard result.magnitude < leastResult, products <= mostProducts else { return }
      let (down, across) = lag.quotientAndRemainder(dividingBy: transform.columns)
      guard
        let sum = directSum(
          row, column, down: down, across: across, leastMagnitude: leastMagnitude, &products)
      else { return }
      out[target] = Scalar(sum / Double(geometry.patchCount))
    }
    return products <= mostProducts
  }

  /// How many products of direct sums take about as long as the transforms of a patch's channels: a
  /// few for each element.
  var mostProducts: Int { 8 * transform.sampleCount * geometry.input.channels }

  /// The sum of the products of a patch with the displaced patch that is `down` and `across` from the
  /// first one; nil where their magnitudes show that it is not needed.
  private func directSum(
    _ row: Int, _ column: Int, down: Int, across: Int, leastMagnitude: Double,
    _ products: inout Int
  ) -> Double? {
    let (size, channels) = (geometry.kernelSize, geometry.input.channels)
    let (a, b) = (job.a.elements.span, job.b.elements.span)
    var sum = 0.0
    var magnitude = 0.0
    for h in 0..<size {
      let line = row * geometry.stride + h
      for channel in 0..<channels {
        let first =
          line * job.a.rowStride + channel * job.a.channelStride + column * geometry.stride
        let second =
          (line + down) * job.b.rowStride + channel * job.b.channelStride
          + column * geometry.stride + across
        products += size
        for w in 0..<size {
          let product = Double(a[first + w]) * Double(b[second + w])
          sum += product
          magnitude += abs(product)
        }
        if magnitude > leastMagnitude { return nil }
      }
    }
    return sum
  }

  /// What the mean over a patch and the transforms' scale divide by.
  var divisor: Scalar { Scalar(geometry.patchCount) * Scalar(transform.sampleCount) }

  /// Calls `body` with the place of each of a patch's outputs in the layer's output and in a plane.
  @inline(__always)
  func forEachOutput(_ row: Int, _ column: Int, _ body: (_ output: Int, _ lag: Int) -> Void) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    for y in 0..<vertical.displacements {
      for x in 0..<horizontal.displacements {
        let plane = geometry.outputPlane(image: job.image, row: y, column: x)
        body(
          (plane * vertical.outputs + row) * horizontal.outputs + column,
          (y * transform.columns + x) * geometry.displacementStride)
      }
    }
  }

  /// Transforms one channel of a patch, and returns the sum of the squares.
  func transformPatch(_ channel: Int, _ row: Int, _ column: Int, _ scratch: Scratch) -> Double {
    transformPart(
      job.a, scaleOfA, channel, row, column, reach: (0, 0), scratch.plane, into: scratch.patch)
  }

  /// Transforms what one channel of the second input has around a patch.
  func transformSurroundings(
    _ channel: Int, _ row: Int, _ column: Int, _ scratch: Scratch
  ) -> Double {
    transformPart(
      job.b, scaleOfB, channel, row, column,
      reach: (geometry.vertical.reach, geometry.horizontal.reach), scratch.plane,
      into: scratch.surroundings)
  }

  private func transformPart(
    _ padded: PaddedRows<Scalar>, _ scale: TransformScale<Scalar>, _ channel: Int, _ row: Int,
    _ column: Int, reach: (rows: Int, columns: Int), _ plane: SharedBuffer<Scalar>,
    into spectrum: SharedBuffer<Complex<Scalar>>
  ) -> Double {
    plane.fill(0, transform.sampleCount, with: 0)
    let start = channel * padded.channelStride + column * geometry.stride
    for index in 0..<geometry.kernelSize + 2 * reach.rows {
      plane.copy(
        geometry.kernelSize + 2 * reach.columns, from: padded.elements,
        at: (row * geometry.stride + index) * padded.rowStride + start,
        to: index * transform.columns)
    }
    if scale.exponent != 0 { plane.scale(by: scale.factor) }
    transform.forward(plane, into: spectrum)
    return plane.energy()
  }
}

extension SharedBuffer {
  /// Adds x · conj(y) to these spectra.
  func addProducts<Scalar: FourierScalar>(
    _ x: SharedBuffer<Complex<Scalar>>, conjugated y: SharedBuffer<Complex<Scalar>>
  ) where Element == Complex<Scalar> {
    precondition(x.count == count && y.count == count)
    unsafe Scalar._operations.kernels.pointee.multiplyConjugateAdd(
      pairs(), x.pairs(), y.pairs(), count)
  }
}

extension CorrelationGeometry {
  /// The numbers of rows and columns of the transforms of patches.
  func transformLengths(_ times: TransformTimes) -> (rows: Int, columns: Int) {
    (
      times.bestLength(atLeast: kernelSize + 2 * vertical.reach),
      times.bestLength(atLeast: kernelSize + 2 * horizontal.reach)
    )
  }
}
