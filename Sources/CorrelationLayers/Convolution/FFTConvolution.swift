internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import VectorKernels

/// The convolution layer by products of spectra, tile by tile ("overlap-save" in two dimensions).
///
/// A tile of an output is the inverse transform of a sum over channels of products. Of its circular
/// correlation, the outputs up to length - reach are free of what wraps around. With a stride,
/// those between the patches are computed and left out.
struct FFTConvolution<Scalar: FourierScalar>: Sendable {
  private let job: ConvolutionJob<Scalar>
  private let geometry: ConvolutionGeometry
  private let tiles: TransformTiles
  /// Of each thread.
  private let scratch: [TileScratch<Scalar>]
  private let blocks: Int

  init(_ job: ConvolutionJob<Scalar>) throws(LayerError) {
    self.job = job
    geometry = job.geometry
    tiles = TransformTiles(geometry)
    let transform = try RealTransform<Scalar>.planned(
      rows: tiles.vertical.length, columns: tiles.horizontal.length)
    blocks = TileScratch.blockCount(transform)
    scratch = (0..<job.threads).map { _ in TileScratch(transform) }
  }

  /// How many elements the spectra of a part of the work may have: 256 MB in single precision.
  private static var mostElements: Int { 1 << 26 }
  /// The same of kernels, transformed once for all images: 16 MB, which stay in the cache.
  private static var mostKernelElements: Int { 1 << 22 }
  private var elementCount: Int { blocks * blockElements }

  func run() {
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
    for images in (0..<batch).pieces(of: imagesOfPart) {
      let tileCount = images.count * tiles.count
      // [group][block][tile][channel]
      let inputSpectra = SharedBuffer<Scalar>(
        unwritten: geometry.input.channels * tileCount * elementCount)
      forEachPiece(geometry.input.channels * tileCount, threads: job.threads) { unit, thread in
        let (channel, tile) = (unit / tileCount, unit % tileCount)
        load(
          image: images.lowerBound + tile / tiles.count, channel: channel,
          tile: tile % tiles.count, scratch[thread])
        let (group, c) = (channel / channels, channel % channels)
        scratch[thread].transform(
          to: inputSpectra, at: (group * blocks * tileCount + tile) * channels + c,
          stride: tileCount * channels)
      }
      for part in (0..<kernels).pieces(of: kernelsOfPart) {
        let isKept = kernelsOfPart == kernels
        let spectra = isKept ? kernelSpectra ?? transform(part) : transform(part)
        kernelSpectra = spectra
        let products = multiply(spectra, inputSpectra, kernels: part.count, tiles: tileCount)
        forEachPiece(
          geometry.groups * part.count * tileCount, threads: job.threads
        ) { unit, thread in
          let (group, m) = (unit / (part.count * tileCount), unit / tileCount % part.count)
          let tile = unit % tileCount
          scratch[thread].invert(
            from: products, at: (group * blocks * part.count + m) * tileCount + tile,
            stride: part.count * tileCount)
          store(
            scratch[thread].plane, image: images.lowerBound + tile / tiles.count,
            kernel: group * kernels + part.lowerBound + m, tile: tile % tiles.count)
        }
      }
    }
  }

