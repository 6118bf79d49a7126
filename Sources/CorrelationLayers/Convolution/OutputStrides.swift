// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// Where the outputs of a layer go in the memory of the result: a phase of a transposed convolution
/// gives every `stride`-th row and column, and the gradient of weights has kernels outermost.
struct OutputStrides: Sendable {
  var origin = 0
  let imageStride: Int
  let channelStride: Int
  let rowStride: Int
  /// The distance between neighbouring outputs of a row.
  var columnStride = 1

  /// The place of the first output of a row.
  func row(_ row: Int, channel: Int, image: Int) -> Int {
    origin + image * imageStride + channel * channelStride + row * rowStride
  }

  /// Writes `count` outputs: every `step`-th sum from `source` on, times `factor`, plus `added`.
  @inline(__always)
  func write<Scalar: FourierScalar>(
    _ count: Int, of sums: SharedBuffer<Scalar>, at source: Int, step: Int = 1,
    factor: Scalar = 1, adding added: Scalar, to out: SharedBuffer<Scalar>, at first: Int
  ) {
    guard count > 0 else { return }
    let stride = columnStride
    out.withElements(first..<first + (count - 1) * stride + 1) { out in
      sums.withElements(source..<source + (count - 1) * step + 1) { sums in
        if stride == 1 && step == 1 {
          for index in 0..<count { out[index] = sums[index] * factor + added }
        } else {
          for index in 0..<count { out[index * stride] = sums[index * step] * factor + added }
        }
      }
    }
  }
}

extension SharedBuffer {
  /// Copies every `step`-th of a span's elements from `source` on to `target` and what follows.
  @inline(__always)
  func copy(_ count: Int, each step: Int, of span: Span<Element>, at source: Int, to target: Int) {
    guard step > 1 else { return copy(count, from: span, at: source, to: target) }
    withElements(target..<target + count) { elements in
      var place = source
      for index in elements.indices {
        elements[index] = span[place]
        place += step
      }
    }
  }
}
