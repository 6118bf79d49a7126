public import FourierTransform
public import RealModule
internal import VectorKernels

extension Double: ConvolutionScalar {
  /// A real number is its own scalar.
  public typealias Scalar = Double
  /// Real signals have real transforms.
  public typealias Transform = RealTransform<Double>

  /// The `_f64` kernels.
  public static let _kernels = unsafe VectorKernelTable(
    slidingDot: { x, w, y, count, taps, stride in
      unsafe vk_sliding_dot_f64(
        x.assumingMemoryBound(to: Double.self), w.assumingMemoryBound(to: Double.self),
        y.assumingMemoryBound(to: Double.self), count, taps, stride)
    },
    multiply: { z, w, count in
      unsafe vk_multiply_f64(
        z.assumingMemoryBound(to: Double.self), w.assumingMemoryBound(to: Double.self), count)
    },
    multiplyAdd: { s, z, w, count in
      unsafe vk_multiply_add_f64(
        s.assumingMemoryBound(to: Double.self), z.assumingMemoryBound(to: Double.self),
        w.assumingMemoryBound(to: Double.self), count)
    },
    multiplyConjugateAdd: { s, z, w, count in
      unsafe vk_multiply_conjugate_add_f64(
        s.assumingMemoryBound(to: Double.self), z.assumingMemoryBound(to: Double.self),
        w.assumingMemoryBound(to: Double.self), count)
    },
    interleave: { x, a, y, b, z, count in
      unsafe vk_interleave_f64(
        x.assumingMemoryBound(to: Double.self), Double(a), y.assumingMemoryBound(to: Double.self),
        Double(b),
        z.assumingMemoryBound(to: Double.self), count)
    },
    deinterleave: { z, a, x, b, y, count in
      unsafe vk_deinterleave_f64(
        z.assumingMemoryBound(to: Double.self), Double(a), x.assumingMemoryBound(to: Double.self),
        Double(b),
        y.assumingMemoryBound(to: Double.self), count)
    },
    scale: { x, a, y, count in
      unsafe vk_scale_f64(
        x.assumingMemoryBound(to: Double.self), Double(a), y.assumingMemoryBound(to: Double.self),
        count)
    },
    chunkMaxima: { x, m, count, chunk in
      unsafe vk_chunk_maxima_f64(
        x.assumingMemoryBound(to: Double.self), m.assumingMemoryBound(to: Double.self), count, chunk
      )
    })
}
