// SPDX-License-Identifier: MIT

internal import Convolution

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
  func boundary<Element: ComputedElement>(
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
struct BlockOperation<Element: ComputedElement>: Sendable {
  /// Writes the results for a block of a shape.
  let apply:
    @Sendable (
      _ block: Span<Element>, _ shape: [Int], _ results: inout MutableSpan<Element.Result>
    ) throws(InterfaceError) -> Void
}
