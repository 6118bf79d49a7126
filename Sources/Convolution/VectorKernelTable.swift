internal import VectorKernels

/// The C kernels of one precision, with the type of the elements erased.
///
/// `Float` and `Double` fill in this table; VectorKernels.h says what each function does. Its
/// contents are of no use elsewhere.
@safe public struct VectorKernelTable: Sendable {
  typealias Source = UnsafeRawPointer
  typealias Target = UnsafeMutableRawPointer

  let slidingDot: @Sendable (Source, Source, Target, Int, Int, Int) -> Void
  let slidingDot2D:
    @Sendable (Source, Int, Source, Int, Int, Int, Target, Int, Int, Int, Bool) -> Void
  let rowPass: @Sendable (Source, Int, Source, Int, Int, Target, Int, Int, Int, Target) -> Void
  let columnPass: @Sendable (Source, Int, Source, Int, Int, Target, Int, Int, Int, Bool) -> Bool
  let multiply: @Sendable (Target, Source, Int) -> Void
  let multiplyAdd: @Sendable (Target, Source, Source, Int) -> Void
  typealias ColumnJob = UnsafePointer<vk_column_job>
  let columnsForward:
    @Sendable (ColumnJob, Source, Source, Int, Double, Int, Int, Target, Target) -> Void
  let columnsInverse:
    @Sendable (ColumnJob, Source, Source, Double, Int, Int, Target, Target, Int, Int) -> Void
  let pack: @Sendable (Source, Source?, Double, Source, Source, Int, Int, Target, Int) -> Void
  let unpack: @Sendable (Source, Double, Source, Source, Int, Int, Target?, Target?, Int) -> Void
  let transpose: @Sendable (Source, Int, Target, Int, Int, Int) -> Void
  let scale: @Sendable (Source, Double, Target, Int) -> Void
  let chunkMaxima: @Sendable (Source, Target, Int, Int) -> Void
  let raiseToMagnitudes: @Sendable (Source, Target, Int) -> Void
  let slideColumnSums: @Sendable (Source?, Source, Target, Target, Int) -> Void
  let normaliseScores:
    @Sendable (Source, Source, Source, Double, Double, Double, Double, Target, Int) -> Void
  let subtract: @Sendable (Source, Double, Target, Int) -> Void
}
