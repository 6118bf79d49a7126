public import FourierTransform
public import RealModule
internal import VectorKernels

extension Float: ConvolutionScalar {
  /// A real number is its own scalar.
  public typealias Scalar = Float
  /// Real signals have real transforms.
  public typealias Transform = RealTransform<Float>

  /// The `_f32` kernels.
  public static let _kernels = unsafe VectorKernelTable(
    slidingDot: { x, w, y, count, taps, stride in
      unsafe vk_sliding_dot_f32(
        x.assumingMemoryBound(to: Float.self), w.assumingMemoryBound(to: Float.self),
        y.assumingMemoryBound(to: Float.self), count, taps, stride)
    },
    multiply: { z, w, count in
      unsafe vk_multiply_f32(
        z.assumingMemoryBound(to: Float.self), w.assumingMemoryBound(to: Float.self), count)
    },
    multiplyAdd: { s, z, w, count in
      unsafe vk_multiply_add_f32(
        s.assumingMemoryBound(to: Float.self), z.assumingMemoryBound(to: Float.self),
        w.assumingMemoryBound(to: Float.self), count)
    },
    multiplyConjugateAdd: { s, z, w, count in
      unsafe vk_multiply_conjugate_add_f32(
        s.assumingMemoryBound(to: Float.self), z.assumingMemoryBound(to: Float.self),
        w.assumingMemoryBound(to: Float.self), count)
    },
    interleave: { x, a, y, b, z, count in
      unsafe vk_interleave_f32(
        x.assumingMemoryBound(to: Float.self), Float(a), y.assumingMemoryBound(to: Float.self),
        Float(b),
        z.assumingMemoryBound(to: Float.self), count)
    },
    deinterleave: { z, a, x, b, y, count in
      unsafe vk_deinterleave_f32(
        z.assumingMemoryBound(to: Float.self), Float(a), x.assumingMemoryBound(to: Float.self),
        Float(b),
        y.assumingMemoryBound(to: Float.self), count)
    },
    scale: { x, a, y, count in
      unsafe vk_scale_f32(
        x.assumingMemoryBound(to: Float.self), Float(a), y.assumingMemoryBound(to: Float.self),
        count)
    },
    chunkMaxima: { x, m, count, chunk in
      unsafe vk_chunk_maxima_f32(
        x.assumingMemoryBound(to: Float.self), m.assumingMemoryBound(to: Float.self), count, chunk)
    })
}