  /// The spectra of some kernels of each group: [group][block][kernel][channel].
  private func transform(_ part: Range<Int>) -> SharedBuffer<Scalar> {
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
      let plane = scratch[thread].plane
      plane.fill(0, plane.count, with: 0)
      for u in 0..<rows {
        for v in 0..<columns {
          plane[u * rowStride + v * geometry.horizontal.dilation] =
            weights.elements[source + u * columns + v]
        }
      }
      scratch[thread].transform(
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

  /// Where the outputs of a tile begin.
  private func corner(ofTile tile: Int) -> (top: Int, left: Int) {
    let (row, column) = tile.quotientAndRemainder(dividingBy: tiles.horizontal.count)
    return (row * tiles.vertical.outputs, column * tiles.horizontal.outputs)
  }

  /// Copies the part of a channel that a tile needs to the scratch plane.
  private func load(image: Int, channel: Int, tile: Int, _ scratch: TileScratch<Scalar>) {
    let (transform, shape, corner) = (scratch.transform, geometry.input, corner(ofTile: tile))
    let top = corner.top - geometry.vertical.padding
    let left = corner.left - geometry.horizontal.padding
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
  }

  /// Copies the outputs of a tile out of the scratch plane.
  private func store(_ plane: SharedBuffer<Scalar>, image: Int, kernel: Int, tile: Int) {
    let (top, left) = corner(ofTile: tile)
    let (down, across) = (geometry.vertical.stride, geometry.horizontal.stride)
    // The patches that start in the tile.
    let rows = (top..<top + tiles.vertical.outputs).steps(of: down, from: 0)
      .clamped(to: 0..<geometry.vertical.outputs)
    let columns = (left..<left + tiles.horizontal.outputs).steps(of: across, from: 0)
      .clamped(to: 0..<geometry.horizontal.outputs)
    guard !columns.isEmpty else { return }
    let factor = 1 / Scalar(tiles.vertical.length * tiles.horizontal.length)
    let strides = geometry.outputStrides
    for row in rows {
      strides.write(
        columns.count, of: plane,
        at: (row * down - top) * tiles.horizontal.length + columns.lowerBound * across - left,
        step: across, factor: factor, adding: job.bias?[kernel] ?? 0, to: job.out,
        at: strides.row(row, channel: kernel, image: image)
          + columns.lowerBound * strides.columnStride)
    }
  }
}

/// The elements of a block of a spectrum: real and imaginary parts.
private let blockElements = 2 * Int(VK_SPECTRUM_BLOCK)

/// A plane and its spectrum for one thread, and how spectra are divided into the blocks of the
/// kernel.
private struct TileScratch<Scalar: FourierScalar>: Sendable {
  let transform: RealTransform<Scalar>
  let plane: SharedBuffer<Scalar>
  private let spectrum: SharedBuffer<Complex<Scalar>>

  init(_ transform: RealTransform<Scalar>) {
    self.transform = transform
    plane = SharedBuffer(unwritten: transform.sampleCount)
    spectrum = SharedBuffer(unwritten: transform.spectrumCount)
  }

  static func blockCount(_ transform: RealTransform<Scalar>) -> Int {
    (transform.spectrumCount + Int(VK_SPECTRUM_BLOCK) - 1) / Int(VK_SPECTRUM_BLOCK)
  }

  /// Where the blocks of a spectrum are, `stride` blocks apart.
  private func blocks(
    _ spectra: SharedBuffer<Scalar>, at block: Int, stride: Int
  ) -> UnsafeMutablePointer<Scalar> {
    let last = (Self.blockCount(transform) - 1) * stride
    return unsafe spectra.address(block * blockElements, (last + 1) * blockElements)
  }

  /// Transforms the plane and writes its spectrum's blocks, from `block` on and `stride` apart.
  func transform(to spectra: SharedBuffer<Scalar>, at block: Int, stride: Int) {
    transform.forward(plane, into: spectrum)
    unsafe Scalar._operations.kernels.pointee.spectrumSplit(
      spectrum.pairs(), spectrum.count, blocks(spectra, at: block, stride: stride),
      stride * blockElements)
  }

  /// Puts a spectrum together from its blocks and transforms it back, unscaled, to the plane.
  func invert(from spectra: SharedBuffer<Scalar>, at block: Int, stride: Int) {
    unsafe Scalar._operations.kernels.pointee.spectrumJoin(
      blocks(spectra, at: block, stride: stride), stride * blockElements, spectrum.count,
      spectrum.pairs())
    transform.unscaledInverse(consuming: spectrum, into: plane)
  }
}
