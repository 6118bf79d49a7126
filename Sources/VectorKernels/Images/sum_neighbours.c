// SPDX-License-Identifier: MIT

// In double precision alone, and chains of additions that no vector speeds up: the same for every
// target.
#include "VectorKernels.h"

void vk_sum_neighbours(
    const double *columns, const double *other_columns, ptrdiff_t count, ptrdiff_t width,
    double *restrict sums, double *restrict other_sums) {
  const double *rest = columns + count, *other_rest = other_columns + count;
  const ptrdiff_t places = count - width + 1;
  for (ptrdiff_t start = 0; start < places; start += width) {
    const ptrdiff_t end = start + width, last = end < places ? end : places;
    // From each place to the end of the block, and from there on. The four chains of additions are
    // independent of each other.
    double sum = 0, other = 0;
    for (ptrdiff_t k = end - 1; k >= last; k--) {
      sum += columns[k] + rest[k];
      other += other_columns[k] + other_rest[k];
    }
    for (ptrdiff_t k = last - 1; k >= start; k--) {
      sums[k] = sum += columns[k] + rest[k];
      other_sums[k] = other += other_columns[k] + other_rest[k];
    }
    sum = other = 0;
    for (ptrdiff_t k = start + 1; k < last; k++) {
      sums[k] += sum += columns[k + width - 1] + rest[k + width - 1];
      other_sums[k] += other += other_columns[k + width - 1] + other_rest[k + width - 1];
    }
  }
}
