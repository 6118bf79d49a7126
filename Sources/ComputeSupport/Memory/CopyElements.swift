// SPDX-License-Identifier: MIT

/// Writes `source` to `target`, which has as many elements, as fast as memory allows.
@inlinable package func copyElements<Element>(
  _ source: Span<Element>, into target: inout MutableSpan<Element>
) {
  precondition(source.count == target.count)
  unsafe source.withUnsafeBufferPointer { from in
    unsafe target.withUnsafeMutableBufferPointer { to in _ = unsafe to.update(fromContentsOf: from)
    }
  }
}
