internal import VectorKernels

/// The C kernels of one precision; VectorKernels.h says what each function does.
///
/// `Float` and `Double` fill in this table; its contents are of no use elsewhere.
@safe public struct VectorKernelTable<Scalar: Sendable>: Sendable {
  typealias Source = UnsafePointer<Scalar>
  typealias Target = UnsafeMutablePointer<Scalar>
  typealias ColumnJob = UnsafePointer<vk_column_job>
  typealias Sums = UnsafeMutablePointer<Double>
  typealias GroupedRowPass =
    @Sendable (
      Source?, Int, Int, Source?, Int, Int, Source?, CInt, Target?, Int, Int, Int
    ) -> Void
  typealias GroupedColumnPass =
    @Sendable (
      Source?, Int, Source?, CInt, Target?, Int, Int, Int, Int, CInt, Target?
    ) -> CInt

  let slidingDot: @Sendable (Source?, Source?, Target?, Int, Int, Int) -> Void
  let slidingDot2D:
    @Sendable (Source?, Int, Source?, Int, Int, Int, Target?, Int, Int, Int, CInt) -> Void
  let rowPass: @Sendable (Source?, Int, Source?, Int, CInt, Target?, Int, Int, Int, Target?) -> Void
  let columnPass:
    @Sendable (Source?, Int, Source?, Int, CInt, Target?, Int, Int, Int, CInt, Target?) -> CInt
  let groupedRowPass: GroupedRowPass
  let groupedColumnPass: GroupedColumnPass
  let multiply: @Sendable (Target?, Source?, Int) -> Void
  let multiplyAdd: @Sendable (Target?, Source?, Source?, Int) -> Void
  let columnsForward:
    @Sendable (ColumnJob?, Source?, Source?, Int, Scalar, Int, Int, Target?, Target?) -> Void
  let columnsInverse:
    @Sendable (ColumnJob?, Source?, Source?, Scalar, Int, Int, Target?, Target?, Int, Int) -> Void
  let pack: @Sendable (Source?, Source?, Scalar, Source?, Source?, Int, Int, Target?, Int) -> Void
  let unpack: @Sendable (Source?, Scalar, Source?, Source?, Int, Int, Target?, Target?, Int) -> Void
  let transpose: @Sendable (Source?, Int, Target?, Int, Int, Int) -> Void
  let scale: @Sendable (Source?, Scalar, Target?, Int) -> Void
  let chunkMaxima: @Sendable (Source?, Target?, Int, Int) -> Void
  let raiseToMagnitudes: @Sendable (Source?, Target?, Int) -> Void
  let slideColumnSums: @Sendable (Source?, Source?, Sums?, Sums?, Int) -> Void
  let normaliseScores:
    @Sendable (
      Source?, UnsafePointer<Double>?, UnsafePointer<Double>?, Double, Double, Double, Double,
      Double, Target?, Int
    ) -> Void
  let subtract: @Sendable (Source?, Double, Target?, Int) -> Void
}
