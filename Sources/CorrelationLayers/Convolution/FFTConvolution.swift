// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import VectorKernels

/// The convolution layer by products of spectra, tile by tile ("overlap-save" in two dimensions).
///
/// A tile of an output is the inverse transform of a sum over channels of products. Of its circular
/// correlation, the outputs up to length - reach are free of what wraps around. With a stride,
/// those between the patches are computed and left out.
///
/// Results that are small beside their tile are checked, and summed directly where the transforms'
/// errors could show in them; see ``TransformNoise``.
struct FFTConvolution<Scalar: FourierScalar>: Sendable {
  let job: ConvolutionJob<Scalar>
  let geometry: ConvolutionGeometry
  let tiles: TransformTiles
  /// Of each thread.
  private let scratch: [TileScratch<Scalar>]
  private let blocks: Int
  /// Of the channels of each group of an image, `image · groups + group`, and of each kernel.
  let inputScales: [TransformScale<Scalar>]
  let kernelScales: [TransformScale<Scalar>]
  /// Whether all numbers are whole, so that results can be rounded where their error is proved to
  /// be below a half.
  let isWhole: Bool

  /// - Returns: nil if there are numbers that are not finite: a transform would spread them.
  init?(_ job: ConvolutionJob<Scalar>) throws(LayerError) {
    self.job = job
    geometry = job.geometry
    func scales(_ maps: FeatureMaps<Scalar>, _ planes: Int) -> [TransformScale<Scalar>]? {
      let peaks = maps.peaks(threads: job.threads)
      guard peaks.allSatisfy(\.isFinite) else { return nil }
      return peaks.indices.pieces(of: planes).map {
        TransformScale(peak: peaks[$0].max() ?? 0)
      }
    }
    guard let inputScales = scales(job.input, job.geometry.groupChannels),
      let kernelScales = scales(job.weights, job.geometry.groupChannels)
    else { return nil }
    (self.inputScales, self.kernelScales) = (inputScales, kernelScales)
    isWhole =
      job.input.areWhole(threads: job.threads) && job.weights.areWhole(threads: job.threads)
    tiles = TransformTiles(geometry)
    let transform = try RealTransform<Scalar>.planned(
      rows: tiles.vertical.length, columns: tiles.horizontal.length)
    blocks = TileScratch.blockCount(transform)
    let outputs =
      min(tiles.vertical.outputs, geometry.vertical.outputs)
      * min(tiles.horizontal.outputs, geometry.horizontal.outputs)
    scratch = (0..<job.threads).map { _ in TileScratch(transform, outputs) }
  }

  /// How many elements the spectra of a part of the work may have: 256 MB in single precision.
  private static var mostElements: Int { 1 << 26 }
  /// The same of kernels, transformed once for all images: 16 MB, which stay in the cache.
  private static var mostKernelElements: Int { 1 << 22 }
  private var elementCount: Int { blocks * blockElements }

  func run() throws(LayerError) {
    let (channels, kernels) = (geometry.groupChannels, geometry.groupKernels)
    let batch = geometry.input.images
    // Parts of the batch, and of each group's kernels, whose spectra fit.
    let imageSize = tiles.count * geometry.input.channels * elementCount
    let imagesOfPart = max(1, min(batch, Self.mostElements / imageSize))
    let kernelSize = geometry.groups * channels * elementCount
    // Kernels that several parts of the batch need should better all be there.
    let mostOfKernels = imagesOfPart == batch ? Self.mostKernelElements : Self.mostElements
    // Whole tiles of the products, which are of two or three kernels.
    let kernelsOfPart = min(kernels, max(6, mostOfKernels / kernelSize / 6 * 6))
    var kernelSpectra: SharedBuffer<Scalar>?
    let kernelEnergies = SharedBuffer<Double>(unwritten: geometry.weights.images * channels)
    var mixedTiles: Set<Int> = []
    for images in (0..<batch).pieces(of: imagesOfPart) {
      let tileCount = images.count * tiles.count
      let windows = EmptyWindows(self)
      // [channel][tile]
      let energies = SharedBuffer<Double>(unwritten: geometry.input.channels * tileCount)
      // [group][block][tile][channel]
      let inputSpectra = SharedBuffer<Scalar>(
        unwritten: geometry.input.channels * tileCount * elementCount)
      forEachPiece(geometry.input.channels * tileCount, threads: job.threads) { unit, thread in
        let scratch = self.scratch[thread]
        let (channel, tile) = (unit / tileCount, unit % tileCount)
        load(
          image: images.lowerBound + tile / tiles.count, channel: channel,
          tile: tile % tiles.count, scratch)
        energies[unit] = scratch.plane.energy()
        let (group, c) = (channel / channels, channel % channels)
        scratch.transform(
          to: inputSpectra, at: (group * blocks * tileCount + tile) * channels + c,
          stride: tileCount * channels)
      }
      for part in (0..<kernels).pieces(of: kernelsOfPart) {
        let isKept = kernelsOfPart == kernels
        let spectra = (isKept ? kernelSpectra : nil) ?? transform(part, kernelEnergies)
        kernelSpectra = spectra
        let products = multiply(spectra, inputSpectra, kernels: part.count, tiles: tileCount)
        let units = geometry.groups * part.count * tileCount
        let areMixed = SharedBuffer<Bool>(zeros: units)
        forEachPiece(units, threads: job.threads) { unit, thread in
          let scratch = self.scratch[thread]
          let (group, m) = (unit / (part.count * tileCount), unit / tileCount % part.count)
          let tile = unit % tileCount
          let kernel = group * kernels + part.lowerBound + m
          scratch.invert(
            from: products, at: (group * blocks * part.count + m) * tileCount + tile,
            stride: part.count * tileCount)
          let norms = self.norms(
            energies.span, from: group * channels * tileCount + tile, each: tileCount,
            kernelEnergies.span, from: kernel * channels)
          let place = TilePlace(
            image: images.lowerBound + tile / tiles.count, kernel: kernel,
            tile: tile % tiles.count)
          areMixed[unit] = !store(scratch, place, norms, windows)
        }
        for unit in 0..<units where areMixed[unit] {
          mixedTiles.insert(images.lowerBound * tiles.count + unit % tileCount)
        }
      }
    }
    try sumDirectly(mixedTiles)
  }

