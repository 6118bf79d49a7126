internal import ComputeSupport
internal import FourierTransform

/// The convolution layer as the product of the matrix of the weights with a matrix whose columns
/// are the patches under the kernel ("im2col").
///
/// Unlike ``DirectConvolution`` it computes nothing between the rows, and its columns run on from
/// one image to the next: it pays where outputs are few and kernels wide.
struct Im2colConvolution: Sendable {
  let geometry: ConvolutionGeometry

  /// How many patches a unit of work gathers: 15 vectors, which the kernel takes at once, or as many
  /// as 2²⁴ elements hold.
  private static func patchesOfUnit(taps: Int) -> Int { min(240, max(16, (1 << 24) / taps)) }

  func run<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, _ weights: FeatureMaps<Scalar>, _ bias: [Scalar]?,
    into out: SharedBuffer<Scalar>, threads: Int
  ) {
    let (kernels, taps) = (geometry.groupKernels, geometry.tapCount)
    let output = geometry.output
    let plane = output.planeCount
    let patches = output.images * plane
    let width = min(Self.patchesOfUnit(taps: taps), patches)
    let strides = geometry.outputStrides
    // An image is one long row where its rows follow one another in the result.
    let rowLength = strides.isDense(columns: output.columns) ? plane : output.columns
    let sums = (0..<geometry.groups).map { group in
      IndirectProduct(
        PackedWeights(weights, kernels: group * kernels..<(group + 1) * kernels, taps: taps),
        taps: (0..<taps).map { $0 * width })
    }
    let blocks = (patches + width - 1) / width
    let units = geometry.groups * blocks
    forEachPiece(units, threads: threads) {
      (
        matrix: SharedBuffer<Scalar>(unwritten: taps * width + readBeyond),
        sums: SharedBuffer<Scalar>(unwritten: kernels * width)
      )
    } _: { unit, scratch in
      let (group, block) = (unit / blocks, unit % blocks)
      let range = block * width..<min((block + 1) * width, patches)
      let (matrix, products) = scratch
      gather(input, group: group, patches: range, into: matrix, stride: width)
      sums[group].run(
        rows: 0..<kernels, from: matrix, at: 0, width: range.count, into: products, at: 0,
        stride: width)
      for m in 0..<kernels {
        let kernel = group * kernels + m
        let added = bias?[kernel] ?? 0
        var patch = range.lowerBound
        while patch < range.upperBound {
          let (image, place) = (patch / plane, patch % plane)
          let (row, column) = (place / rowLength, place % rowLength)
          let count = min(rowLength - column, range.upperBound - patch)
          strides.write(
            count, of: products, at: m * width + patch - range.lowerBound, adding: added, to: out,
            at: strides.row(row, channel: kernel, image: image) + column * strides.columnStride)
          patch += count
        }
      }
    }
  }

  /// Writes the elements under the weights, weight by weight, for some patches of the batch.
  func gather<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, group: Int, patches: Range<Int>,
    into matrix: SharedBuffer<Scalar>,
    stride: Int
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let output = geometry.output
    let shape = input.shape
    for tap in 0..<geometry.tapCount {
      let channel = group * geometry.groupChannels + tap / geometry.weights.planeCount
      let down = tap % geometry.weights.planeCount / geometry.weights.columns * vertical.dilation
      let across = tap % geometry.weights.columns * horizontal.dilation
      var patch = patches.lowerBound
      while patch < patches.upperBound {
        // The patches of one row of patches, or what is left of them.
        let (image, place) = (patch / output.planeCount, patch % output.planeCount)
        let (y, x) = (place / output.columns, place % output.columns)
        let count = min(output.columns - x, patches.upperBound - patch)
        let target = tap * stride + patch - patches.lowerBound
        let row = y * vertical.stride + down - vertical.padding
        if 0..<shape.rows ~= row {
          let source = ((image * shape.channels + channel) * shape.rows + row) * shape.columns
          // The patches whose column lies inside the image: x · stride + start in 0..<columns.
          let start = across - horizontal.padding
          let step = horizontal.stride
          let first = min(max(start < 0 ? (step - 1 - start) / step - x : -x, 0), count)
          let beyond = shape.columns - start
          let end = max(first, min((beyond <= 0 ? 0 : (beyond + step - 1) / step) - x, count))
          matrix.fill(target, first, with: 0)
          matrix.fill(target + end, count - end, with: 0)
          matrix.copy(
            end - first, each: step, of: input.span, at: source + (x + first) * step + start,
            to: target + first)
        } else {
          matrix.fill(target, count, with: 0)
        }
        patch += count
      }
    }
  }
}
