// SPDX-License-Identifier: MIT

import ComputeSupport
import TestSupport

/// One case of a kernel: random sizes and numbers, guarded arrays, and what does not agree.
///
/// Whatever a case has depends on its seed alone.
@safe final class KernelCase<Scalar: KernelScalar> {
  var generator: SeededGenerator
  let kernels = Scalar.kernels
  /// Whether products are fused with additions.
  let fuses: Bool
  let roughness: Roughness
  private let arrays: GuardedArrays
  private var difference: String?
  /// Sizes and the like, for the message.
  var sizes = ""

  init(seed: UInt64, fuses: Bool, arrays: GuardedArrays) {
    generator = SeededGenerator(seed: seed)
    self.fuses = fuses
    self.arrays = arrays
    roughness = Roughness.allCases[generator.below(Roughness.allCases.count)]
  }

  /// What is wrong, if anything, after all has been compared.
  func finish() -> String? {
    let damage = arrays.finish()
    guard let problem = damage ?? difference else { return nil }
    return "\(problem); numbers \(roughness), \(sizes)"
  }

  // Numbers and arrays.

  func below(_ end: Int) -> Int { generator.below(end) }
  func length() -> Int { generator.length() }

  func numbers(_ count: Int) -> [Scalar] { (0..<count).map { _ in generator.number(roughness) } }

  /// Numbers that are finite and whose products are, by far.
  func tameNumbers(_ count: Int) -> [Scalar] {
    let kind = roughness.isTame ? roughness : .normal
    return (0..<count).map { _ in generator.number(kind) }
  }

  private func place() -> GuardedArrays.Place {
    switch below(4) {
    case 0: .atStart
    case 1: .between(below(200) + 64)
    default: .atEnd
    }
  }

  func input<T>(_ values: [T], beyond: Int = 0) -> UnsafePointer<T> {
    unsafe arrays.input(values, beyond: beyond, place())
  }

  func output<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
    unsafe arrays.output(values, place())
  }

  /// sum + a * b, rounded as the kernels do.
  func adding(_ sum: Scalar, _ a: Scalar, _ b: Scalar) -> Scalar {
    fuses ? sum.addingProduct(a, b) : sum + a * b
  }

  /// a * b + c * d, in each of the ways in which it may be fused where the compiler makes vectors
  /// of a loop: it need not do so with the numbers that are left over.
  func sumsOfProducts(_ a: Scalar, _ b: Scalar, _ c: Scalar, _ d: Scalar) -> [Scalar] {
    let apart = a * b + c * d
    return fuses ? [apart, (c * d).addingProduct(a, b), (a * b).addingProduct(c, d)] : [apart]
  }

  // Comparisons.

  private func note(_ text: @autoclosure () -> String) {
    if difference == nil { difference = text() }
  }

  func expect(_ holds: Bool, _ text: @autoclosure () -> String) { if !holds { note(text()) } }

  private func same<T: KernelScalar>(_ a: T, _ b: T) -> Bool {
    a.bits == b.bits || (a.isNaN && b.isNaN)
  }

  /// Bit for bit; a NaN is like any other.
  func expectSame<T: KernelScalar>(
    _ actual: UnsafePointer<T>, _ expected: [T], _ what: String = "result"
  ) {
    for (index, value) in expected.enumerated() {
      let result = unsafe actual[index]
      if !same(result, value) { return note("\(what) \(index) is \(result), not \(value)") }
    }
  }

  func expectSame<T: KernelScalar>(
    _ actual: UnsafeMutablePointer<T>, _ expected: [T], _ what: String = "result"
  ) {
    unsafe expectSame(UnsafePointer(actual), expected, what)
  }

  /// Each result is one of those that are allowed for it.
  func expectOne(_ actual: UnsafeMutablePointer<Scalar>, of expected: [[Scalar]]) {
    for (index, allowed) in expected.enumerated() {
      let result = unsafe actual[index]
      if !allowed.contains(where: { same($0, result) }) {
        return note("result \(index) is \(result), not one of \(allowed)")
      }
    }
  }

  /// Whether partial sums of terms of this total magnitude may, so that nothing is known of a sum.
  func mayOverflow(_ size: Double) -> Bool {
    !(size < Double(Scalar.greatestFiniteMagnitude) / 4)
  }

  /// A sum that may be taken in any order, by its terms. With `isSpoiled` something in it was not
  /// finite, and then it has not to be either. `size` is the sum of the terms' magnitudes, or what
  /// else roundings are relative to.
  func expectSum(
    _ actual: Double, of terms: [Double], size: Double? = nil, isSpoiled: Bool, roundings: Double,
    _ what: @autoclosure () -> String
  ) {
    let size = size ?? terms.reduce(0) { $0 + abs($1) }
    if isSpoiled { return expect(!actual.isFinite, "\(what()) is \(actual) in spite of a sample") }
    if mayOverflow(size) { return }
    let error = abs(actual - terms.reduce(0, +))
    let bound =
      roundings * (size * Double(Scalar.ulpOfOne) / 2 + Double(Scalar.leastNonzeroMagnitude))
    expect(error <= bound, "\(what()) is \(actual), off by \(error / bound) of its bound")
  }
}
