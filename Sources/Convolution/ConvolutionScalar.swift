public import FourierTransform
public import RealModule
internal import VectorKernels

/// A real type of samples: `Float` or `Double`.
public protocol ConvolutionScalar: FourierScalar, ConvolutionElement
where Scalar == Self, Transform == RealTransform<Self> {
  /// The C kernels for this precision. Not for use outside this module.
  static var _kernels: VectorKernelTable<Self> { get }
}

extension Float: ConvolutionScalar {
  /// A real number is its own scalar.
  public typealias Scalar = Float
  /// Real signals have real transforms.
  public typealias Transform = RealTransform<Float>

  /// The `_f32` kernels.
  public static let _kernels = unsafe VectorKernelTable<Float>(
    slidingDot: vk_sliding_dot_f32,
    slidingDot2D: vk_sliding_dot_2d_f32,
    rowPass: vk_row_pass_f32,
    columnPass: vk_column_pass_f32,
    groupedRowPass: vk_grouped_row_pass_f32,
    groupedColumnPass: vk_grouped_column_pass_f32,
    multiply: vk_multiply_f32,
    multiplyAdd: vk_multiply_add_f32,
    columnsForward: vk_columns_forward_f32,
    columnsInverse: vk_columns_inverse_f32,
    pack: vk_pack_f32,
    unpack: vk_unpack_f32,
    transpose: vk_transpose_f32,
    scale: vk_scale_f32,
    chunkMaxima: vk_chunk_maxima_f32,
    raiseToMagnitudes: vk_raise_to_magnitudes_f32,
    slideColumnSums: vk_slide_column_sums_f32,
    normaliseScores: vk_normalise_scores_f32,
    subtract: vk_subtract_f32)
}

extension Double: ConvolutionScalar {
  /// A real number is its own scalar.
  public typealias Scalar = Double
  /// Real signals have real transforms.
  public typealias Transform = RealTransform<Double>

  /// The `_f64` kernels.
  public static let _kernels = unsafe VectorKernelTable<Double>(
    slidingDot: vk_sliding_dot_f64,
    slidingDot2D: vk_sliding_dot_2d_f64,
    rowPass: vk_row_pass_f64,
    columnPass: vk_column_pass_f64,
    groupedRowPass: vk_grouped_row_pass_f64,
    groupedColumnPass: vk_grouped_column_pass_f64,
    multiply: vk_multiply_f64,
    multiplyAdd: vk_multiply_add_f64,
    columnsForward: vk_columns_forward_f64,
    columnsInverse: vk_columns_inverse_f64,
    pack: vk_pack_f64,
    unpack: vk_unpack_f64,
    transpose: vk_transpose_f64,
    scale: vk_scale_f64,
    chunkMaxima: vk_chunk_maxima_f64,
    raiseToMagnitudes: vk_raise_to_magnitudes_f64,
    slideColumnSums: vk_slide_column_sums_f64,
    normaliseScores: vk_normalise_scores_f64,
    subtract: vk_subtract_f64)
}
