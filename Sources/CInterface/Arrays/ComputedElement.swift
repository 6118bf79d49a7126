// SPDX-License-Identifier: MIT

/// A type that elements are computed with: those of signals, and Int and UInt64 for integers.
protocol ComputedElement: AdditiveArithmetic & Sendable {
  /// The type of results.
  associatedtype Result: AdditiveArithmetic & Sendable

  /// Prepares a kernel.
  static func operation(
    _ kernel: [Self], _ job: BlockJob
  ) throws(InterfaceError) -> BlockOperation<Self>

  /// The element with these parts; nil if there is none.
  static func element(real: Double, imaginary: Double) -> Self?

  /// Adds results to others; false where the sum does not fit.
  static func add(_ results: Span<Result>, to sums: inout MutableSpan<Result>) -> Bool
}
