internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import VectorKernels

/// The convolution layer by products of spectra, tile by tile ("overlap-save" in two dimensions).
///
/// Each tile of each channel and each kernel is transformed once; a tile of an output is the inverse
/// transform of a sum over channels of products. Of a tile's circular correlation, the outputs up to
/// length - reach are free of what wraps around. With a stride, all of a tile's outputs are computed
/// and those between the patches are left out.
struct FFTConvolution: Sendable {
  let geometry: ConvolutionGeometry
  private let tiles: TransformTiles

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    tiles = TransformTiles(geometry)
  }

  /// How many elements the spectra of a part of the work may have: 256 MB in single precision.
  private static var mostElements: Int { 1 << 26 }
  /// The same of kernels that are transformed once, for all images: 16 MB in single precision, which
  /// stay in the cache, and whose memory is recycled.
  private static var mostKernelElements: Int { 1 << 22 }

  func run<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, _ weights: FeatureMaps<Scalar>, _ bias: [Scalar]?,
    into out: SharedBuffer<Scalar>, threads: Int
  ) throws(LayerError) {
    let transform = try RealTransform<Scalar>.planned(
      rows: tiles.vertical.length, columns: tiles.horizontal.length)
    let blocks = TileScratch.blockCount(transform)
    let elementCount = blocks * TileScratch<Scalar>.blockElements
    let scratch = (0..<threads).map { _ in TileScratch(transform) }
    let (channels, kernels) = (geometry.groupChannels, geometry.groupKernels)
    // Parts of the batch, and of each group's kernels, whose spectra fit.
    let imageSize = tiles.count * geometry.input.channels * elementCount
    let imagesOfPart = max(1, min(input.shape.images, Self.mostElements / imageSize))
    let kernelSize = geometry.groups * channels * elementCount
    // Kernels that several parts of the batch need should better all be there.
    let mostOfKernels =
      imagesOfPart == input.shape.images ? Self.mostKernelElements : Self.mostElements
    // Whole tiles of the products, which are of two or three kernels.
    let kernelsOfPart = min(kernels, max(6, mostOfKernels / kernelSize / 6 * 6))
    var kernelSpectra: SharedBuffer<Scalar>?
    for first in stride(from: 0, to: input.shape.images, by: imagesOfPart) {
      let images = first..<min(first + imagesOfPart, input.shape.images)
      let tileCount = images.count * tiles.count
      // [group][block][tile][channel]
      let inputSpectra = SharedBuffer<Scalar>(
        unwritten: geometry.input.channels * tileCount * elementCount)
      forEachPiece(geometry.input.channels * tileCount, threads: threads) { unit, thread in
        let (channel, tile) = (unit / tileCount, unit % tileCount)
        load(
          input, image: images.lowerBound + tile / tiles.count, channel: channel,
          tile: tile % tiles.count, scratch[thread])
        let (group, c) = (channel / channels, channel % channels)
        scratch[thread].transform(
          to: inputSpectra, at: (group * blocks * tileCount + tile) * channels + c,
          stride: tileCount * channels)
      }
      for firstKernel in stride(from: 0, to: kernels, by: kernelsOfPart) {
        let part = firstKernel..<min(firstKernel + kernelsOfPart, kernels)
        let spectra: SharedBuffer<Scalar>
        if let kernelSpectra, kernelsOfPart == kernels {
          spectra = kernelSpectra
        } else {
          spectra = transformKernels(weights, part, elementCount, scratch, threads)
          kernelSpectra = spectra
        }
        // [group][block][kernel][tile]
        let products = SharedBuffer<Scalar>(
          unwritten: geometry.groups * part.count * tileCount * elementCount)
        multiply(
          spectra, inputSpectra, into: products, kernels: part.count, tiles: tileCount,
          blocks: blocks, threads: threads)
        forEachPiece(
          geometry.groups * part.count * tileCount, threads: threads
        ) { unit, thread in
          let (group, m) = (unit / (part.count * tileCount), unit / tileCount % part.count)
          let tile = unit % tileCount
          scratch[thread].invert(
            from: products, at: (group * blocks * part.count + m) * tileCount + tile,
            stride: part.count * tileCount)
          let kernel = group * kernels + part.lowerBound + m
          store(
            scratch[thread], into: out, image: images.lowerBound + tile / tiles.count,
            kernel: kernel, tile: tile % tiles.count, adding: bias?[kernel] ?? 0)
        }
      }
    }
  }

  /// The spectra of some kernels of each group: [group][block][kernel][channel].
  private func transformKernels<Scalar: FourierScalar>(
    _ weights: FeatureMaps<Scalar>, _ part: Range<Int>, _ elementCount: Int,
    _ scratch: [TileScratch<Scalar>], _ threads: Int
  ) -> SharedBuffer<Scalar> {
    let channels = geometry.groupChannels
    let spectra = SharedBuffer<Scalar>(
      unwritten: geometry.groups * part.count * channels * elementCount)
    let (rows, columns) = (weights.shape.rows, weights.shape.columns)
    forEachPiece(geometry.groups * part.count * channels, threads: threads) { unit, thread in
      let (group, m) = (unit / (part.count * channels), unit / channels % part.count)
      let channel = unit % channels
      let kernel = group * geometry.groupKernels + part.lowerBound + m
      let source = (kernel * channels + channel) * rows * columns
      let plane = scratch[thread].plane
      plane.fill(0, plane.count, with: 0)
      let columnsOfPlane = scratch[thread].transform.columns
      for u in 0..<rows {
        for v in 0..<columns {
          plane[
            u * geometry.vertical.dilation * columnsOfPlane + v * geometry.horizontal.dilation] =
            weights.elements[source + u * columns + v]
        }
      }
      let blocks = elementCount / TileScratch<Scalar>.blockElements
      scratch[thread].transform(
        to: spectra, at: (group * blocks * part.count + m) * channels + channel,
        stride: part.count * channels)
    }
    return spectra
  }

  /// Multiplies, block by block of the frequencies of each group, all kernels with all tiles.
  private func multiply<Scalar: FourierScalar>(
    _ kernelSpectra: SharedBuffer<Scalar>, _ inputSpectra: SharedBuffer<Scalar>,
    into products: SharedBuffer<Scalar>, kernels: Int, tiles: Int, blocks: Int, threads: Int
  ) {
    let channels = geometry.groupChannels
    let size = TileScratch<Scalar>.blockElements
    let aRows = (0..<kernels).map { $0 * channels * size }
    let bRows = (0..<tiles).map { $0 * channels * size }
    let outRows = (0..<kernels * tiles).map { $0 * size }
    let (a, b, c) = (kernels * channels * size, tiles * channels * size, kernels * tiles * size)
    forEachPiece(geometry.groups * blocks, threads: threads) { unit, _ in
      // Arrays are passed as pointers that are valid for the call.
      func call(
        _ aRows: UnsafePointer<Int>, _ bRows: UnsafePointer<Int>, _ outRows: UnsafePointer<Int>
      ) {
        var job = unsafe vk_spectrum_job(
          a_rows: aRows, a_count: kernels, b_rows: bRows, b_count: tiles, out_rows: outRows,
          a_step: size, b_step: size, tap_count: channels)
        unsafe Scalar._operations.kernels.spectrumProducts(
          kernelSpectra.address(unit * a, a), inputSpectra.address(unit * b, b),
          products.address(unit * c, c), &job)
      }
      unsafe call(aRows, bRows, outRows)
    }
  }

  /// Copies the part of a channel that a tile needs to the scratch plane.
  private func load<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, image: Int, channel: Int, tile: Int,
    _ scratch: TileScratch<Scalar>
  ) {
    let transform = scratch.transform
    let top = tile / tiles.horizontal.count * tiles.vertical.outputs - geometry.vertical.padding
    let left =
      tile % tiles.horizontal.count * tiles.horizontal.outputs - geometry.horizontal.padding
    let shape = input.shape
    let rows = (top..<top + transform.rows).clamped(to: 0..<shape.rows)
    let columns = (left..<left + transform.columns).clamped(to: 0..<shape.columns)
    let plane = (image * shape.channels + channel) * shape.rows
    if rows.count < transform.rows || columns.count < transform.columns {
      scratch.plane.fill(0, scratch.plane.count, with: 0)
    }
    for row in rows {
      scratch.plane.copy(
        columns.count, from: input.span,
        at: (plane + row) * shape.columns + columns.lowerBound,
        to: (row - top) * transform.columns + columns.lowerBound - left)
    }
  }

  /// Copies the outputs of a tile out of the scratch plane.
  private func store<Scalar: FourierScalar>(
    _ scratch: TileScratch<Scalar>, into out: SharedBuffer<Scalar>, image: Int, kernel: Int,
    tile: Int,
    adding added: Scalar
  ) {
    let top = tile / tiles.horizontal.count * tiles.vertical.outputs
    let left = tile % tiles.horizontal.count * tiles.horizontal.outputs
    let (down, across) = (geometry.vertical.stride, geometry.horizontal.stride)
    let rows = patches(geometry.vertical, from: top, tiles.vertical.outputs)
    let columns = patches(geometry.horizontal, from: left, tiles.horizontal.outputs)
    guard !columns.isEmpty else { return }
    let factor = 1 / Scalar(tiles.vertical.length * tiles.horizontal.length)
    let strides = geometry.outputStrides
    for row in rows {
      strides.write(
        columns.count, of: scratch.plane,
        at: (row * down - top) * tiles.horizontal.length + columns.lowerBound * across - left,
        step: across, factor: factor, adding: added, to: out,
        at: strides.row(row, channel: kernel, image: image)
          + columns.lowerBound * strides.columnStride)
    }
  }

  /// The patches that start among `count` elements of the padded input from `start` on.
  private func patches(_ axis: ConvolutionAxis, from start: Int, _ count: Int) -> Range<Int> {
    let first = (start + axis.stride - 1) / axis.stride
    return first..<max(first, min((start + count - 1) / axis.stride + 1, axis.outputs))
  }
}
