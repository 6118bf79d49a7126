// SPDX-License-Identifier: MIT

// Sums that keep what rounding takes from them (D. E. Knuth, "The Art of Computer Programming",
// volume 2, 4.2.2), of scalars and of vectors. `sum + lost` is the total to about twice the
// precision.
#pragma once

/// Adds `number` to `sum`, and what that rounds away to `lost`.
#define ADD_COMPENSATED(sum, lost, number)                                            \
  do {                                                                                \
    const __typeof__(sum) old_ = (sum), number_ = (number);                           \
    const __typeof__(sum) total_ = old_ + number_, part_ = total_ - old_;             \
    (lost) += (old_ - (total_ - part_)) + (number_ - part_);                          \
    (sum) = total_;                                                                   \
  } while (0)

/// The total of vectors. Where a sum has become infinite, `lost` is NaN and says nothing.
#define COMPENSATED_TOTAL(sum, lost) \
  ((sum) + (VECTOR)((BITS_VECTOR)(lost) & (BITS_VECTOR)((lost) == (lost))))
