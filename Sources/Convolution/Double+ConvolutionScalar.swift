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
    slidingDot2D: { x, xStride, w, wRows, wColumns, tapStride, y, yStride, rows, count, streams in
      unsafe vk_sliding_dot_2d_f64(
        x.assumingMemoryBound(to: Double.self), xStride, w.assumingMemoryBound(to: Double.self),
        wRows, wColumns, tapStride, y.assumingMemoryBound(to: Double.self), yStride, rows, count,
        streams ? 1 : 0)
    },
    rowPass: { x, xStride, w, taps, symmetry, y, yStride, rows, count, room in
      unsafe vk_row_pass_f64(
        x.assumingMemoryBound(to: Double.self), xStride, w.assumingMemoryBound(to: Double.self),
        taps,
        CInt(symmetry), y.assumingMemoryBound(to: Double.self), yStride, rows, count,
        room.assumingMemoryBound(to: Double.self))
    },
    columnPass: { x, xStride, w, taps, symmetry, y, yStride, rows, count, streams in
      unsafe vk_column_pass_f64(
        x.assumingMemoryBound(to: Double.self), xStride, w.assumingMemoryBound(to: Double.self),
        taps,
        CInt(symmetry), y.assumingMemoryBound(to: Double.self), yStride, rows, count,
        streams ? 1 : 0) != 0
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
    columnsForward: { job, tables, x, count, a, from, to, tile, z in
      unsafe vk_columns_forward_f64(
        job, tables.assumingMemoryBound(to: Double.self), x.assumingMemoryBound(to: Double.self),
        count,
        Double(a), from, to, tile.assumingMemoryBound(to: Double.self),
        z.assumingMemoryBound(to: Double.self))
    },
    columnsInverse: { job, tables, z, a, from, to, tile, y, first, count in
      unsafe vk_columns_inverse_f64(
        job, tables.assumingMemoryBound(to: Double.self), z.assumingMemoryBound(to: Double.self),
        Double(a),
        from, to, tile.assumingMemoryBound(to: Double.self), y.assumingMemoryBound(to: Double.self),
        first, count)
    },
    pack: { x, y, a, coarse, fine, fineCount, start, z, count in
      unsafe vk_pack_f64(
        x.assumingMemoryBound(to: Double.self), y?.assumingMemoryBound(to: Double.self), Double(a),
        coarse.assumingMemoryBound(to: Double.self), fine.assumingMemoryBound(to: Double.self),
        fineCount, start, z.assumingMemoryBound(to: Double.self), count)
    },
    unpack: { z, a, coarse, fine, fineCount, start, x, y, count in
      unsafe vk_unpack_f64(
        z.assumingMemoryBound(to: Double.self), Double(a),
        coarse.assumingMemoryBound(to: Double.self),
        fine.assumingMemoryBound(to: Double.self), fineCount, start,
        x?.assumingMemoryBound(to: Double.self), y?.assumingMemoryBound(to: Double.self), count)
    },
    transpose: { x, xStride, y, yStride, rows, columns in
      unsafe vk_transpose_f64(
        x.assumingMemoryBound(to: Double.self), xStride, y.assumingMemoryBound(to: Double.self),
        yStride, rows, columns)
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
    },
    raiseToMagnitudes: { x, m, count in
      unsafe vk_raise_to_magnitudes_f64(
        x.assumingMemoryBound(to: Double.self), m.assumingMemoryBound(to: Double.self), count)
    },
    slideColumnSums: { leaving, entering, sums, squares, count in
      unsafe vk_slide_column_sums_f64(
        leaving?.assumingMemoryBound(to: Double.self),
        entering.assumingMemoryBound(to: Double.self),
        sums.assumingMemoryBound(to: Double.self), squares.assumingMemoryBound(to: Double.self),
        count)
    },
    normaliseScores: { products, sums, squares, area, flat, factor, scale, scores, count in
      unsafe vk_normalise_scores_f64(
        products.assumingMemoryBound(to: Double.self), sums.assumingMemoryBound(to: Double.self),
        squares.assumingMemoryBound(to: Double.self), area, flat, factor, scale,
        scores.assumingMemoryBound(to: Double.self), count)
    },
    subtract: { x, a, y, count in
      unsafe vk_subtract_f64(
        x.assumingMemoryBound(to: Double.self), a, y.assumingMemoryBound(to: Double.self), count)
    })
}
