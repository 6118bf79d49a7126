// SPDX-License-Identifier: MIT

public import COverlap

// The functions of overlap.h that keep a kernel.

/// A plan of any type of elements.
private class AnyPlan: @unchecked Sendable {
  // @unchecked: the only subclass is final and Sendable.
  let type: ElementType
  let resultType: ElementType

  init(_ type: ElementType, _ resultType: ElementType) {
    self.type = type
    self.resultType = resultType
  }

  func execute(_ signal: ArrayView, _ output: ArrayView) throws(InterfaceError) {}

  /// Does the same for lines of samples side by side, by the shortest way; false if they are none.
  func executeLine(
    _ signal: UnsafePointer<overlap_array>?, _ output: UnsafePointer<overlap_array>?
  ) throws(InterfaceError) -> Bool { false }

  func resultShape(_ signal: [Int]) throws(InterfaceError) -> [Int] { [] }
}

private final class Plan<Element: ComputedElement>: AnyPlan, @unchecked Sendable {
  private let convolution: ArrayConvolution<Element>
  private let kernel: KeptArray
  /// For lines, if the kernel is one.
  private let line: BlockOperation<Element>?

  init(
    _ kernel: ArrayView, _ options: ArrayOptions, isCorrelation: Bool
  ) throws(InterfaceError) {
    self.kernel = try KeptArray(kernel)
    // So often that what is prepared of the kernel does not count.
    convolution = try ArrayConvolution(
      self.kernel.view, options, isCorrelation: isCorrelation, uses: 100)
    line = try convolution.lineOperation()
    super.init(kernel.type, convolution.resultType)
  }

  override func executeLine(
    _ signal: UnsafePointer<overlap_array>?, _ output: UnsafePointer<overlap_array>?
  ) throws(InterfaceError) -> Bool {
    guard let line, let signal = unsafe ContiguousLine<Element>(signal),
      let output = unsafe ContiguousLine<Element.Result>(output)
    else { return false }
    try signal.withSpan { samples throws(InterfaceError) in
      try output.withMutableSpan { results throws(InterfaceError) in
        try line.apply(samples, [], &results)
      }
    }
    return true
  }

  override func execute(_ signal: ArrayView, _ output: ArrayView) throws(InterfaceError) {
    try convolution.execute(signal, output)
  }

  override func resultShape(_ signal: [Int]) throws(InterfaceError) -> [Int] {
    try convolution.geometry(signal).resultShape
  }
}

private struct PlanCreation: ComputedElementBody {
  let kernel: ArrayView
  let options: ArrayOptions
  let isCorrelation: Bool

  func run<Element: ComputedElement>(_: Element.Type) throws(InterfaceError) -> AnyPlan {
    try Plan<Element>(kernel, options, isCorrelation: isCorrelation)
  }
}

/// Prepares a kernel; the header, overlap.h, has the rest.
@c @implementation
public func overlap_plan_create(
  _ type: overlap_type, _ operation: overlap_operation, _ kernel: UnsafePointer<overlap_array>?,
  _ options: UnsafePointer<overlap_options>?, _ plan: UnsafeMutablePointer<OpaquePointer?>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    guard let plan = unsafe plan else { throw .argument("the place for the plan is NULL") }
    unsafe plan.pointee = nil
    let type = try ElementType(type)
    guard operation == OVERLAP_CONVOLUTION || operation == OVERLAP_CORRELATION else {
      throw .argument("an operation is 0 or 1, not \(operation.rawValue)")
    }
    let kernel = unsafe try ArrayView(kernel, type, "the kernel")
    let options = unsafe try ArrayOptions(options, kernelRank: kernel.rank)
    let made = try type.withComputedElement(
      PlanCreation(
        kernel: kernel, options: options, isCorrelation: operation == OVERLAP_CORRELATION))
    unsafe plan.pointee = Handle.make(made)
  }
}

/// Writes the results of a plan for a signal; the header, overlap.h, has the rest.
@c @implementation
public func overlap_plan_execute(
  _ plan: OpaquePointer?, _ signal: UnsafePointer<overlap_array>?,
  _ output: UnsafePointer<overlap_array>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    let plan = unsafe try Handle.object(plan, AnyPlan.self, "the plan")
    if unsafe try plan.executeLine(signal, output) { return }
    let signal = unsafe try ArrayView(signal, plan.type, "the signal")
    let output = unsafe try ArrayView(output, plan.resultType, "the output", isWritten: true)
    try plan.execute(signal, output)
  }
}

/// Writes the shape of a plan's results; the header, overlap.h, has the rest.
@c @implementation
public func overlap_plan_result_shape(
  _ plan: OpaquePointer?, _ signalRank: Int32, _ signalShape: UnsafePointer<Int64>?,
  _ shape: UnsafeMutablePointer<Int64>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    let plan = unsafe try Handle.object(plan, AnyPlan.self, "the plan")
    let signal = unsafe try checkedShape(signalRank, signalShape, "the signal")
    unsafe try write(try plan.resultShape(signal), to: shape)
  }
}

/// Ends a plan; the header, overlap.h, has the rest.
@c @implementation
public func overlap_plan_destroy(_ plan: OpaquePointer?) {
  unsafe Handle.destroy(plan, AnyPlan.self)
}
