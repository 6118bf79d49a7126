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

  let laneProducts: @Sendable (Numbers?, Numbers?, Results?, UnsafePointer<vk_lane_job>?) -> Void
  let laneDifferences: @Sendable (Numbers?, Numbers?, Results?, UnsafePointer<vk_lane_job>?) -> Void
  let laneSigns:
    @Sendable (
      Numbers?, Numbers?, _ centre: Numbers?, Results?, UnsafePointer<vk_lane_job>?,
      _ reversed: CInt
    ) -> Void
  let weightedRows:
    @Sendable (
      _ weights: Numbers?, Numbers?, Results?, UnsafePointer<vk_weighted_job>?
    ) -> Void
  let spectrumProducts:
    @Sendable (Numbers?, Numbers?, Results?, UnsafePointer<vk_spectrum_job>?) -> Void
  let spectrumSplit:
    @Sendable (_ spectrum: Numbers?, _ count: Int, _ blocks: Results?, _ stride: Int) -> Void
  let spectrumJoin:
    @Sendable (_ blocks: Numbers?, _ stride: Int, _ count: Int, _ spectrum: Results?) -> Void
  let windowSums:
    @Sendable (
      _ rows: Results?, _ columns: Int, _ size: Int, _ step: Int, _ out: Results?, _ outRows: Int,
      _ outColumns: Int, _ outStride: Int, _ divisor: Scalar, _ scratch: Results?
    ) -> Void
  let rowSums:
    @Sendable (
      _ row: Results?, _ columns: Int, _ size: Int, _ out: Results?, _ outColumns: Int
    ) -> Void
  let add: @Sendable (Numbers?, Results?, _ count: Int) -> Void
  let allFinite: @Sendable (Numbers?, _ count: Int) -> CInt
  let multiplyConjugateAdd:
    @Sendable (_ sums: Results?, Numbers?, _ conjugated: Numbers?, _ count: Int) -> Void
}

extension Float: LayerScalar {
  /// The `_f32` functions.
  public static let _layerKernels = unsafe LayerKernels<Float>(
    laneProducts: vk_lane_products_f32,
    laneDifferences: vk_lane_differences_f32,
    laneSigns: vk_lane_signs_f32,
    weightedRows: vk_weighted_rows_f32,
    spectrumProducts: vk_spectrum_products_f32,
    spectrumSplit: vk_spectrum_split_f32,
    spectrumJoin: vk_spectrum_join_f32,
    windowSums: vk_window_sums_f32,
    rowSums: vk_row_sums_f32,
    add: vk_add_f32,
    allFinite: vk_all_finite_f32,
    multiplyConjugateAdd: vk_multiply_conjugate_add_f32)
}

extension Double: LayerScalar {
  /// The `_f64` functions.
  public static let _layerKernels = unsafe LayerKernels<Double>(
    laneProducts: vk_lane_products_f64,
    laneDifferences: vk_lane_differences_f64,
    laneSigns: vk_lane_signs_f64,
    weightedRows: vk_weighted_rows_f64,
    spectrumProducts: vk_spectrum_products_f64,
    spectrumSplit: vk_spectrum_split_f64,
    spectrumJoin: vk_spectrum_join_f64,
    windowSums: vk_window_sums_f64,
    rowSums: vk_row_sums_f64,
    add: vk_add_f64,
    allFinite: vk_all_finite_f64,
    multiplyConjugateAdd: vk_multiply_conjugate_add_f64)
}
