// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// A tile of the outputs of one kernel.
struct TilePlace {
  let image: Int
  let kernel: Int
  let tile: Int
}

// The outputs of a tile that are so small that transforms' errors may show in them: nearly always
// they have large products, which cancel by chance. Those that have none are summed directly.
extension FFTConvolution {
  /// Sums those that need it of `count` outputs, whose places among the tile's `columns` of `rows`
  /// are given, and writes them to the result.
  ///
  /// - Parameter leastMagnitude: What the magnitudes of an output's products have to add up to.
  /// - Returns: false if these sums take longer than the tile's transforms.
  /// - Complexity: O(products), and O(1) for nearly all outputs.
  func replaceSmall(
    _ count: Int, of place: TilePlace, at places: SharedBuffer<Int>, rows: Range<Int>,
    columns: Range<Int>, _ windows: EmptyWindows<Scalar>, leastMagnitude: Double
  ) -> Bool {
    let (vertical, horizontal, strides) = (
      geometry.vertical, geometry.horizontal, geometry.outputStrides
    )
    let planeCount = tiles.vertical.length * tiles.horizontal.length
    let corner = tiles.corner(of: place.tile)
    let added = job.bias?[place.kernel] ?? 0
    let first = strides.row(0, channel: place.kernel, image: place.image)
    let (input, weights) = (job.input.span, job.weights.span)
    var productCount = 0
    var peaks: SharedBuffer<Scalar>?
    let kept = keepThose(
      count, of: place, at: places, rows: rows, columns: columns, input, weights,
      leastMagnitude: leastMagnitude)
    for index in 0..<kept {
      let (line, offset) = places[index].quotientAndRemainder(dividingBy: columns.count)
      let (row, column) = (rows.lowerBound + line, columns.lowerBound + offset)
      // Where many windows are summed in vain, they may hold zeros alone.
      if productCount > planeCount && peaks == nil { peaks = windows.peaks(of: place) }
      var sum: Scalar? = 0
      let (top, left) = (row * vertical.stride, column * horizontal.stride)
      if peaks?[(top - corner.row) * tiles.horizontal.length + left - corner.column] != 0 {
        sum = directSum(
          input, weights, place, leastMagnitude: leastMagnitude, top: top - vertical.padding,
          left: left - horizontal.padding, &productCount)
      }
      if let sum {
        job.out[first + row * strides.rowStride + column * strides.columnStride] = sum + added
      }
      // A few products for each element of the plane.
      guard productCount <= 8 * planeCount else { return false }
    }
    return true
  }

  /// Keeps the places of those whose product with the weight in the middle of the kernel does not
  /// prove that they need no sum, and returns how many they are. The elements are far from one another
  /// in memory, and this loop waits for many of them at once.
  @inline(__always)
  private func keepThose(
    _ count: Int, of place: TilePlace, at places: SharedBuffer<Int>, rows: Range<Int>,
    columns: Range<Int>, _ input: Span<Scalar>, _ weights: Span<Scalar>, leastMagnitude: Double
  ) -> Int {
    let (vertical, horizontal, shape) = (geometry.vertical, geometry.horizontal, geometry.input)
    let (u, v) = (vertical.kernel / 2, horizontal.kernel / 2)
    let weight = Double(weights[place.kernel * geometry.tapCount + u * horizontal.kernel + v])
    let top = rows.lowerBound * vertical.stride + u * vertical.dilation - vertical.padding
    let left = columns.lowerBound * horizontal.stride + v * horizontal.dilation - horizontal.padding
    let plane =
      place.image * shape.channels + place.kernel / geometry.groupKernels * geometry.groupChannels
    var kept = 0
    for index in 0..<count {
      let code = places[index]
      let (line, offset) = code.quotientAndRemainder(dividingBy: columns.count)
      let (y, x) = (top + line * vertical.stride, left + offset * horizontal.stride)
      let isInside = 0..<shape.rows ~= y && 0..<shape.columns ~= x
      let element = isInside ? input[(plane * shape.rows + y) * shape.columns + x] : 0
      places[kept] = code
      kept += abs(weight * Double(element)) > leastMagnitude ? 0 : 1
    }
    return kept
  }

  /// The sum of the products of the patch at a place of the input, those of the kernel's middle row
  /// first, which are the largest of many kernels; nil where their magnitudes show that it is not
  /// needed.
  @inline(__always)
  private func directSum(
    _ input: Span<Scalar>, _ weights: Span<Scalar>, _ place: TilePlace, leastMagnitude: Double,
    top: Int, left: Int, _ productCount: inout Int
  ) -> Scalar? {
    let (vertical, horizontal, shape) = (geometry.vertical, geometry.horizontal, geometry.input)
    let taps = (0..<shape.columns).steps(of: horizontal.dilation, from: left)
      .clamped(to: 0..<horizontal.kernel)
    let plane =
      place.image * shape.channels + place.kernel / geometry.groupKernels * geometry.groupChannels
    let lines = geometry.groupChannels * vertical.kernel
    var sum = 0.0
    var magnitude = 0.0
    for index in 0..<lines {
      let line = (index + vertical.kernel / 2) % lines
      let (channel, u) = line.quotientAndRemainder(dividingBy: vertical.kernel)
      let y = top + u * vertical.dilation
      guard 0..<shape.rows ~= y else { continue }
      let source = ((plane + channel) * shape.rows + y) * shape.columns + left
      let weight = (place.kernel * lines + line) * horizontal.kernel
      productCount += taps.count
      for v in taps {
        let product =
          Double(input[source + v * horizontal.dilation]) * Double(weights[weight + v])
        sum += product
        magnitude += abs(product)
        if magnitude > leastMagnitude { return nil }
      }
    }
    return Scalar(sum)
  }
}
