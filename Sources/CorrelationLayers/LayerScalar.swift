public import FourierTransform
internal import VectorKernels

/// A real number type that the layers compute with: `Float` or `Double`.
public protocol LayerScalar: FourierScalar {
  /// The compiled inner loops for this precision. Not for use outside this module.
  static var _layerKernels: LayerKernels<Self> { get }
}

/// The compiled inner loops of one precision; see the headers of `VectorKernels`.
@safe public struct LayerKernels<Scalar: Sendable>: Sendable {
  typealias Numbers = UnsafePointer<Scalar>
  typealias Results = UnsafeMutablePointer<Scalar>

  let laneProducts: @Sendable (Numbers, Numbers, Results, UnsafePointer<vk_lane_job>) -> Void
  let laneDifferences: @Sendable (Numbers, Numbers, Results, UnsafePointer<vk_lane_job>) -> Void
  let laneSigns:
    @Sendable (
      Numbers, Numbers, _ centre: Numbers, Results, UnsafePointer<vk_lane_job>,
      _ reversed: Int32
    ) -> Void
  let weightedRows:
    @Sendable (
      _ weights: Numbers, Numbers, Results, UnsafePointer<vk_weighted_job>
    ) -> Void
  let spectrumProducts:
    @Sendable (Numbers, Numbers, Results, UnsafePointer<vk_spectrum_job>) -> Void
  let spectrumSplit:
    @Sendable (_ spectrum: Numbers, _ count: Int, _ blocks: Results, _ stride: Int) -> Void
  let spectrumJoin:
    @Sendable (_ blocks: Numbers, _ stride: Int, _ count: Int, _ spectrum: Results) -> Void
  let windowSums:
    @Sendable (
      _ rows: Results, _ columns: Int, _ size: Int, _ step: Int, _ out: Results, _ outRows: Int,
      _ outColumns: Int, _ outStride: Int, _ divisor: Scalar, _ scratch: Results
    ) -> Void
  let rowSums:
    @Sendable (
      _ row: Results, _ columns: Int, _ size: Int, _ out: Results, _ outColumns: Int
    ) -> Void
  let add: @Sendable (Numbers, Results, _ count: Int) -> Void
  let allFinite: @Sendable (Numbers, _ count: Int) -> Bool
  let multiplyConjugateAdd:
    @Sendable (_ sums: Results, Numbers, _ conjugated: Numbers, _ count: Int) -> Void
}

extension Float: LayerScalar {
  /// The `_f32` functions.
  public static let _layerKernels = unsafe LayerKernels<Float>(
    laneProducts: { unsafe vk_lane_products_f32($0, $1, $2, $3) },
    laneDifferences: { unsafe vk_lane_differences_f32($0, $1, $2, $3) },
    laneSigns: { unsafe vk_lane_signs_f32($0, $1, $2, $3, $4, $5) },
    weightedRows: { unsafe vk_weighted_rows_f32($0, $1, $2, $3) },
    spectrumProducts: { unsafe vk_spectrum_products_f32($0, $1, $2, $3) },
    spectrumSplit: { unsafe vk_spectrum_split_f32($0, $1, $2, $3) },
    spectrumJoin: { unsafe vk_spectrum_join_f32($0, $1, $2, $3) },
    windowSums: { unsafe vk_window_sums_f32($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
    rowSums: { unsafe vk_row_sums_f32($0, $1, $2, $3, $4) },
    add: { unsafe vk_add_f32($0, $1, $2) },
    allFinite: { unsafe vk_all_finite_f32($0, $1) != 0 },
    multiplyConjugateAdd: { unsafe vk_multiply_conjugate_add_f32($0, $1, $2, $3) })
}

extension Double: LayerScalar {
  /// The `_f64` functions.
  public static let _layerKernels = unsafe LayerKernels<Double>(
    laneProducts: { unsafe vk_lane_products_f64($0, $1, $2, $3) },
    laneDifferences: { unsafe vk_lane_differences_f64($0, $1, $2, $3) },
    laneSigns: { unsafe vk_lane_signs_f64($0, $1, $2, $3, $4, $5) },
    weightedRows: { unsafe vk_weighted_rows_f64($0, $1, $2, $3) },
    spectrumProducts: { unsafe vk_spectrum_products_f64($0, $1, $2, $3) },
    spectrumSplit: { unsafe vk_spectrum_split_f64($0, $1, $2, $3) },
    spectrumJoin: { unsafe vk_spectrum_join_f64($0, $1, $2, $3) },
    windowSums: { unsafe vk_window_sums_f64($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
    rowSums: { unsafe vk_row_sums_f64($0, $1, $2, $3, $4) },
    add: { unsafe vk_add_f64($0, $1, $2) },
    allFinite: { unsafe vk_all_finite_f64($0, $1) != 0 },
    multiplyConjugateAdd: { unsafe vk_multiply_conjugate_add_f64($0, $1, $2, $3) })
}
