// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

extension ConvolutionJob {
  /// Computes the layer as the product of the matrix of the weights with a matrix whose columns are
  /// the patches under the kernel ("im2col").
  ///
  /// Unlike ``runDirect()`` it computes nothing between the rows, and its columns run on from one
  /// image to the next: it pays where outputs are few and kernels wide.
  func runIm2col() {
    let (kernels, taps) = (geometry.groupKernels, geometry.tapCount)
    let (columns, plane) = (geometry.output.columns, geometry.output.planeCount)
    let strides = geometry.outputStrides
    let patches = geometry.output.images * plane
    // 15 vectors, which the kernel takes at once, or as many as 2²⁴ elements hold.
    let width = min(240, max(16, (1 << 24) / taps), patches)
    // An image is one long row where its rows follow one another in the result.
    let rowLength = strides.columnStride == 1 && strides.rowStride == columns ? plane : columns
    let sums = products(taps: (0..<taps).map { $0 * width })
    let blocks = (0..<patches).pieces(of: width)
    forEachPiece(geometry.groups * blocks.count, threads: threads) {
      (
        matrix: SharedBuffer<Scalar>(unwritten: taps * width + readBeyond),
        sums: SharedBuffer<Scalar>(unwritten: kernels * width)
      )
    } _: { unit, scratch in
      let (group, block) = unit.quotientAndRemainder(dividingBy: blocks.count)
      let range = blocks[block]
      let (matrix, products) = scratch
      geometry.gatherPatches(input, group: group, patches: range, into: matrix, stride: width)
      sums[group].run(
        rows: 0..<kernels, from: matrix, at: 0, width: range.count, into: products, at: 0,
        stride: width)
      for (index, kernel) in geometry.kernels(ofGroup: group).enumerated() {
        let added = bias?[kernel] ?? 0
        var patch = range.lowerBound
        while patch < range.upperBound {
          let (image, place) = (patch / plane, patch % plane)
          let (row, column) = (place / rowLength, place % rowLength)
          let count = min(rowLength - column, range.upperBound - patch)
          strides.write(
            count, of: products, at: index * width + patch - range.lowerBound, adding: added,
            to: out,
            at: strides.row(row, channel: kernel, image: image) + column * strides.columnStride)
          patch += count
        }
      }
    }
  }
}

extension ConvolutionGeometry {
  /// Writes the elements under the weights, weight by weight, for some patches of the batch.
  func gatherPatches<Scalar: FourierScalar>(
    _ maps: FeatureMaps<Scalar>, group: Int, patches: Range<Int>,
    into matrix: SharedBuffer<Scalar>, stride: Int
  ) {
    for tap in 0..<tapCount {
      let channel = group * groupChannels + tap / weights.planeCount
      let down = tap % weights.planeCount / weights.columns * vertical.dilation
      let across = tap % weights.columns * horizontal.dilation
      var patch = patches.lowerBound
      while patch < patches.upperBound {
        // The patches of one row of patches, or what is left of them.
        let (image, place) = (patch / output.planeCount, patch % output.planeCount)
        let (y, x) = (place / output.columns, place % output.columns)
        let count = min(output.columns - x, patches.upperBound - patch)
        let target = tap * stride + patch - patches.lowerBound
        let row = y * vertical.stride + down - vertical.padding
        if 0..<input.rows ~= row {
          let source = ((image * input.channels + channel) * input.rows + row) * input.columns
          // The patches whose column lies inside the image.
          let start = x * horizontal.stride + across - horizontal.padding
          let inside = (0..<input.columns).steps(of: horizontal.stride, from: start)
            .clamped(to: 0..<count)
          matrix.fill(target, inside.lowerBound, with: 0)
          matrix.fill(target + inside.upperBound, count - inside.upperBound, with: 0)
          matrix.copy(
            inside.count, each: horizontal.stride, of: maps.span,
            at: source + start + inside.lowerBound * horizontal.stride,
            to: target + inside.lowerBound)
        } else {
          matrix.fill(target, count, with: 0)
        }
        patch += count
      }
    }
  }
}
