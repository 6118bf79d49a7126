// SPDX-License-Identifier: MIT

public import COverlap
internal import Convolution
internal import FourierTransform

// The functions of overlap.h for signals that arrive piece by piece.

/// A filter of any type of samples.
private class AnyFilter {
  let type: ElementType

  init(_ type: ElementType) { self.type = type }

  func push(_ samples: ArrayView, _ output: ArrayView) throws(InterfaceError) {}
  func reset() {}
}

private final class Filter<Element: ComputedElement & SignalElement>: AnyFilter {
  private var filter: StreamingFilter<Element>

  init(_ kernel: ArrayView, latency: Int) throws(InterfaceError) {
    let taps = try kernel.elements(Element.self)
    filter = try translating(InterfaceError.init) { () throws(ConvolutionError) in
      try StreamingFilter(kernel: taps, latency: latency)
    }
    super.init(kernel.type)
  }

  override func push(_ samples: ArrayView, _ output: ArrayView) throws(InterfaceError) {
    guard samples.isInPlace(Element.self), output.isInPlace(Element.self) else {
      // Pieces are short: they go through arrays.
      let results = filter.push(try samples.elements(Element.self))
      _ = output.scatter(results.span)
      return
    }
    try samples.withSpan(Element.self) { samples throws(InterfaceError) in
      try output.withMutableSpan(Element.self) { results throws(InterfaceError) in
        try translating(InterfaceError.init) { () throws(ConvolutionError) in
          try filter.push(samples, into: &results)
        }
      }
    }
  }

  override func reset() { filter.reset() }
}

private struct FilterCreation: ComputedElementBody {
  let kernel: ArrayView
  let latency: Int

  func run<Element: ComputedElement>(_ type: Element.Type) throws(InterfaceError) -> AnyFilter {
    guard let type = type as? any (ComputedElement & SignalElement).Type else {
      throw .argument("a filter of \(kernel.type.name): there are none of integers")
    }
    return try filter(of: type)
  }

  private func filter<Element: ComputedElement & SignalElement>(
    of _: Element.Type
  ) throws(InterfaceError) -> AnyFilter {
    try Filter<Element>(kernel, latency: latency)
  }
}

/// Makes a filter for a stream; the header, overlap.h, has the rest.
@c @implementation
public func overlap_filter_create(
  _ type: overlap_type, _ kernel: UnsafePointer<overlap_array>?, _ latency: Int64,
  _ filter: UnsafeMutablePointer<OpaquePointer?>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    guard let filter = unsafe filter else { throw .argument("the place for the filter is NULL") }
    unsafe filter.pointee = nil
    let kernel = unsafe try ArrayView(kernel, ElementType(type), "the kernel")
    try kernel.require(rank: 1, "the kernel")
    // What is pending has room for as many samples.
    let latency = Int(latency)
    guard latency < 1 << 40 else { throw .argument("the latency is impossible: \(latency)") }
    try requireMemory(4 * max(0, latency) * kernel.type.size)
    let made = try kernel.type.withComputedElement(FilterCreation(kernel: kernel, latency: latency))
    unsafe filter.pointee = Handle.make(made)
  }
}

/// Takes the next samples of a stream; the header, overlap.h, has the rest.
@c @implementation
public func overlap_filter_push(
  _ filter: OpaquePointer?, _ samples: UnsafePointer<overlap_array>?,
  _ output: UnsafePointer<overlap_array>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    let filter = unsafe try Handle.object(filter, AnyFilter.self, "the filter")
    let samples = unsafe try ArrayView(samples, filter.type, "the piece")
    let output = unsafe try ArrayView(output, filter.type, "the output", isWritten: true)
    try samples.require(rank: 1, "the piece")
    guard output.shape == samples.shape else {
      throw .shape(
        "the piece has the shape \(text(samples.shape)), and the output \(text(output.shape))")
    }
    try filter.push(samples, output)
  }
}

/// Forgets the samples of a stream; the header, overlap.h, has the rest.
@c @implementation
public func overlap_filter_reset(_ filter: OpaquePointer?) -> overlap_status {
  status { () throws(InterfaceError) in
    unsafe try Handle.object(filter, AnyFilter.self, "the filter").reset()
  }
}

/// Ends a filter; the header, overlap.h, has the rest.
@c @implementation
public func overlap_filter_destroy(_ filter: OpaquePointer?) {
  unsafe Handle.destroy(filter, AnyFilter.self)
}
