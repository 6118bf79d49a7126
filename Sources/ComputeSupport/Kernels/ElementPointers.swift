// SPDX-License-Identifier: MIT

// For the kernels, which know real numbers only: a complex number is two of them. `Source` and
// `Target` are the types that the elements are made of.

/// Calls `body` with the addresses of both and the number of elements of `target`, unless empty.
@inlinable @inline(__always) package func withPointers<A, B, Source, Target>(
  _ source: Span<A>, _ target: inout MutableSpan<B>,
  _ body: (UnsafePointer<Source>, UnsafeMutablePointer<Target>, Int) -> Void
) {
  unsafe source.withUnsafeBufferPointer { x in
    unsafe target.withUnsafeMutableBufferPointer { y in
      guard let from = x.baseAddress, let to = y.baseAddress else { return }
      unsafe body(scalars(from), scalars(to), y.count)
    }
  }
}

/// Calls `body` with all three addresses and the number of elements of `target`, unless empty.
@inlinable @inline(__always) package func withPointers<A, B, C, Source, Target>(
  _ first: Span<A>, _ second: Span<B>, _ target: inout MutableSpan<C>,
  _ body: (UnsafePointer<Source>, UnsafePointer<Source>, UnsafeMutablePointer<Target>, Int) -> Void
) {
  unsafe first.withUnsafeBufferPointer { x in
    unsafe withPointers(second, &target) { w, y, count in
      guard let from = x.baseAddress else { return }
      unsafe body(scalars(from), w, y, count)
    }
  }
}

/// The real numbers that elements are made of.
@inlinable @inline(__always) package func scalars<Element, Scalar>(
  _ elements: UnsafePointer<Element>
) -> UnsafePointer<Scalar> {
  unsafe UnsafeRawPointer(elements).assumingMemoryBound(to: Scalar.self)
}

/// The real numbers that elements are made of, for writing.
@inlinable @inline(__always) package func scalars<Element, Scalar>(
  _ elements: UnsafeMutablePointer<Element>
) -> UnsafeMutablePointer<Scalar> {
  unsafe UnsafeMutableRawPointer(elements).assumingMemoryBound(to: Scalar.self)
}
