// SPDX-License-Identifier: MIT

package import VectorKernels

/// The compiled inner loops of one precision; the headers of `VectorKernels` say what each does.
///
/// This is the only place where Swift names a kernel's functions: whoever adds one adds a property
/// here, and its two functions below.
@safe package struct KernelTable<Scalar: Sendable>: Sendable {
  package typealias Source = UnsafePointer<Scalar>
  package typealias Target = UnsafeMutablePointer<Scalar>
  package typealias ColumnJob = UnsafePointer<vk_column_job>
  package typealias Sums = UnsafeMutablePointer<Double>

  // Direct sums.
  package let slidingDot: @Sendable (Source?, Source?, Target?, Int, Int, Int) -> Void
  package let slidingDot3D:
    @Sendable (
      Source?, Int, Int, Source?, Int, Int, Int, _ tapStride: Int, Target?, Int, Int, Int, CInt
    ) -> Void
  package let rowPass:
    @Sendable (Source?, Int, Source?, Int, CInt, Target?, Int, Int, Int, Target?) -> Void
  package let columnPass:
    @Sendable (Source?, Int, Source?, Int, CInt, Target?, Int, Int, Int, CInt, Target?) -> CInt
  package let groupedRowPass:
    @Sendable (Source?, Int, Int, Source?, Int, Int, Source?, CInt, Target?, Int, Int, Int) -> Void
  package let groupedColumnPass:
    @Sendable (Source?, Int, Source?, CInt, Target?, Int, Int, Int, Int, CInt, Target?) -> CInt

  // Transforms and their products.
  package let multiply: @Sendable (Target?, Source?, Int) -> Void
  package let multiplyAdd: @Sendable (Target?, Source?, Source?, Int) -> Void
  package let multiplyConjugateAdd:
    @Sendable (_ sums: Target?, Source?, _ conjugated: Source?, _ count: Int) -> Void
  package let columnsForward:
    @Sendable (ColumnJob?, Source?, Source?, Int, Double, Int, Int, Target?, Target?) -> Void
  package let columnsInverse:
    @Sendable (
      ColumnJob?, Source?, Source?, Double, Int, Int, Target?, Target?, Int, Int, _ limit: Double,
      _ segmentLog2: CInt
    ) -> UInt64
  package let pack:
    @Sendable (Source?, Source?, Double, Source?, Source?, Int, Int, Target?, Int) -> Void
  package let unpack:
    @Sendable (
      Source?, Double, Source?, Source?, Int, Int, Target?, Target?, Int, _ limit: Double
    ) -> CInt
  package let transpose: @Sendable (Source?, Int, Target?, Int, Int, Int) -> Void
  package let scale: @Sendable (Source?, Double, Target?, Int) -> Void
  package let chunkMaxima: @Sendable (Source?, Target?, Int, Int) -> Void
  package let raiseToMagnitudes: @Sendable (Source?, Target?, Int) -> Void
  package let hasSmallResult: @Sendable (Source?, Int, Double) -> CInt
  package let smallResults:
    @Sendable (
      Source?, UnsafeMutablePointer<Int>?, Int, Double, Source?, UnsafePointer<vk_large_tap>?, Int,
      UnsafeMutablePointer<Int>?
    ) -> Int
  package let add: @Sendable (Source?, Target?, _ count: Int) -> Void
  package let allFinite: @Sendable (Source?, _ count: Int) -> CInt

  // Images.
  package let slideColumnSums: @Sendable (Source?, Source?, Sums?, Sums?, Int) -> Void
  package let normaliseScores:
    @Sendable (
      Source?, UnsafePointer<Double>?, UnsafePointer<Double>?, Double, Double, Double, Double,
      Double, Target?, Int
    ) -> Void
  package let subtract: @Sendable (Source?, Double, Target?, Int) -> Void

  // Layers.
  package let laneProducts:
    @Sendable (Source?, Source?, Target?, UnsafePointer<vk_lane_job>?) -> Void
  package let laneDifferences:
    @Sendable (Source?, Source?, Target?, UnsafePointer<vk_lane_job>?) -> Void
  package let laneSigns:
    @Sendable (
      Source?, Source?, _ centre: Source?, Target?, UnsafePointer<vk_lane_job>?, _ reversed: CInt
    ) -> Void
  package let weightedRows:
    @Sendable (_ weights: Source?, Source?, Target?, UnsafePointer<vk_weighted_job>?) -> Void
  package let spectrumProducts:
    @Sendable (Source?, Source?, Target?, UnsafePointer<vk_spectrum_job>?) -> Void
  package let spectrumSplit:
    @Sendable (_ spectrum: Source?, _ count: Int, _ blocks: Target?, _ stride: Int) -> Void
  package let spectrumJoin:
    @Sendable (_ blocks: Source?, _ stride: Int, _ count: Int, _ spectrum: Target?) -> Void
  package let windowSums:
    @Sendable (
      _ rows: Target?, _ columns: Int, _ size: Int, _ step: Int, _ out: Target?, _ outRows: Int,
      _ outColumns: Int, _ outStride: Int, _ divisor: Double, _ scratch: Target?
    ) -> Void
  package let rowSums:
    @Sendable (
      _ row: Target?, _ columns: Int, _ size: Int, _ out: Target?, _ outColumns: Int
    ) -> Void
  package let energy: @Sendable (Source?, _ count: Int) -> Double
  package let smallPlaces:
    @Sendable (
      Source?, _ count: Int, _ step: Int, _ limit: Double, _ places: UnsafeMutablePointer<Int>?
    ) -> Int
  package let areWhole: @Sendable (Source?, _ count: Int) -> CInt
}

