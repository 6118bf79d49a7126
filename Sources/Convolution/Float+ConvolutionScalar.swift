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
    slidingDot2D: { x, xStride, w, wRows, wColumns, tapStride, y, yStride, rows, count, streams in
      unsafe vk_sliding_dot_2d_f32(
        x.assumingMemoryBound(to: Float.self), xStride, w.assumingMemoryBound(to: Float.self),
        wRows, wColumns, tapStride, y.assumingMemoryBound(to: Float.self), yStride, rows, count,
        streams ? 1 : 0)
    },
    rowPass: { x, xStride, w, taps, symmetry, y, yStride, rows, count, room in
      unsafe vk_row_pass_f32(
        x.assumingMemoryBound(to: Float.self), xStride, w.assumingMemoryBound(to: Float.self), taps,
        CInt(symmetry), y.assumingMemoryBound(to: Float.self), yStride, rows, count,
        room.assumingMemoryBound(to: Float.self))
    },
    columnPass: { x, xStride, w, taps, symmetry, y, yStride, rows, count, streams in
      unsafe vk_column_pass_f32(
        x.assumingMemoryBound(to: Float.self), xStride, w.assumingMemoryBound(to: Float.self), taps,
        CInt(symmetry), y.assumingMemoryBound(to: Float.self), yStride, rows, count,
        streams ? 1 : 0) != 0
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
    columnsForward: { job, tables, x, count, a, from, to, tile, z in
      unsafe vk_columns_forward_f32(
        job, tables.assumingMemoryBound(to: Float.self), x.assumingMemoryBound(to: Float.self),
        count,
        Float(a), from, to, tile.assumingMemoryBound(to: Float.self),
        z.assumingMemoryBound(to: Float.self))
    },
    columnsInverse: { job, tables, z, a, from, to, tile, y, first, count in
      unsafe vk_columns_inverse_f32(
        job, tables.assumingMemoryBound(to: Float.self), z.assumingMemoryBound(to: Float.self),
        Float(a),
        from, to, tile.assumingMemoryBound(to: Float.self), y.assumingMemoryBound(to: Float.self),
        first, count)
    },
    pack: { x, y, a, coarse, fine, fineCount, start, z, count in
      unsafe vk_pack_f32(
        x.assumingMemoryBound(to: Float.self), y?.assumingMemoryBound(to: Float.self), Float(a),
        coarse.assumingMemoryBound(to: Float.self), fine.assumingMemoryBound(to: Float.self),
        fineCount, start, z.assumingMemoryBound(to: Float.self), count)
    },
    unpack: { z, a, coarse, fine, fineCount, start, x, y, count in
      unsafe vk_unpack_f32(
        z.assumingMemoryBound(to: Float.self), Float(a), coarse.assumingMemoryBound(to: Float.self),
        fine.assumingMemoryBound(to: Float.self), fineCount, start,
        x?.assumingMemoryBound(to: Float.self), y?.assumingMemoryBound(to: Float.self), count)
    },
    transpose: { x, xStride, y, yStride, rows, columns in
      unsafe vk_transpose_f32(
        x.assumingMemoryBound(to: Float.self), xStride, y.assumingMemoryBound(to: Float.self),
        yStride, rows, columns)
    },
    scale: { x, a, y, count in
      unsafe vk_scale_f32(
        x.assumingMemoryBound(to: Float.self), Float(a), y.assumingMemoryBound(to: Float.self),
        count)
    },
    chunkMaxima: { x, m, count, chunk in
      unsafe vk_chunk_maxima_f32(
        x.assumingMemoryBound(to: Float.self), m.assumingMemoryBound(to: Float.self), count, chunk)
    },
    raiseToMagnitudes: { x, m, count in
      unsafe vk_raise_to_magnitudes_f32(
        x.assumingMemoryBound(to: Float.self), m.assumingMemoryBound(to: Float.self), count)
    },
    slideColumnSums: { leaving, entering, sums, squares, count in
      unsafe vk_slide_column_sums_f32(
        leaving?.assumingMemoryBound(to: Float.self), entering.assumingMemoryBound(to: Float.self),
        sums.assumingMemoryBound(to: Double.self), squares.assumingMemoryBound(to: Double.self),
        count)
    },
    normaliseScores: { products, sums, squares, area, flat, factor, scale, scores, count in
      unsafe vk_normalise_scores_f32(
        products.assumingMemoryBound(to: Float.self), sums.assumingMemoryBound(to: Double.self),
        squares.assumingMemoryBound(to: Double.self), area, flat, factor, scale,
        scores.assumingMemoryBound(to: Float.self), count)
    },
    subtract: { x, a, y, count in
      unsafe vk_subtract_f32(
        x.assumingMemoryBound(to: Float.self), a, y.assumingMemoryBound(to: Float.self), count)
    })
}
