// SPDX-License-Identifier: MIT

internal import VectorKernels

/// Sets `counts[k]` to the number of bits in which `words[k + j * step]` differs from `pattern[j]`,
/// summed over all j. `words` has `counts.count + (pattern.count - 1) * step` elements at least.
package func countDifferingBits(
  _ words: Span<UInt32>, from pattern: Span<UInt32>, step: Int,
  into counts: inout MutableSpan<UInt32>
) {
  guard counts.count > 0, pattern.count > 0 else { return }
  precondition(
    step > 0 && words.count >= counts.count + (pattern.count - 1) * step, "the words are all there")
  // The kernel reads what the precondition has found to be there, and writes `counts` alone.
  let count = counts.count
  unsafe words.withUnsafeBufferPointer { words in
    unsafe pattern.withUnsafeBufferPointer { pattern in
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        unsafe vk_differing_bits_f32(
          words.baseAddress, count, pattern.baseAddress, pattern.count, step, counts.baseAddress)
      }
    }
  }
}
