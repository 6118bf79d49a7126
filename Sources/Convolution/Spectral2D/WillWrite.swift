// SPDX-License-Identifier: MIT

internal import VectorKernels

/// Asks for the cache lines of elements that will be written soon, so that they come meanwhile.
func willWrite<Element>(_ elements: Span<Element>) {
  unsafe elements.withUnsafeBufferPointer {
    unsafe vk_will_write($0.baseAddress, $0.count * MemoryLayout<Element>.stride)
  }
}

/// The same of elements that will be read.
func willRead<Element>(_ elements: Span<Element>) {
  unsafe elements.withUnsafeBufferPointer {
    unsafe vk_will_read($0.baseAddress, $0.count * MemoryLayout<Element>.stride)
  }
}
