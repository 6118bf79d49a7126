// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import ComputeSupport
internal import Convolution
internal import FourierTransform

/// A type that elements are computed with: those of signals, and Int and UInt64 for integers.
protocol Carrier: AdditiveArithmetic & Sendable {
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

/// What a kernel of one to three axes is prepared for.
struct BlockJob {
  let isCorrelation: Bool
  /// The lengths of the kernel, and what is wanted along each of its axes.
  let shape: [Int]
  let modes: [ConvolutionMode]
  let boundary: Boundary<Double>
  let imaginaryConstant: Double
  let method: ConvolutionMethod?
  let threads: Int?
  /// How many blocks the kernel is expected to be used for.
  let uses: Int

  /// The boundary around elements of another type.
  func boundary<Element: Carrier>(
    _: Element.Type
  ) throws(InterfaceError) -> Boundary<Element> {
    guard case .constant(let real) = boundary else { return boundary.with(constant: Element.zero) }
    guard let value = Element.element(real: real, imaginary: imaginaryConstant) else {
      throw .argument("the constant (\(real), \(imaginaryConstant)) is no value of the type")
    }
    return .constant(value)
  }
}

/// A kernel that is applied to blocks of its rank.
struct BlockOperation<Element: Carrier>: Sendable {
  /// Writes the results for a block of a shape.
  let apply:
    @Sendable (
      _ block: Span<Element>, _ shape: [Int], _ results: inout MutableSpan<Element.Result>
    ) throws(InterfaceError) -> Void
}