  /// Σ ‖x‖² ‖h‖² over the channels, and Σ ‖x‖ ‖h‖ if all numbers are whole.
  private func norms(
    _ inputs: Span<Double>, from input: Int, each step: Int, _ kernels: Span<Double>,
    from kernel: Int
  ) -> (squares: Double, norms: Double) {
    var (squares, norms) = (0.0, 0.0)
    let least = Scalar.leastEnergy
    for channel in 0..<geometry.groupChannels {
      let square = TransformNoise<Scalar>.squaredNorm(
        inputs[input + channel * step], kernels[kernel + channel], least: least)
      squares += square
      if isWhole { norms += square.squareRoot() }
    }
    return (squares, norms)
  }

  /// The spectra of some kernels of each group: [group][block][kernel][channel].
  private func transform(
    _ part: Range<Int>, _ energies: SharedBuffer<Double>
  ) -> SharedBuffer<Scalar> {
    let (channels, weights) = (geometry.groupChannels, job.weights)
    let spectra = SharedBuffer<Scalar>(
      unwritten: geometry.groups * part.count * channels * elementCount)
    let (rows, columns) = (weights.shape.rows, weights.shape.columns)
    let rowStride = geometry.vertical.dilation * tiles.horizontal.length
    forEachPiece(geometry.groups * part.count * channels, threads: job.threads) { unit, thread in
      let (group, m) = (unit / (part.count * channels), unit / channels % part.count)
      let channel = unit % channels
      let kernel = group * geometry.groupKernels + part.lowerBound + m
      let source = (kernel * channels + channel) * rows * columns
      let scratch = self.scratch[thread]
      let plane = scratch.plane
      let factor = kernelScales[kernel].factor
      plane.fill(0, plane.count, with: 0)
      for u in 0..<rows {
        for v in 0..<columns {
          plane[u * rowStride + v * geometry.horizontal.dilation] =
            weights.elements[source + u * columns + v] * factor
        }
      }
      energies[kernel * channels + channel] =
        factor == 1
        ? weights.span.extracting(source..<source + rows * columns).withShared { $0.energy() }
        : plane.energy()
      scratch.transform(
        to: spectra, at: (group * blocks * part.count + m) * channels + channel,
        stride: part.count * channels)
    }
    return spectra
  }

  /// The products of all kernels with all tiles: [group][block][kernel][tile].
  private func multiply(
    _ kernelSpectra: SharedBuffer<Scalar>, _ inputSpectra: SharedBuffer<Scalar>, kernels: Int,
    tiles: Int
  ) -> SharedBuffer<Scalar> {
    let products = SharedBuffer<Scalar>(
      unwritten: geometry.groups * kernels * tiles * elementCount)
    let (channels, size) = (geometry.groupChannels, blockElements)
    let aRows = (0..<kernels).map { $0 * channels * size }
    let bRows = (0..<tiles).map { $0 * channels * size }
    let outRows = (0..<kernels * tiles).map { $0 * size }
    let (a, b, c) = (kernels * channels * size, tiles * channels * size, kernels * tiles * size)
    forEachPiece(geometry.groups * blocks, threads: job.threads) { unit, _ in
      // Arrays are passed as pointers that are valid for the call.
      func call(
        _ aRows: UnsafePointer<Int>, _ bRows: UnsafePointer<Int>, _ outRows: UnsafePointer<Int>
      ) {
        var job = unsafe vk_spectrum_job(
          a_rows: aRows, a_count: kernels, b_rows: bRows, b_count: tiles, out_rows: outRows,
          a_step: size, b_step: size, tap_count: channels)
        unsafe Scalar._operations.kernels.pointee.spectrumProducts(
          kernelSpectra.address(unit * a, a), inputSpectra.address(unit * b, b),
          products.address(unit * c, c), &job)
      }
      unsafe call(aRows, bRows, outRows)
    }
    return products
  }

  /// Copies the part of a channel that a tile needs to the scratch plane.
  private func load(image: Int, channel: Int, tile: Int, _ scratch: TileScratch<Scalar>) {
    let (transform, shape, corner) = (scratch.transform, geometry.input, tiles.corner(of: tile))
    let top = corner.row - geometry.vertical.padding
    let left = corner.column - geometry.horizontal.padding
    let rows = (top..<top + transform.rows).clamped(to: 0..<shape.rows)
    let columns = (left..<left + transform.columns).clamped(to: 0..<shape.columns)
    let plane = (image * shape.channels + channel) * shape.rows
    if rows.count < transform.rows || columns.count < transform.columns {
      scratch.plane.fill(0, scratch.plane.count, with: 0)
    }
    for row in rows {
      scratch.plane.copy(
        columns.count, from: job.input.span,
        at: (plane + row) * shape.columns + columns.lowerBound,
        to: (row - top) * transform.columns + columns.lowerBound - left)
    }
    let scale = inputScales[plane / shape.rows / geometry.groupChannels]
    if scale.exponent != 0 { scratch.plane.scale(by: scale.factor) }
  }
}