extension KernelTable where Scalar == Float {
  /// The `_f32` functions.
  package static let float = unsafe KernelTable<Float>(
    slidingDot: vk_sliding_dot_f32,
    slidingDot3D: vk_sliding_dot_3d_f32,
    rowPass: vk_row_pass_f32,
    columnPass: vk_column_pass_f32,
    groupedRowPass: vk_grouped_row_pass_f32,
    groupedColumnPass: vk_grouped_column_pass_f32,
    multiply: vk_multiply_f32,
    multiplyAdd: vk_multiply_add_f32,
    multiplyConjugateAdd: vk_multiply_conjugate_add_f32,
    columnsForward: vk_columns_forward_f32,
    columnsInverse: vk_columns_inverse_f32,
    pack: vk_pack_f32,
    unpack: vk_unpack_f32,
    transpose: vk_transpose_f32,
    scale: vk_scale_f32,
    chunkMaxima: vk_chunk_maxima_f32,
    raiseToMagnitudes: vk_raise_to_magnitudes_f32,
    hasSmallResult: vk_has_small_result_f32,
    smallResults: vk_small_results_f32,
    add: vk_add_f32,
    allFinite: vk_all_finite_f32,
    slideColumnSums: vk_slide_column_sums_f32,
    normaliseScores: vk_normalise_scores_f32,
    subtract: vk_subtract_f32,
    laneProducts: vk_lane_products_f32,
    laneDifferences: vk_lane_differences_f32,
    laneSigns: vk_lane_signs_f32,
    weightedRows: vk_weighted_rows_f32,
    spectrumProducts: vk_spectrum_products_f32,
    spectrumSplit: vk_spectrum_split_f32,
    spectrumJoin: vk_spectrum_join_f32,
    windowSums: vk_window_sums_f32,
    rowSums: vk_row_sums_f32,
    energy: vk_energy_f32,
    smallPlaces: vk_small_places_f32,
    areWhole: vk_are_whole_f32)
}

extension KernelTable where Scalar == Double {
  /// The `_f64` functions.
  package static let double = unsafe KernelTable<Double>(
    slidingDot: vk_sliding_dot_f64,
    slidingDot3D: vk_sliding_dot_3d_f64,
    rowPass: vk_row_pass_f64,
    columnPass: vk_column_pass_f64,
    groupedRowPass: vk_grouped_row_pass_f64,
    groupedColumnPass: vk_grouped_column_pass_f64,
    multiply: vk_multiply_f64,
    multiplyAdd: vk_multiply_add_f64,
    multiplyConjugateAdd: vk_multiply_conjugate_add_f64,
    columnsForward: vk_columns_forward_f64,
    columnsInverse: vk_columns_inverse_f64,
    pack: vk_pack_f64,
    unpack: vk_unpack_f64,
    transpose: vk_transpose_f64,
    scale: vk_scale_f64,
    chunkMaxima: vk_chunk_maxima_f64,
    raiseToMagnitudes: vk_raise_to_magnitudes_f64,
    hasSmallResult: vk_has_small_result_f64,
    smallResults: vk_small_results_f64,
    add: vk_add_f64,
    allFinite: vk_all_finite_f64,
    slideColumnSums: vk_slide_column_sums_f64,
    normaliseScores: vk_normalise_scores_f64,
    subtract: vk_subtract_f64,
    laneProducts: vk_lane_products_f64,
    laneDifferences: vk_lane_differences_f64,
    laneSigns: vk_lane_signs_f64,
    weightedRows: vk_weighted_rows_f64,
    spectrumProducts: vk_spectrum_products_f64,
    spectrumSplit: vk_spectrum_split_f64,
    spectrumJoin: vk_spectrum_join_f64,
    windowSums: vk_window_sums_f64,
    rowSums: vk_row_sums_f64,
    energy: vk_energy_f64,
    smallPlaces: vk_small_places_f64,
    areWhole: vk_are_whole_f64)
}
